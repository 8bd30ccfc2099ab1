import Foundation

/// Which beam gives which recall, as it was measured on an index with probes that its graph does not know.
public struct RecallCalibration: Sendable, Hashable, Codable {
  /// One beam that was tried.
  public struct Point: Sendable, Hashable, Codable {
    /// The number of neighbours of a query, k.
    public var count: Int
    /// How many candidates the search kept.
    public var beam: Int
    /// The mean part of the true k nearest that was found, of the kind of probes for which it is less.
    public var recall: Double
    /// What the recall is at least, of either kind of probes, with `confidence`.
    public var bound: Double
    /// How many probes were searched for.
    public var probes: Int
    /// How many of them were of people all of whose vectors were hidden.
    public var strangers: Int
  }

  /// The one-sided confidence of bounds.
  public static let confidence = 0.95
  /// The counts of neighbours that are measured.
  static let counts = [1, 10, 100]
  /// Smaller indexes compare all vectors, which takes them less time than a walk that finds as much.
  static let leastSize = 1_000
  /// What part of the vectors may come or go before beams are measured again.
  static let allowedChange = 0.1

  /// In the order of counts, then of beams.
  public var points: [Point] = []
  /// The number of vectors at the time.
  public var size = 0
  /// How many vectors came or went since.
  public var changes = 0
  /// The bound up to which beams were measured; 0 before the first time.
  public var target = 0.0
  /// When that was.
  public var date = Date(timeIntervalSince1970: 0)

  /// Whether the beams for a recall were measured on an index much like it is now.
  func knows(recall: Double) -> Bool {
    target >= recall && Double(changes) <= Self.allowedChange * Double(size)
  }

  /// The smallest beam whose bound reaches a recall; nil if none that was measured does.
  func beam(count: Int, recall: Double) -> Int? {
    func measured(_ count: Int?) -> Point? {
      count.flatMap { count in points.first { $0.count == count && $0.bound >= recall } }
    }
    guard let below = measured(Self.counts.last { $0 <= count }) else { return nil }
    // Between two counts, what is enough for both. What holds for fewer neighbours does for more with a beam
    // that is wider by as much.
    let beam =
      measured(Self.counts.first { $0 >= count }).map { max($0.beam, below.beam) }
      ?? below.beam * count / below.count
    return max(count, beam)
  }

  /// Whether all numbers are such as a measurement gives: those of a file may be anything.
  var isSound: Bool {
    let (recalls, counts) = (0.0...1.0, 0...1 << 40)
    return counts.contains(size) && counts.contains(changes) && recalls.contains(target)
      && abs(date.timeIntervalSince1970) < 1e11
      && points.allSatisfy {
        Self.counts.contains($0.count) && counts.contains($0.beam) && $0.beam >= $0.count
          && recalls.contains($0.recall) && recalls.contains($0.bound)
          && counts.contains($0.probes) && (0...max(0, $0.probes)).contains($0.strangers)
      }
  }
}
