import Foundation
import LikenessCore
import LikenessReports

/// The DET curve as a picture, both axes logarithmic.
public struct DETDrawing {
  private let points: [DETCurve.Point]
  private let report: IdentificationReport
  private let sheet: CurveSheet

  /// A drawing of a measurement, with a title and a line below it.
  public init(_ measured: IdentificationMeasurement, title: String, subtitle: String) {
    report = measured.report
    // A logarithmic axis has no place for 0.
    points = measured.curve.points.filter { $0.falseNegatives > 0 && $0.falsePositives > 0 }
    let shown = report.levels.compactMap { $0.fnir?.low } + points.map(\.falseNegatives)
    let minimumFNIR = shown.filter { $0 > 0 }.min() ?? 0.1
    let minimumFPIR = 1 / Double(max(10, report.nonMated))
    sheet = CurveSheet(
      title: title, subtitle: subtitle,
      x: .decades("FPIR: searches of people not enrolled that find somebody", from: minimumFPIR),
      y: .decades(
        "FNIR: searches of people enrolled that do not find them", from: max(1e-4, minimumFNIR)))
  }

  /// An SVG document.
  public func svg() -> Data { sheet.svg(line() + levels() + ownThreshold()) }

  /// The curve in steps: between two points, FNIR is that of the lower FPIR.
  private func line() -> [String] {
    guard let first = points.first else {
      let corner = sheet.at(0, 0)
      return [
        sheet.note(
          "No search both fails and lets others be found: there is no curve to draw",
          (corner.x + 18, corner.y - 44))
      ]
    }
    var places = [sheet.place(first.falsePositives, first.falseNegatives)]
    for (point, next) in zip(points, points.dropFirst()) {
      places.append(sheet.place(next.falsePositives, point.falseNegatives))
      places.append(sheet.place(next.falsePositives, next.falseNegatives))
    }
    return [sheet.line(places)]
  }

  /// FNIR where the report gives it, with its interval.
  private func levels() -> [String] {
    report.levels.flatMap { level -> [String] in
      guard let fnir = level.fnir else { return [] }
      let style = "stroke=\"\(CurveSheet.color)\" stroke-width=\"1.5\" stroke-opacity=\"0.6\""
      let bar = sheet.segment(
        sheet.place(level.fpir, fnir.low), sheet.place(level.fpir, fnir.high), style)
      guard fnir.value > 0 else { return [bar] }
      let place = sheet.place(level.fpir, fnir.value)
      let text = "\(Self.percent(fnir.value)) at \(Self.percent(level.fpir))"
      // To the left, below the curve, unless the axis is there.
      let isNearAxis = place.x - sheet.at(0, 0).x < 110
      return [
        bar, sheet.circle(place),
        sheet.note(
          text, (place.x + (isNearAxis ? 8 : -8), place.y + 18),
          anchor: isNearAxis ? "start" : "end"),
      ]
    }
  }

  /// Where the gallery stands by itself.
  private func ownThreshold() -> [String] {
    guard let own = report.ownThreshold else { return [] }
    let text =
      "The gallery's own threshold: FNIR \(Self.percent(own.fnir.value)) "
      + "at FPIR \(Self.percent(own.fpir.value)), stated \(Self.percent(own.statedFPIR))"
    let corner = sheet.at(0, 0)
    let isOnSheet = own.fnir.value > 0 && own.fpir.value > 0
    let place = sheet.place(own.fpir.value, own.fnir.value)
    return (isOnSheet ? [sheet.circle(place, color: Self.ownColor, radius: 5)] : []) + [
      // Curves of misses over false alarms leave this corner free.
      sheet.circle((corner.x + 20, corner.y - 24), color: Self.ownColor, radius: 5),
      sheet.note(text, (corner.x + 32, corner.y - 20)),
    ]
  }

  private static let ownColor = MapPalette.light[1]

  private static func percent(_ value: Double) -> String { String(format: "%.3g %%", value * 100) }
}
