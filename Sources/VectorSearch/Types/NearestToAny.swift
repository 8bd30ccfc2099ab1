/// A vector that is among the nearest to any of several queries.
public struct NearestToAny: Sendable, Hashable {
  /// The vector, at its distance to the query that it is nearest to.
  public let neighbor: Neighbor
  /// The row of that query; the first of several that are as near.
  public let query: Int

  init(_ neighbor: Neighbor, query: Int) { (self.neighbor, self.query) = (neighbor, query) }

  /// By distance, then by id.
  static func isNearer(_ a: NearestToAny, than b: NearestToAny) -> Bool {
    (a.neighbor.distance, a.neighbor.id) < (b.neighbor.distance, b.neighbor.id)
  }

  /// Answers to each of several queries as one answer to all of them: each id once.
  static func merged(_ answers: [[Neighbor]], count: Int) -> [NearestToAny] {
    var nearest: [Int64: NearestToAny] = [:]
    for (query, answer) in answers.enumerated() {
      for neighbor in answer
      where neighbor.distance < nearest[neighbor.id]?.neighbor.distance ?? .infinity {
        nearest[neighbor.id] = NearestToAny(neighbor, query: query)
      }
    }
    return Array(nearest.values.sorted(by: isNearer).prefix(count))
  }
}
