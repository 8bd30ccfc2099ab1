import Foundation

/// Five points of a face, in dlib's order: the outer and the inner corner of the eye on the right of
/// the picture, the outer and the inner corner of the eye on its left, and the point under the nose.
public struct FaceLandmarks: Sendable, Hashable {
  /// Five points, in pixels, a pixel's centre at whole numbers.
  public let points: [Point]

  /// - Precondition: there are five.
  public init(_ points: [Point]) {
    precondition(points.count == 5, "\(points.count) landmarks instead of 5")
    self.points = points
  }

  /// The middle of the eye on the left and of the eye on the right of the picture.
  var eyes: (left: Point, right: Point) {
    ((points[2] + points[3]) * 0.5, (points[0] + points[1]) * 0.5)
  }

  /// How far the head is tilted in the picture, in radians; positive is clockwise.
  var roll: Double {
    let (left, right) = eyes
    return atan2(right.y - left.y, right.x - left.x)
  }

  /// How far the head is turned to a side, roughly and in radians.
  ///
  /// The nose stands out by about 0.6 of the distance between the eyes, so a turn by an angle moves it
  /// sideways by its sine.
  var yaw: Double {
    let (left, right) = eyes
    let across = right - left
    guard across.length > 0 else { return .pi / 2 }
    let nose = points[4] - (left + right) * 0.5
    let sideways = (nose.x * across.x + nose.y * across.y) / (across.length * across.length)
    return asin(min(1, max(-1, sideways / 0.6)))
  }

  /// How far the head is raised (negative) or lowered, roughly and in radians.
  ///
  /// On dlib's mean face the nose lies 0.78 eye distances below the eyes.
  var pitch: Double {
    let (left, right) = eyes
    let across = right - left
    guard across.length > 0 else { return .pi / 2 }
    let nose = points[4] - (left + right) * 0.5
    let down = (nose.y * across.x - nose.x * across.y) / (across.length * across.length)
    // A turned head brings the eyes together, which is no nod.
    return asin(min(1, max(-1, (down * cos(yaw) - 0.78) / 0.78)))
  }

  /// The same places in an image `factor` times as large, whose first pixel's centre is elsewhere.
  func scaled(_ factor: Double) -> FaceLandmarks {
    let shift = (factor - 1) / 2
    return FaceLandmarks(points.map { $0 * factor + Point(x: shift, y: shift) })
  }

  static func mean(_ shapes: [FaceLandmarks]) -> FaceLandmarks {
    FaceLandmarks(
      (0..<5).map { index in
        shapes.map { $0.points[index] }.reduce(Point(x: 0, y: 0), +) * (1 / Double(shapes.count))
      })
  }
}
