import Foundation

/// A precision-recall curve as a picture.
public struct PrecisionRecallDrawing {
  private let curve: PrecisionRecallCurve
  private let title: String
  private let subtitle: String

  private static let (width, height) = (720.0, 620.0)
  private static let (left, right, top, bottom) = (84.0, 36.0, 92.0, 72.0)
  /// Of the marks along the curve.
  private static let scores: [Float] = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]

  /// Keeps the lines behind a text from running through it.
  private static let halo =
    "stroke=\"\(MapPalette.paper)\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""

  public init(_ curve: PrecisionRecallCurve, title: String, subtitle: String) {
    (self.curve, self.title, self.subtitle) = (curve, title, subtitle)
  }

  /// An SVG document.
  public func svg() -> Data {
    let (width, height) = (Int(Self.width), Int(Self.height))
    let lines =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
          + "height=\"\(height)\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\">",
        "<title>\(title.escapedForHTML)</title>",
        "<rect width=\"100%\" height=\"100%\" fill=\"\(MapPalette.paper)\"/>",
        text(
          title, Self.left, 38, "font-size=\"20\" font-weight=\"700\" fill=\"\(MapPalette.ink)\""),
        text(subtitle, Self.left, 62, "fill=\"\(MapPalette.soft)\""),
      ] + axes() + line() + marks() + ["</svg>"]
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  private func x(_ recall: Double) -> Double {
    Self.left + recall * (Self.width - Self.left - Self.right)
  }

  private func y(_ precision: Double) -> Double {
    Self.height - Self.bottom - precision * (Self.height - Self.top - Self.bottom)
  }

  private func axes() -> [String] {
    var lines: [String] = []
    for step in 0...10 {
      let value = Double(step) / 10
      let color = step == 0 ? MapPalette.soft : MapPalette.none
      let style = "stroke=\"\(color)\" stroke-width=\"\(step % 2 == 0 ? 1 : 0.5)\""
      lines.append(segment((x(value), y(0)), (x(value), y(1)), style))
      lines.append(segment((x(0), y(value)), (x(1), y(value)), style))
      guard step % 2 == 0 else { continue }
      let label = String(format: "%.1f", value)
      let soft = "fill=\"\(MapPalette.soft)\""
      lines.append(text(label, x(value), y(0) + 20, "text-anchor=\"middle\" \(soft)"))
      lines.append(text(label, x(0) - 10, y(value) + 4.5, "text-anchor=\"end\" \(soft)"))
    }
    let ink = "text-anchor=\"middle\" font-size=\"14\" fill=\"\(MapPalette.ink)\""
    lines.append(text("recall", x(0.5), y(0) + 48, ink))
    let (across, down) = (x(0) - 50, y(0.5))
    lines.append(
      text(
        "precision", across, down,
        "\(ink) transform=\"rotate(-90 \(number(across)) \(number(down)))\""))
    return lines
  }

  /// The curve as measured, over the area below the interpolated one.
  private func line() -> [String] {
    guard let first = curve.points.first, let last = curve.points.last else { return [] }
    var steps: [(Double, Double)] = [(x(0), y(0))]
    var before = 0.0
    for (point, precision) in zip(curve.points, curve.interpolatedPrecision) {
      steps += [(x(before), y(precision)), (x(point.recall), y(precision))]
      before = point.recall
    }
    steps.append((x(last.recall), y(0)))
    let measured =
      [(x(0), y(first.precision))] + curve.points.map { (x($0.recall), y($0.precision)) }
    return [
      "<polygon points=\"\(path(steps))\" fill=\"\(MapPalette.light[0])\" fill-opacity=\"0.12\"/>",
      "<polyline points=\"\(path(measured))\" fill=\"none\" stroke=\"\(MapPalette.light[0])\" "
        + "stroke-width=\"2\" stroke-linejoin=\"round\"/>",
    ]
  }

  /// What score leads where, and the average precision.
  private func marks() -> [String] {
    let average = String(format: "average precision %.3f", curve.averagePrecision)
    var lines = [
      text(
        average, x(0) + 18, y(0) - 20,
        "font-size=\"17\" font-weight=\"700\" fill=\"\(MapPalette.light[0])\" \(Self.halo)")
    ]
    var taken: [(Double, Double)] = []
    for score in Self.scores {
      // Where all that score as much or more count; the lowest score of all says nothing.
      guard let point = curve.points.last(where: { $0.score >= score }),
        curve.points.contains(where: { $0.score < score })
      else { continue }
      let place = (x(point.recall), y(point.precision))
      guard taken.allSatisfy({ hypot($0.0 - place.0, $0.1 - place.1) > 26 }) else { continue }
      taken.append(place)
      lines.append(circle(place))
      lines.append(
        text(
          "\(score)", max(x(0) + 18, place.0), place.1 + 20,
          "text-anchor=\"middle\" font-size=\"12\" fill=\"\(MapPalette.soft)\" \(Self.halo)"))
    }
    if !taken.isEmpty {
      lines.append(
        text(
          "Marks: scores from which detections count", x(0) + 18, y(0) - 44,
          "font-size=\"12\" fill=\"\(MapPalette.soft)\" \(Self.halo)"))
    }
    if let last = curve.points.last { lines.append(circle((x(last.recall), y(last.precision)))) }
    return lines
  }

  private func circle(_ place: (Double, Double)) -> String {
    "<circle cx=\"\(number(place.0))\" cy=\"\(number(place.1))\" r=\"3.5\" fill=\"\(MapPalette.light[0])\"/>"
  }

  private func segment(_ a: (Double, Double), _ b: (Double, Double), _ style: String) -> String {
    "<line x1=\"\(number(a.0))\" y1=\"\(number(a.1))\" x2=\"\(number(b.0))\" y2=\"\(number(b.1))\" \(style)/>"
  }

  private func text(_ text: String, _ x: Double, _ y: Double, _ style: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" \(style)>\(text.escapedForHTML)</text>"
  }

  /// Places along a line, without those that cannot be told from the one before.
  private func path(_ places: [(Double, Double)]) -> String {
    var texts: [String] = []
    for place in places {
      let text = "\(number(place.0)),\(number(place.1))"
      if text != texts.last { texts.append(text) }
    }
    return texts.joined(separator: " ")
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
