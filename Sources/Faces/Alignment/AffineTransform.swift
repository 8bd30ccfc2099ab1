import Foundation
import LikenessCore

/// `x' = a x + b y + tx`, `y' = c x + d y + ty`.
struct AffineTransform: Sendable, Equatable {
  var a: Double
  var b: Double
  var tx: Double
  var c: Double
  var d: Double
  var ty: Double

  func callAsFunction(_ point: Point) -> Point {
    Point(x: a * point.x + b * point.y + tx, y: c * point.x + d * point.y + ty)
  }

  /// The six numbers, row by row.
  var rows: [Double] { [a, b, tx, c, d, ty] }

  /// How much longer a distance becomes; for a similarity.
  var scale: Double { (a * a + c * c).squareRoot() }

  /// By how much the x axis turns, in radians; for a similarity.
  var angle: Double { atan2(c, a) }

  /// The way back; of one that brings all points together it is not finite.
  var inverse: AffineTransform {
    let determinant = a * d - b * c
    let (p, q, r, s) = (d / determinant, -b / determinant, -c / determinant, a / determinant)
    return AffineTransform(
      a: p, b: q, tx: -(p * tx + q * ty), c: r, d: s, ty: -(r * tx + s * ty))
  }

  /// The similarity (rotation, scale, shift) that brings one set of points closest to another in the
  /// least squares sense: Umeyama, "Least-squares estimation of transformation parameters between two
  /// point patterns" (1991), in the closed form that two dimensions allow.
  /// - Precondition: both have the same number of points, two or more.
  static func similarity(from: [Point], to: [Point]) -> AffineTransform {
    precondition(from.count == to.count && from.count >= 2)
    let count = Double(from.count)
    let meanFrom = from.reduce(Point(x: 0, y: 0), +) * (1 / count)
    let meanTo = to.reduce(Point(x: 0, y: 0), +) * (1 / count)
    var (cosine, sine, spread) = (0.0, 0.0, 0.0)
    for (p, q) in zip(from, to) {
      let (u, v) = (p - meanFrom, q - meanTo)
      cosine += u.x * v.x + u.y * v.y
      sine += u.x * v.y - u.y * v.x
      spread += u.x * u.x + u.y * u.y
    }
    let (a, c) = spread > 0 ? (cosine / spread, sine / spread) : (1, 0)
    return AffineTransform(
      a: a, b: -c, tx: meanTo.x - a * meanFrom.x + c * meanFrom.y,
      c: c, d: a, ty: meanTo.y - c * meanFrom.x - a * meanFrom.y)
  }

  /// A turn about a point by an angle in radians, from x towards y.
  static func rotation(_ angle: Double, about center: Point) -> AffineTransform {
    let (cosine, sine) = (cos(angle), sin(angle))
    return AffineTransform(
      a: cosine, b: -sine, tx: center.x - cosine * center.x + sine * center.y,
      c: sine, d: cosine, ty: center.y - sine * center.x - cosine * center.y)
  }
}
