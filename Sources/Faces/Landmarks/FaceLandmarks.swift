import Foundation
import LikenessCore

/// Five points of a face, the ones that most alignment templates are made of: the eye on the left of the picture, the
/// eye on its right, the tip of the nose, and the corners of the mouth on the left and on the right.
public struct FaceLandmarks: Sendable, Hashable {
  /// Five points in that order, in pixels, a pixel's centre at whole numbers.
  public let points: [Point]

  /// - Precondition: there are five.
  public init(_ points: [Point]) {
    precondition(points.count == 5, "\(points.count) landmarks instead of 5")
    self.points = points
  }

  /// The same face in dlib's five points, which have no mouth: the mouth is put where it lies in a mean face.
  init(_ dlib: DlibLandmarks) {
    let (left, right) = dlib.eyes
    let map = AffineTransform.similarity(
      from: [Self.meanFace[0], Self.meanFace[1]], to: [left, right])
    // dlib's last point is under the nose, two thirds of the way from its tip to the lips.
    self.init([left, right, map(Self.meanFace[2]), map(Self.meanFace[3]), map(Self.meanFace[4])])
  }

  /// Where the points of a face lie in the box that dlib's HOG detector would draw around it, in its widths: medians
  /// over 2,638 photos of LFW.
  static let meanFace = [
    Point(x: 0.3322, y: 0.3031), Point(x: 0.7414, y: 0.2959), Point(x: 0.5469, y: 0.5316),
    Point(x: 0.3685, y: 0.7147), Point(x: 0.7206, y: 0.7129),
  ]

  private var across: Point { points[1] - points[0] }
  private var betweenEyes: Point { (points[0] + points[1]) * 0.5 }
  private var betweenMouthCorners: Point { (points[3] + points[4]) * 0.5 }

  /// How far the head is tilted in the picture, in radians; positive is clockwise.
  var roll: Double { atan2(across.y, across.x) }

  /// From the eyes to the mouth, which neither a turn of the head nor a nod shortens as much as the way from eye to eye.
  private var faceLength: Double {
    max((betweenMouthCorners - betweenEyes).length, across.length * 0.5)
  }

  /// How far the head is turned to a side, roughly and in radians.
  ///
  /// On a mean face the tip of the nose stands out by about 0.5 of the way from the eyes to the mouth, so a turn by an
  /// angle moves it sideways by its sine.
  var yaw: Double {
    guard faceLength > 0 else { return .pi / 2 }
    let down = (betweenMouthCorners - betweenEyes) * (1 / faceLength)
    let nose = points[2] - betweenEyes
    let sideways = (nose.x * down.y - nose.y * down.x) / faceLength
    return asin(min(1, max(-1, sideways / Self.noseHeight)))
  }

  /// How far it is raised (negative) or lowered, roughly and in radians.
  ///
  /// On a mean face the tip of the nose lies 0.56 of the way down from the eyes to the mouth; a nod moves it down by its sine.
  var pitch: Double {
    guard faceLength > 0 else { return .pi / 2 }
    let down = (betweenMouthCorners - betweenEyes) * (1 / faceLength)
    let nose = points[2] - betweenEyes
    let along = (nose.x * down.x + nose.y * down.y) / faceLength
    return asin(min(1, max(-1, (along - Self.noseFromEyes) / Self.noseHeight)))
  }

  private static let noseHeight = 0.5
  private static let noseFromEyes = 0.56

  /// The same places in an image `factor` times as large, whose first pixel's centre is elsewhere.
  package func scaled(_ factor: Double) -> FaceLandmarks {
    let shift = (factor - 1) / 2
    return FaceLandmarks(points.map { $0 * factor + Point(x: shift, y: shift) })
  }

  func shifted(x: Double, y: Double) -> FaceLandmarks {
    FaceLandmarks(points.map { $0 + Point(x: x, y: y) })
  }

  /// The mean distance of a point to its counterpart.
  func meanDistance(to other: FaceLandmarks) -> Double {
    zip(points, other.points).map { ($0 - $1).length }.reduce(0, +) / 5
  }

  /// The box that dlib's HOG detector would draw around the face: square, from the brows to the chin. Its roll is `roll`.
  package var dlibBox: Box {
    let map = AffineTransform.similarity(from: Self.meanFace, to: points)
    // Landmarks count from the centre of the first pixel, boxes from its corner.
    return Box(center: map(Point(x: 0.5, y: 0.5)) + Point(x: 0.5, y: 0.5), side: map.scale)
  }
}
