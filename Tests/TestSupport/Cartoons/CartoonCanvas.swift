import Foundation

/// Paints smooth-edged shapes in colours from 0 to 1.
struct CartoonCanvas {
  typealias Place = SIMD2<Double>
  typealias Color = SIMD3<Double>

  let side: Int
  private(set) var pixels: [Color]
  /// From the shapes' coordinates to pixels.
  var map: (Place) -> Place

  init(side: Int, background: Color) {
    self.side = side
    pixels = Array(repeating: background, count: side * side)
    map = { $0 }
  }

  /// Lines to a row of pixels; across a row, edges are exact.
  private static let lines = 4

  /// Fills an outline by the even-odd rule.
  mutating func fill(_ outline: [Place], _ color: Color, opacity: Double = 1) {
    let corners = outline.map(map)
    guard let low = corners.map(\.y).min(), let high = corners.map(\.y).max() else { return }
    let rows = max(0, Int(low.rounded(.down)))..<max(0, min(side, Int(high.rounded(.up))))
    guard !rows.isEmpty else { return }
    for row in rows {
      var coverage = [Double](repeating: 0, count: side + 1)
      for line in 0..<Self.lines {
        let y = Double(row) + (Double(line) + 0.5) / Double(Self.lines)
        var crossings: [Double] = []
        var previous = corners[corners.count - 1]
        for corner in corners {
          if (previous.y <= y) != (corner.y <= y) {
            let share = (y - previous.y) / (corner.y - previous.y)
            crossings.append(previous.x + share * (corner.x - previous.x))
          }
          previous = corner
        }
        crossings.sort()
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          Self.cover(&coverage, from: crossings[pair], to: crossings[pair + 1], side)
        }
      }
      for column in 0..<side where coverage[column] > 0 {
        let share = opacity * min(1, coverage[column] / Double(Self.lines))
        let at = row * side + column
        pixels[at] += (color - pixels[at]) * share
      }
    }
  }

  private static func cover(
    _ coverage: inout [Double], from start: Double, to end: Double, _ side: Int
  ) {
    let (left, right) = (max(0, start), min(Double(side), end))
    guard right > left else { return }
    for column in Int(left)...min(side - 1, Int(right)) {
      coverage[column] += max(0, min(right, Double(column + 1)) - max(left, Double(column)))
    }
  }

  mutating func ellipse(
    _ middle: Place, _ radii: Place, angle: Double = 0, _ color: Color, opacity: Double = 1
  ) {
    fill(Self.ellipse(middle, radii, angle: angle), color, opacity: opacity)
  }

  static func ellipse(_ middle: Place, _ radii: Place, angle: Double = 0) -> [Place] {
    (0..<40).map { step in
      let turn = Double(step) / 40 * 2 * .pi
      let (x, y) = (radii.x * cos(turn), radii.y * sin(turn))
      return middle + Place(x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle))
    }
  }

  /// A line along a curve, with round ends; thinner towards them where it tapers.
  mutating func stroke(
    _ curve: [Place], width: Double, tapers: Bool = false, _ color: Color, opacity: Double = 1
  ) {
    guard curve.count > 1 else { return }
    var (left, right): ([Place], [Place]) = ([], [])
    for (index, place) in curve.enumerated() {
      let along = curve[min(index + 1, curve.count - 1)] - curve[max(index - 1, 0)]
      let length = max(1e-9, (along.x * along.x + along.y * along.y).squareRoot())
      let middle = abs(Double(index) / Double(curve.count - 1) * 2 - 1)
      let half = width / 2 * (tapers ? 1 - 0.65 * middle * middle : 1)
      let across = Place(-along.y, along.x) / length * half
      left.append(place + across)
      right.append(place - across)
    }
    fill(left + right.reversed(), color, opacity: opacity)
    guard !tapers else { return }
    for end in [curve[0], curve[curve.count - 1]] {
      ellipse(end, Place(repeating: width / 2), color, opacity: opacity)
    }
  }

  /// A quadratic curve that passes through three places.
  static func arc(_ start: Place, _ middle: Place, _ end: Place) -> [Place] {
    let control = 2 * middle - (start + end) / 2
    return (0...12).map { step in
      let t = Double(step) / 12
      let first = (1 - t) * (1 - t) * start
      return first + 2 * t * (1 - t) * control + t * t * end
    }
  }

  /// What a pixel becomes; `x` and `y` from −1 to 1.
  mutating func shade(_ change: (_ color: Color, _ x: Double, _ y: Double) -> Color) {
    let scale = 2 / Double(side)
    for row in 0..<side {
      for column in 0..<side {
        pixels[row * side + column] = change(
          pixels[row * side + column], (Double(column) + 0.5) * scale - 1,
          (Double(row) + 0.5) * scale - 1)
      }
    }
  }

  var image: TestImage {
    TestImage(
      width: side, height: side,
      pixels: pixels.flatMap { color in
        (0..<3).map { UInt8((min(1, max(0, color[$0])) * 255).rounded()) }
      })
  }
}
