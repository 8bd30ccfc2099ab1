import Foundation

/// A face drawn from a few ellipses, for trying out a model where no photo is at hand.
struct DrawnFace {
  /// Which of the drawings; each has a shape and colours of its own.
  var number: Int

  /// A colour from 0 to 255.
  private typealias Color = SIMD3<Double>

  /// A number from 0 to 1 that belongs to a feature of this drawing.
  private func trait(_ feature: Int) -> Double {
    // The golden ratio's multiples spread evenly, each feature by a step of its own.
    (Double(number + 1) * (0.618_033_988_75 + 0.137 * Double(feature)))
      .truncatingRemainder(dividingBy: 1)
  }

  /// The face as ArcFace's template places it: the eyes at 0.46 of the height, the mouth at 0.82.
  /// - Parameter shift: to the right and down, as a part of the side.
  func chip(side: Int, shift: Double = 0) -> FaceChip {
    var pixels = [UInt8](repeating: 0, count: 3 * side * side)
    for row in 0..<side {
      for column in 0..<side {
        let color = color(
          x: (Double(column) + 0.5) / Double(side) - shift,
          y: (Double(row) + 0.5) / Double(side) - shift)
        for channel in 0..<3 { pixels[3 * (row * side + column) + channel] = UInt8(color[channel]) }
      }
    }
    return FaceChip(side: side, pixels: pixels)
  }

  /// The face in the middle of a picture, a third as wide as its shorter side.
  func photo(width: Int, height: Int) -> Photo {
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    // A chip is somewhat wider than its face.
    let side = Double(min(width, height)) * 0.45
    for row in 0..<height {
      for column in 0..<width {
        let color = color(
          x: (Double(column) + 0.5 - Double(width) / 2) / side + 0.5,
          y: (Double(row) + 0.5 - Double(height) / 2) / side + 0.6)
        for channel in 0..<3 {
          pixels[3 * (row * width + column) + channel] = UInt8(color[channel])
        }
      }
    }
    return Photo(width: width, height: height, pixels: pixels)
  }

  /// - Parameters:
  ///   - x: from 0 at the left edge of a chip to 1, as `y` is downwards.
  private func color(x: Double, y: Double) -> Color {
    let skin = Color(150 + 90 * trait(0), 105 + 80 * trait(0), 80 + 75 * trait(0))
    let hair = Color(30 + 160 * trait(1), 25 + 110 * trait(1), 20 + 60 * trait(2))
    let wall = Color(60 + 150 * trait(3), 60 + 150 * trait(4), 60 + 150 * trait(5))
    let (wide, long) = (0.36 + 0.08 * trait(6), 0.50 + 0.06 * trait(7))
    // How much of an ellipse covers the point, with an edge some hundredths wide.
    func ellipse(_ cx: Double, _ cy: Double, _ rx: Double, _ ry: Double) -> Double {
      let (dx, dy) = ((x - cx) / rx, (y - cy) / ry)
      let outside = ((dx * dx + dy * dy).squareRoot() - 1) * min(rx, ry)
      return min(1, max(0, 0.5 - outside / 0.03))
    }
    var color = wall
    func paint(_ over: Color, _ part: Double) { color += (over - color) * part }
    paint(hair, ellipse(0.5, 0.42, wide + 0.05 + 0.05 * trait(8), long))
    paint(skin, ellipse(0.5, 0.58, wide, long - 0.04))
    // Lit from a side.
    color *= 1 + (x - 0.5) * (0.5 * trait(9) - 0.25)
    let (eye, brow) = (0.055 + 0.025 * trait(10), 0.37 - 0.05 * trait(11))
    for side in [-1.0, 1] {
      let middle = 0.5 + side * (0.145 + 0.03 * trait(12))
      paint(hair * 0.7, ellipse(middle, brow, 0.085, 0.015 + 0.015 * trait(13)))
      paint(Color(240, 240, 240), ellipse(middle, 0.46, eye * 1.25, eye * 0.6))
      paint(
        Color(40, 30 + 60 * trait(14), 30 + 90 * trait(15)),
        ellipse(middle, 0.46, eye * 0.5, eye * 0.5))
    }
    paint(skin * 0.75, ellipse(0.5, 0.62, 0.03 + 0.02 * trait(16), 0.09))
    paint(skin * 0.55, ellipse(0.5, 0.69, 0.055 + 0.02 * trait(17), 0.015))
    paint(
      Color(165, 55 + 60 * trait(18), 60),
      ellipse(0.5, 0.81 + 0.02 * trait(19), 0.10 + 0.06 * trait(20), 0.02 + 0.025 * trait(21)))
    return Color(
      min(255, max(0, color.x)), min(255, max(0, color.y)), min(255, max(0, color.z)))
  }
}
