import LikenessCore

/// Which beam gives which recall, as it was measured on an index.
public struct RecallCalibration: Sendable, Hashable, Codable {
  /// One beam that was tried.
  public struct Point: Sendable, Hashable, Codable {
    /// The number of neighbours of a query, k.
    public var count: Int
    /// How many candidates the search kept.
    public var beam: Int
    /// The part of the true nearest that was found.
    public var recall: Double
  }

  /// In the order of counts, then of beams.
  public var points: [Point] = []
  /// The number of vectors at the time.
  public var size = 0

  /// Whether beams were measured for that many neighbours.
  func knows(count: Int) -> Bool { points.contains { $0.count == Self.measured(count) } }

  /// The smallest beam for a recall; nil if none that was measured reaches it.
  func beam(count: Int, recall: Double) -> Int? {
    let measured = points.filter { $0.count == Self.measured(count) }
    guard let enough = measured.first(where: { $0.recall >= recall }) else { return nil }
    // What holds for fewer neighbours does for more with a beam that is wider by as much.
    return max(count, enough.beam * count / max(1, enough.count))
  }

  /// The count whose measurement applies to a count: the largest measured one that is not above it.
  static func measured(_ count: Int) -> Int { [1, 10, 100].last { $0 <= count } ?? 1 }
}
