/// Faces and the links between similar ones.
public struct SimilarityGraph: Sendable, Equatable {
  /// Two faces that look alike.
  public struct Link: Sendable, Hashable {
    /// Rows of the faces; `from` is the smaller.
    public var from: Int32
    /// The larger row.
    public var to: Int32
    /// The distance of their embeddings, in the metric that compared them.
    public var distance: Float
    /// The probability that both are one person, from 0 to 1.
    public var probability: Float

    /// A link between two rows.
    public init(from: Int32, to: Int32, distance: Float, probability: Float) {
      self.from = from
      self.to = to
      self.distance = distance
      self.probability = probability
    }
  }

  /// The number of faces, n.
  public let count: Int
  /// Each pair once, in any order.
  public let links: [Link]

  /// - Precondition: every link goes from a row to a later one, of rows below `count`.
  public init(count: Int, links: [Link]) {
    precondition(
      links.allSatisfy { 0 <= $0.from && $0.from < $0.to && Int($0.to) < count },
      "a link between rows that are not there, or out of order")
    self.count = count
    self.links = links
  }
}
