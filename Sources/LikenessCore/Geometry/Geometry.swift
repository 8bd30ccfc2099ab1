/// A place in a photo, in pixels from its top left corner.
public struct Point: Sendable, Hashable, Codable {
  /// Pixels to the right of the left edge.
  public var x: Double
  /// Pixels below the upper edge.
  public var y: Double

  /// The point at given coordinates.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }

  package static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
  package static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
  package static func * (a: Point, scale: Double) -> Point { Point(x: a.x * scale, y: a.y * scale) }

  /// The distance from the origin.
  package var length: Double { (x * x + y * y).squareRoot() }
}

/// An upright rectangle in a photo, in pixels; a pixel i covers `[i, i + 1)`.
public struct Box: Sendable, Hashable, Codable {
  /// The left edge.
  public var x: Double
  /// The upper edge.
  public var y: Double
  /// From the left edge to the right one.
  public var width: Double
  /// From the upper edge to the lower one.
  public var height: Double

  /// The box with a given top left corner and size.
  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// A square around a point.
  package init(center: Point, side: Double) {
    self.init(x: center.x - side / 2, y: center.y - side / 2, width: side, height: side)
  }

  /// The middle of the box.
  public var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  /// Width times height, 0 for a box with a negative side.
  public var area: Double { max(0, width) * max(0, height) }

  package func intersection(_ other: Box) -> Box {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Box(
      x: left, y: top, width: max(0, min(x + width, other.x + other.width) - left),
      height: max(0, min(y + height, other.y + other.height) - top))
  }

  /// Intersection over union, from 0 to 1.
  package func overlap(_ other: Box) -> Double {
    let shared = intersection(other).area
    let union = area + other.area - shared
    return union > 0 ? shared / union : 0
  }

  /// Whether both are the box of one face, as detection benchmarks have it: they share half of what they cover together.
  package func isSamePlace(as other: Box) -> Bool { overlap(other) >= 0.5 }

  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.y >= y && point.x < x + width && point.y < y + height
  }

  /// The same place in an image `factor` times as large.
  package func scaled(_ factor: Double) -> Box {
    Box(x: x * factor, y: y * factor, width: width * factor, height: height * factor)
  }

  /// The same place with a part of its width more on the left and on the right, and of its height above and below.
  package func grown(by part: Double) -> Box {
    Box(
      x: x - width * part, y: y - height * part, width: width * (1 + 2 * part),
      height: height * (1 + 2 * part))
  }

  package func shifted(x dx: Double, y dy: Double) -> Box {
    Box(x: x + dx, y: y + dy, width: width, height: height)
  }
}
