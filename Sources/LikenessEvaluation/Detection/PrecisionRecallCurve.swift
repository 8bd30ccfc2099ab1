import LikenessCore

/// How many of the labelled faces are found, and how many of the detections are right, at every score.
public struct PrecisionRecallCurve: Sendable {
  /// Precision and recall of the detections down to a score.
  public struct Point: Sendable, Equatable {
    /// Detections that score as much or more count.
    public var score: Float
    /// The part of the labelled faces that is found, from 0 to 1.
    public var recall: Double
    /// The part of the detections that are labelled faces, from 0 to 1.
    public var precision: Double
  }

  /// A point for each score there is, the highest first.
  public let points: [Point]

  /// - Parameters:
  ///   - detections: all that count, in any order.
  ///   - labels: how many faces there are to find.
  public init(_ detections: [(score: Float, isFound: Bool)], labels: Int) {
    var points: [Point] = []
    var (found, seen) = (0, 0)
    let ranked = detections.sorted { $0.score > $1.score }
    for (row, detection) in ranked.enumerated() where labels > 0 {
      seen += 1
      if detection.isFound { found += 1 }
      // Detections of one score come in or stay out together.
      if row + 1 < ranked.count, ranked[row + 1].score == detection.score { continue }
      points.append(
        Point(
          score: detection.score, recall: Double(found) / Double(labels),
          precision: Double(found) / Double(seen)))
    }
    self.points = points
  }

  /// For each point the highest precision at its recall or more, from 0 to 1.
  public var interpolatedPrecision: [Double] {
    var highest = 0.0
    return points.reversed().map { point in
      highest = max(highest, point.precision)
      return highest
    }.reversed()
  }

  /// The area under the interpolated curve, from 0 to 1, as PASCAL VOC measures it since 2010: the sum over the
  /// points of (recall − recall before) × interpolated precision.
  public var averagePrecision: Double {
    var (area, before) = (0.0, 0.0)
    for (point, precision) in zip(points, interpolatedPrecision) {
      area += (point.recall - before) * precision
      before = point.recall
    }
    return area
  }
}
