import Foundation

/// A precision-recall curve as a picture.
public struct PrecisionRecallDrawing {
  private let curve: PrecisionRecallCurve
  private let sheet: CurveSheet

  /// Of the marks along the curve.
  private static let scores: [Float] = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]

  /// A drawing of a curve, with a title and a line below it.
  public init(_ curve: PrecisionRecallCurve, title: String, subtitle: String) {
    self.curve = curve
    sheet = CurveSheet(
      title: title, subtitle: subtitle, x: .parts("recall"), y: .parts("precision"))
  }

  /// An SVG document.
  public func svg() -> Data { sheet.svg(line() + marks()) }

  /// The curve as measured, over the area below the interpolated one.
  private func line() -> [String] {
    guard let first = curve.points.first, let last = curve.points.last else { return [] }
    var steps = [sheet.place(0, 0)]
    var before = 0.0
    for (point, precision) in zip(curve.points, curve.interpolatedPrecision) {
      steps += [sheet.place(before, precision), sheet.place(point.recall, precision)]
      before = point.recall
    }
    steps.append(sheet.place(last.recall, 0))
    let measured =
      [sheet.place(0, first.precision)]
      + curve.points.map { sheet.place($0.recall, $0.precision) }
    return [
      "<polygon points=\"\(sheet.path(steps))\" fill=\"\(CurveSheet.color)\" fill-opacity=\"0.12\"/>",
      sheet.line(measured),
    ]
  }

  /// What score leads where, and the average precision.
  private func marks() -> [String] {
    let average = String(format: "average precision %.3f", curve.averagePrecision)
    let corner = sheet.place(0, 0)
    var lines = [sheet.headline(average, (corner.x + 18, corner.y - 20))]
    var taken: [CurveSheet.Place] = []
    for score in Self.scores {
      // Where all that score as much or more count; the lowest score of all says nothing.
      guard let point = curve.points.last(where: { $0.score >= score }),
        curve.points.contains(where: { $0.score < score })
      else { continue }
      let place = sheet.place(point.recall, point.precision)
      guard taken.allSatisfy({ hypot($0.x - place.x, $0.y - place.y) > 26 }) else { continue }
      taken.append(place)
      lines.append(sheet.circle(place))
      lines.append(
        sheet.note("\(score)", (max(corner.x + 18, place.x), place.y + 20), anchor: "middle"))
    }
    if !taken.isEmpty {
      lines.append(
        sheet.note("Marks: scores from which detections count", (corner.x + 18, corner.y - 44)))
    }
    if let last = curve.points.last {
      lines.append(sheet.circle(sheet.place(last.recall, last.precision)))
    }
    return lines
  }
}
