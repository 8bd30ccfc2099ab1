/// How faces become places on a map.
public enum MapMethod: String, Sendable, CaseIterable, Codable {
  /// Who is near stays near; of large distances nothing is kept. For looking at people.
  case tsne
  /// The directions in which the faces differ most. For looking at the whole.
  case pca
}

/// What a map is to be.
public struct MapOptions: Sendable {
  public var method = MapMethod.tsne
  /// 2 or 3.
  public var dimensions = 2
  /// For t-SNE, about how many faces count as near; nil chooses 30, or what few faces allow.
  public var perplexity: Double?
  public var seed: UInt64 = 1
  /// How many nearest faces each face shows.
  public var neighbors = 8
  /// Makes the map afresh though the gallery keeps one that new faces could join.
  public var isMadeAgain = false
  /// Whether the gallery keeps it, where it can be written.
  public var isKept = true

  public init() {}

  /// Under which the gallery keeps the map. A perplexity that was chosen stays chosen when faces join.
  var settings: String {
    let parts: [String?] = [
      "\"dimensions\":\(dimensions)", "\"method\":\"\(method.rawValue)\"",
      method == .tsne ? "\"perplexity\":\(perplexity.map { "\($0)" } ?? "null")" : nil,
      method == .tsne ? "\"seed\":\(seed)" : nil,
    ]
    return "{" + parts.compactMap(\.self).joined(separator: ",") + "}"
  }
}

/// How far a map is.
public struct MapProgress: Sendable {
  /// Steps done, and how many there are.
  public var done: Int
  public var total: Int
  /// Of t-SNE: how much the map still differs from the faces, in nats; falling.
  public var divergence: Double?
}
