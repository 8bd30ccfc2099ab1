import LikenessCore

/// Which beam gives which recall, as it was measured on an index.
public struct RecallCalibration: Sendable, Hashable, Codable {
  /// One beam that was tried.
  public struct Point: Sendable, Hashable, Codable {
    /// How many neighbours were asked for.
    public var count: Int
    /// How many candidates the search kept.
    public var beam: Int
    /// The part of the true nearest that was found.
    public var recall: Double
  }

  /// In the order of counts, then of beams.
  public var points: [Point] = []
  /// How many vectors there were.
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

  /// What is measured for a count: the next of a few.
  static func measured(_ count: Int) -> Int { [1, 10, 100].last { $0 <= count } ?? 1 }
}
