import Foundation
import LikenessReports

/// A sheet with two axes on which a measured curve is drawn, as SVG.
struct CurveSheet {
  typealias Place = (x: Double, y: Double)

  struct Axis {
    /// A line across the sheet; one without a label is thin.
    struct Line {
      var value: Double
      var label: String?
    }

    let title: String
    let lines: [Line]
    private let isLogarithmic: Bool
    private let (low, high): (Double, Double)

    /// From 0 to 1, in tenths.
    static func parts(_ title: String) -> Axis {
      Axis(
        title: title,
        lines: (0...10).map { step in
          let value = Double(step) / 10
          return Line(value: value, label: step % 2 == 0 ? String(format: "%.1f", value) : nil)
        }, isLogarithmic: false, low: 0, high: 1)
    }

    /// From a power of ten that is at most `minimum` up to 1, in per cent.
    /// - Parameter minimum: above 0, below 1.
    static func decades(_ title: String, from minimum: Double) -> Axis {
      // A hair more, so that the logarithm of 0.001 does not fall below its decade.
      let first = min(-1, Int(floor(log10(minimum) + 1e-9)))
      let lines = (first..<0).flatMap { decade in
        (1...9).map { digit in
          let value = Double(digit) * pow(10, Double(decade))
          return Line(value: value, label: digit == 1 ? label(value) : nil)
        }
      }
      return Axis(
        title: title, lines: lines + [Line(value: 1, label: label(1))], isLogarithmic: true,
        low: Double(first), high: 0)
    }

    private static func label(_ value: Double) -> String {
      String(format: "%g %%", (value * 100 * 1e9).rounded() / 1e9)
    }

    private init(title: String, lines: [Line], isLogarithmic: Bool, low: Double, high: Double) {
      (self.title, self.lines, self.isLogarithmic) = (title, lines, isLogarithmic)
      (self.low, self.high) = (low, high)
    }

    /// How far along the axis a value lies, from 0 to 1; what is off it lies at its end.
    fileprivate func part(_ value: Double) -> Double {
      let place = isLogarithmic ? log10(max(value, .leastNormalMagnitude)) : value
      return min(1, max(0, (place - low) / (high - low)))
    }
  }

  let title: String
  let subtitle: String
  let x: Axis
  let y: Axis

  /// Of the curve.
  static let color = MapPalette.light[0]
  private static let (width, height) = (720.0, 620.0)
  private static let (left, right, top, bottom) = (84.0, 36.0, 92.0, 72.0)
  /// Keeps the lines behind a text from running through it.
  private static let halo =
    "stroke=\"\(MapPalette.paper)\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""

  /// An SVG document.
  /// - Parameter drawing: elements over the axes.
  func svg(_ drawing: [String]) -> Data {
    let (width, height) = (Int(Self.width), Int(Self.height))
    let lines =
      [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
          + "height=\"\(height)\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"13\">",
        "<title>\(title.escapedForHTML)</title>",
        "<rect width=\"100%\" height=\"100%\" fill=\"\(MapPalette.paper)\"/>",
        text(
          title, (Self.left, 38),
          "font-size=\"20\" font-weight=\"700\" fill=\"\(MapPalette.ink)\""),
        text(subtitle, (Self.left, 62), "fill=\"\(MapPalette.soft)\""),
      ] + axes() + drawing + ["</svg>"]
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Where on the sheet values of both axes lie.
  func place(_ x: Double, _ y: Double) -> Place { at(self.x.part(x), self.y.part(y)) }

  /// A place by parts of both axes, from 0 to 1.
  func at(_ x: Double, _ y: Double) -> Place {
    (
      Self.left + x * (Self.width - Self.left - Self.right),
      Self.height - Self.bottom - y * (Self.height - Self.top - Self.bottom)
    )
  }

  private func axes() -> [String] {
    let soft = "fill=\"\(MapPalette.soft)\""
    func style(_ row: Int, _ line: Axis.Line) -> String {
      "stroke=\"\(row == 0 ? MapPalette.soft : MapPalette.none)\" "
        + "stroke-width=\"\(line.label == nil ? 0.5 : 1)\""
    }
    var lines: [String] = []
    for (row, line) in x.lines.enumerated() {
      let part = x.part(line.value)
      lines.append(segment(at(part, 0), at(part, 1), style(row, line)))
      if let label = line.label {
        let place = at(part, 0)
        lines.append(text(label, (place.x, place.y + 20), "text-anchor=\"middle\" \(soft)"))
      }
    }
    for (row, line) in y.lines.enumerated() {
      let part = y.part(line.value)
      lines.append(segment(at(0, part), at(1, part), style(row, line)))
      if let label = line.label {
        let place = at(0, part)
        lines.append(
          text(label, (place.x - 10, place.y + 4.5), "text-anchor=\"end\" \(soft)"))
      }
    }
    let ink = "text-anchor=\"middle\" font-size=\"14\" fill=\"\(MapPalette.ink)\""
    let (below, beside) = (at(0.5, 0), at(0, 0.5))
    let across = beside.x - 62
    return lines + [
      text(x.title, (below.x, below.y + 48), ink),
      text(
        y.title, (across, beside.y),
        "\(ink) transform=\"rotate(-90 \(number(across)) \(number(beside.y)))\""),
    ]
  }

  /// The curve itself.
  func line(_ places: [Place]) -> String {
    "<polyline points=\"\(path(places))\" fill=\"none\" stroke=\"\(Self.color)\" "
      + "stroke-width=\"2\" stroke-linejoin=\"round\"/>"
  }

  /// The curve's summary figure.
  func headline(_ text: String, _ place: Place) -> String {
    self.text(
      text, place,
      "font-size=\"17\" font-weight=\"700\" fill=\"\(Self.color)\" \(Self.halo)")
  }

  /// A word beside the curve.
  func note(_ text: String, _ place: Place, anchor: String = "start") -> String {
    self.text(
      text, place,
      "text-anchor=\"\(anchor)\" font-size=\"12\" fill=\"\(MapPalette.soft)\" \(Self.halo)")
  }

  func circle(_ place: Place, color: String = color, radius: Double = 3.5) -> String {
    "<circle cx=\"\(number(place.x))\" cy=\"\(number(place.y))\" r=\"\(radius)\" fill=\"\(color)\"/>"
  }

  func segment(_ a: Place, _ b: Place, _ style: String) -> String {
    "<line x1=\"\(number(a.x))\" y1=\"\(number(a.y))\" x2=\"\(number(b.x))\" y2=\"\(number(b.y))\" \(style)/>"
  }

  private func text(_ text: String, _ place: Place, _ style: String) -> String {
    "<text x=\"\(number(place.x))\" y=\"\(number(place.y))\" \(style)>\(text.escapedForHTML)</text>"
  }

  /// Places along a line, without those that cannot be told from the one before.
  func path(_ places: [Place]) -> String {
    var texts: [String] = []
    for place in places {
      let text = "\(number(place.x)),\(number(place.y))"
      if text != texts.last { texts.append(text) }
    }
    return texts.joined(separator: " ")
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
