import Foundation

/// The curves of a run as a picture: loss, active share and spread, held-out scores, one above the other.
struct TrainingCurves {
  struct Series: Equatable {
    var name: String
    var color: String
    /// Epoch and value.
    var points: [(epoch: Int, value: Double)]

    static func == (a: Series, b: Series) -> Bool {
      a.name == b.name && a.color == b.color && a.points.elementsEqual(b.points, by: ==)
    }
  }

  private struct Panel {
    var title: String
    var series: [Series]
    var range: ClosedRange<Double>
  }

  private let title: String
  private let panels: [Panel]
  private let epochs: ClosedRange<Int>

  // The palette of Okabe and Ito, which is safe for colour-blind readers.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
  private static let (width, panelHeight) = (760.0, 190.0)
  private static let (left, right, top, gap) = (64.0, 200.0, 56.0, 46.0)

  init(_ metrics: [EpochMetrics], title: String) {
    self.title = title
    epochs = 1...max(2, metrics.last?.epoch ?? 2)
    func series(_ name: String, _ color: Int, _ value: (EpochMetrics) -> Double?) -> Series {
      Series(
        name: name, color: Self.colors[color % Self.colors.count],
        points: metrics.compactMap { epoch in value(epoch).map { (epoch.epoch, $0) } })
    }
    let loss = series("loss", 0, \.loss)
    let attributes = Set(metrics.flatMap { $0.heldOut?.recallAt1.keys.map { $0 } ?? [] }).sorted()
    let held =
      attributes.enumerated().map { place, name in
        series("recall@1 \(name)", place) { $0.heldOut?.recallAt1[name] }
      } + [
        series("verification", attributes.count) { $0.heldOut?.verification },
        series("algebra", attributes.count + 1) { $0.heldOut?.algebra },
      ]
    panels = [
      Panel(
        title: "Loss", series: [loss],
        range: 0...Self.rounded(loss.points.map(\.value).max() ?? 1)),
      Panel(
        title: "Active share and spread",
        series: [series("active", 1, \.activeFraction), series("spread", 2, \.spread)],
        range: 0...1.2
      ),
      Panel(title: "Held-out photos", series: held, range: 0...1),
    ].map { panel in
      var panel = panel
      panel.series.removeAll { $0.points.isEmpty }
      return panel
    }.filter { !$0.series.isEmpty }
  }

  /// The next of 1, 2, 2.5, 5 times a power of ten.
  static func rounded(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    let power = pow(10, log10(value).rounded(.down))
    return ([1, 2, 2.5, 5, 10].first { $0 * power >= value } ?? 10) * power
  }

  var svg: String {
    let height = Self.top + Double(panels.count) * (Self.panelHeight + Self.gap)
    let size = "\(Int(Self.width))"
    let tall = "\(Int(height))"
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size) \(tall)\" width=\"\(size)\" "
        + "height=\"\(tall)\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"12\">",
      "<title>\(escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fffdf9\"/>",
      text(title, 20, 30, "font-size=\"17\" font-weight=\"700\" fill=\"#222\""),
    ]
    for (place, panel) in panels.enumerated() {
      lines += draw(panel, from: Self.top + 18 + Double(place) * (Self.panelHeight + Self.gap))
    }
    return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
  }

  private func draw(_ panel: Panel, from top: Double) -> [String] {
    let (right, bottom) = (Self.width - Self.right, top + Self.panelHeight - 20)
    func x(_ epoch: Int) -> Double {
      Self.left + (right - Self.left) * Double(epoch - epochs.lowerBound)
        / Double(epochs.upperBound - epochs.lowerBound)
    }
    func y(_ value: Double) -> Double {
      let share =
        (value - panel.range.lowerBound) / (panel.range.upperBound - panel.range.lowerBound)
      return bottom - (bottom - top) * min(1, max(0, share))
    }
    var lines = [text(panel.title, Self.left, top - 8, "font-weight=\"600\" fill=\"#333\"")]
    for step in 0...4 {
      let value = panel.range.upperBound * Double(step) / 4
      lines.append(
        "<line x1=\"\(number(Self.left))\" x2=\"\(number(right))\" y1=\"\(number(y(value)))\" "
          + "y2=\"\(number(y(value)))\" stroke=\"\(step == 0 ? "#888" : "#e4dfd6")\"/>")
      lines.append(
        text(
          String(format: "%.3g", value), Self.left - 8, y(value) + 4,
          "text-anchor=\"end\" fill=\"#666\""))
    }
    for epoch in ticks {
      lines.append(
        text("\(epoch)", x(epoch), bottom + 16, "text-anchor=\"middle\" fill=\"#666\""))
    }
    lines.append(text("epoch", right + 18, bottom + 16, "fill=\"#666\""))
    // Names stand where their curves end, apart from each other.
    var taken: [Double] = []
    for series in panel.series.sorted(by: {
      ($0.points.last?.value ?? 0) > ($1.points.last?.value ?? 0)
    }) {
      let places = series.points.map { "\(number(x($0.epoch))),\(number(y($0.value)))" }
      lines.append(
        "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\" stroke=\"\(series.color)\" "
          + "stroke-width=\"2\" stroke-linejoin=\"round\"/>")
      guard let last = series.points.last else { continue }
      lines.append(
        "<circle cx=\"\(number(x(last.epoch)))\" cy=\"\(number(y(last.value)))\" r=\"3\" "
          + "fill=\"\(series.color)\"/>")
      var place = y(last.value) + 4
      if let above = taken.last { place = max(place, above + 15) }
      taken.append(place)
      lines.append(
        text(
          "\(series.name) \(String(format: "%.3g", last.value))", right + 8, place,
          "fill=\"\(series.color)\""))
    }
    return lines
  }

  /// Some six epochs, evenly.
  private var ticks: [Int] {
    let step = max(1, Int(Self.rounded(Double(epochs.upperBound) / 6)))
    return [1] + stride(from: step, through: epochs.upperBound, by: step).filter { $0 > 1 }
  }

  private func text(_ text: String, _ x: Double, _ y: Double, _ style: String) -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" \(style)>\(escaped(text))</text>"
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
