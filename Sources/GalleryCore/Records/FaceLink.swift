import LikenessCore

/// A link: two faces that are likely one person.
public struct FaceLink: Sendable, Hashable {
  /// The faces' ids, `low < high`.
  public let low: FaceID
  /// The larger id.
  public let high: FaceID
  /// Between their embeddings, in the metric of the graph.
  public let distance: Double

  /// The faces in either order.
  /// - Precondition: they are two.
  public init(_ a: FaceID, _ b: FaceID, distance: Double) {
    precondition(a != b, "a link of face \(a) to itself")
    (low, high) = (min(a, b), max(a, b))
    self.distance = distance
  }
}

/// What the stored links of a gallery were computed from.
public struct LinkState: Sendable, Codable, Equatable {
  /// The gallery's revision that they are of, and its mark.
  public var revision: Int
  /// What tells `revision` from another of the same number.
  public var mark: String
  /// How many neighbours of each face were searched for.
  public var neighbors: Int
  /// Pairs farther apart than this are not linked.
  public var limit: Double
  /// What else they depend on, as JSON.
  public var parameters: String

  /// The links of a revision, and what they depend on.
  public init(revision: Int, mark: String, neighbors: Int, limit: Double, parameters: String) {
    self.revision = revision
    self.mark = mark
    self.neighbors = neighbors
    self.limit = limit
    self.parameters = parameters
  }
}
