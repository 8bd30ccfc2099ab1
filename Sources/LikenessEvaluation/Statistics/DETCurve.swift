import LikenessCore

/// FNIR over FPIR at every threshold: the
/// detection error tradeoff (Martin et al., "The DET curve in assessment of detection task performance", 1997).
public struct DETCurve: Sendable {
  /// Both error rates at one threshold.
  public struct Point: Sendable, Equatable {
    /// The greatest distance that counts as a match.
    public var threshold: Float
    /// FPIR, from 0 to 1.
    public var falsePositives: Double
    /// FNIR, from 0 to 1.
    public var falseNegatives: Double
  }

  /// A point for each FPIR, rising from 0: the maximum threshold with that FPIR, and its FNIR. Empty where either kind of
  /// search is missing.
  public let points: [Point]

  init(_ scores: IdentificationScores) {
    let (mated, nonMated) = (scores.mated, scores.nonMated)
    var points: [Point] = []
    var (next, right) = (0, 0)
    func add(falsePositives: Int, upTo threshold: Float) {
      while next < mated.count, mated[next].distance <= threshold {
        if mated[next].isRight { right += 1 }
        next += 1
      }
      points.append(
        Point(
          threshold: threshold, falsePositives: Double(falsePositives) / Double(nonMated.count),
          falseNegatives: 1 - Double(right) / Double(mated.count)))
    }
    let finding = mated.isEmpty ? [] : nonMated.filter { $0.distance < .infinity }
    for (row, search) in finding.enumerated()
    // Searches at one distance share a threshold.
    where row == 0 || finding[row - 1].distance < search.distance {
      add(falsePositives: row, upTo: search.distance.nextDown)
    }
    if !mated.isEmpty, !nonMated.isEmpty {
      add(falsePositives: finding.count, upTo: .greatestFiniteMagnitude)
    }
    self.points = points
  }
}
