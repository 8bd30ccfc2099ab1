import LikenessCore

/// Five points of a face, in dlib's order: the outer and the inner corner of the eye on the right of
/// the picture, the outer and the inner corner of the eye on its left, and the point under the nose.
public struct DlibLandmarks: Sendable, Hashable {
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
}
