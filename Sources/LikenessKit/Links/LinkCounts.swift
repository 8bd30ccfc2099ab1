/// How many links there are of each distance: what the probability of one link is learnt from.
struct LinkCounts: Codable, Equatable {
  private static let bins = 96

  /// Of a bin, in cosine distance.
  var width: Float
  /// How many faces the gallery had.
  var faces: Int
  /// Of how many of them the links were counted.
  var asked: Int
  /// By bins of `width` from 0. A link of two faces that were asked is one; each of them has half of it.
  var links: [Double]

  /// How many bins there are up to a distance.
  func bins(upTo distance: Float) -> Int { Int(distance / width) + 1 }

  private enum CodingKeys: String, CodingKey { case width, faces, asked, links }

  /// - Throws: `DecodingError` for counts that no gallery has
  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    width = try fields.decode(Float.self, forKey: .width)
    faces = try fields.decode(Int.self, forKey: .faces)
    asked = try fields.decode(Int.self, forKey: .asked)
    links = try fields.decode([Double].self, forKey: .links)
    guard width >= 1e-8, width <= 1, links.count == Self.bins + 1,
      links.allSatisfy({ $0 >= 0 && $0.isFinite }), 0...Int(Int32.max) ~= faces,
      0...Int(Int32.max) ~= asked
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .links, in: fields, debugDescription: "counts of links that make no sense")
    }
  }

  init(faces: Int, asked: Int, upTo distance: Float) {
    (self.faces, self.asked) = (faces, asked)
    width = max(distance, 1e-6) / Float(Self.bins)
    links = [Double](repeating: 0, count: Self.bins + 1)
  }

  /// Of all links of a gallery, each once.
  init(_ distances: [Float], faces: Int, upTo distance: Float) {
    self.init(faces: faces, asked: faces, upTo: distance)
    for distance in distances { add(1, at: distance) }
  }

  mutating func add(_ part: Double, at distance: Float) {
    links[min(links.count - 1, Int(distance / width))] += part
  }

  /// Whether they still say how many links there are among so many faces: a fifth may have come or gone.
  func hold(among count: Int) -> Bool { abs(count - faces) * 5 <= max(count, faces) }
}

/// What a server keeps of its gallery's links, in one record: how many there are, and the rule of the user's that they are
/// made by.
struct ServerLinks: Codable {
  var counts: LinkCounts?
  var rule: DistanceRule?

  private enum CodingKeys: String, CodingKey { case rule }

  init() {}

  /// The counts stand side by side with the rule, where earlier versions have them alone.
  init(from decoder: any Decoder) throws {
    counts = try? LinkCounts(from: decoder)
    rule = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
      DistanceRule.self, forKey: .rule)
  }

  func encode(to encoder: any Encoder) throws {
    try counts?.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(rule, forKey: .rule)
  }
}
