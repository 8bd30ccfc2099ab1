import CVips
import Foundation

/// An RGB picture to draw on, for people to look at. Coordinates are pixels from the top left
/// corner, where pixel (0, 0) covers 0 to 1; whatever lies outside is left out. Edges are smooth.
public struct Canvas: Sendable {
  /// How many columns of pixels there are.
  public let width: Int
  /// How many rows of pixels there are.
  public let height: Int
  /// RGB interleaved, `(height, width, 3)`.
  private var pixels: [UInt8]

  /// - Precondition: both sides are at least 1.
  public init(width: Int, height: Int, background: PhotoColor = .white) {
    precondition(width > 0 && height > 0, "a canvas of \(width) x \(height) pixels")
    self.width = width
    self.height = height
    pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, initialized in
      for index in 0..<(width * height) {
        buffer[index * 3] = background.red
        buffer[index * 3 + 1] = background.green
        buffer[index * 3 + 2] = background.blue
      }
      initialized = width * height * 3
    }
  }

  /// A canvas that begins as a photo.
  public init(_ photo: Photo) {
    width = photo.width
    height = photo.height
    pixels = photo.pixels
  }

  /// What has been drawn.
  public func photo() -> Photo { Photo(width: width, height: height, pixels: pixels) }

  /// Copies a photo onto the canvas, its top left corner at a pixel.
  public mutating func draw(_ photo: Photo, x: Int, y: Int) {
    let columns = max(0, x)..<max(0, x, min(width, x + photo.width))
    let rows = max(0, y)..<max(0, y, min(height, y + photo.height))
    guard !columns.isEmpty else { return }
    let width = self.width
    pixels.withUnsafeMutableBytes { to in
      photo.pixels.withUnsafeBytes { from in
        for row in rows {
          let source = ((row - y) * photo.width + columns.lowerBound - x) * 3
          let target = (row * width + columns.lowerBound) * 3
          to[target..<(target + columns.count * 3)]
            .copyBytes(from: from[source..<(source + columns.count * 3)])
        }
      }
    }
  }

  /// Fills a rectangle.
  /// - Parameters:
  ///   - cornerRadius: of its corners, in pixels.
  ///   - opacity: 0 to 1.
  public mutating func fillRectangle(
    x: Double, y: Double, width: Double, height: Double, cornerRadius: Double = 0,
    color: PhotoColor, opacity: Double = 1
  ) {
    let shape = RoundedRectangle(
      x: x, y: y, width: width, height: height, cornerRadius: cornerRadius)
    fill(shape.bounds(margin: 1), color, opacity) { 0.5 - shape.distance($0, $1) }
  }

  /// Draws the outline of a rectangle, the line's middle on its edge.
  /// - Parameters:
  ///   - thickness: of the line, in pixels.
  ///   - cornerRadius: of the corners of the line's middle, in pixels.
  ///   - dash: how long dashes and the gaps between them are, in pixels; 0 for a line without gaps.
  public mutating func strokeRectangle(
    x: Double, y: Double, width: Double, height: Double, thickness: Double = 2,
    cornerRadius: Double = 0, dash: Double = 0, color: PhotoColor, opacity: Double = 1
  ) {
    let shape = RoundedRectangle(
      x: x, y: y, width: width, height: height, cornerRadius: cornerRadius)
    fill(shape.bounds(margin: thickness / 2 + 1), color, opacity) {
      let isGap = dash > 0 && Int((shape.along($0, $1) / dash).rounded(.down)) % 2 != 0
      return isGap ? 0 : 0.5 + thickness / 2 - abs(shape.distance($0, $1))
    }
  }

  /// Fills a circle.
  /// - Parameter radius: in pixels.
  public mutating func fillCircle(
    x: Double, y: Double, radius: Double, color: PhotoColor, opacity: Double = 1
  ) {
    fillRectangle(
      x: x - radius, y: y - radius, width: radius * 2, height: radius * 2, cornerRadius: radius,
      color: color, opacity: opacity)
  }

  /// Writes a line of text.
  ///
  /// Where the machine has no font nothing is written, and the size is zero.
  /// - Parameters:
  ///   - x: the left of the text, or of its background.
  ///   - y: its top.
  ///   - size: of an em, in pixels.
  ///   - background: a colour for a rounded field behind the text, which keeps it legible on a
  ///     photo; nil for none.
  /// - Returns: the rectangle that was covered.
  @discardableResult
  public mutating func drawText(
    _ text: String, x: Int, y: Int, size: Int, isBold: Bool = false, color: PhotoColor = .black,
    background: PhotoColor? = nil, opacity: Double = 1
  ) -> PhotoRectangle {
    guard let label = TextMask(text, size: size, isBold: isBold) else {
      return PhotoRectangle(x: x, y: y, width: 0, height: 0)
    }
    let covered = label.covered(at: x, y, hasBackground: background != nil)
    if let background {
      fillRectangle(
        x: Double(x), y: Double(y), width: Double(covered.width), height: Double(covered.height),
        cornerRadius: Double(size) * 0.3, color: background, opacity: opacity)
    }
    let left = x + (covered.width - label.width) / 2
    let top = y + (covered.height - label.height) / 2
    let rows = max(0, top)..<max(0, top, min(height, top + label.height))
    let columns = max(0, left)..<max(0, left, min(width, left + label.width))
    for row in rows {
      for column in columns {
        let coverage = label.coverage[(row - top) * label.width + column - left]
        if coverage > 0 { blend(column, row, color, Double(coverage) / 255) }
      }
    }
    return covered
  }

  /// The size that `drawText` would cover, in pixels: zero where the machine has no font.
  public static func textSize(
    _ text: String, size: Int, isBold: Bool = false, hasBackground: Bool = false
  ) -> (width: Int, height: Int) {
    guard let label = TextMask(text, size: size, isBold: isBold) else { return (0, 0) }
    let covered = label.covered(at: 0, 0, hasBackground: hasBackground)
    return (covered.width, covered.height)
  }

  /// Those of some texts, each once and in their order, that have characters which no font of the machine has: `drawText`
  /// draws boxes in their places, or nothing where there is no font at all.
  public static func textsWithoutGlyphs(_ texts: some Sequence<String>) -> [String] {
    var seen: Set<String> = []
    return texts.filter { text in
      // All fonts have these.
      guard !text.allSatisfy(\.isASCII), seen.insert(text).inserted else { return false }
      return cv_missing_glyphs(TextMask.line(of: text), "sans") > 0
    }
  }

  /// Blends a colour where the coverage, clamped to 0...1, is above zero. It is asked at the middle
  /// of each pixel.
  private mutating func fill(
    _ bounds: (left: Double, top: Double, right: Double, bottom: Double), _ color: PhotoColor,
    _ opacity: Double, _ coverage: (Double, Double) -> Double
  ) {
    func pixel(_ value: Double, _ limit: Int) -> Int {
      value.isFinite ? Int(min(Double(limit), max(0, value))) : 0
    }
    let left = pixel(bounds.left, width)
    let right = max(left, pixel(bounds.right.rounded(.up), width))
    let top = pixel(bounds.top, height)
    let bottom = max(top, pixel(bounds.bottom.rounded(.up), height))
    for y in top..<bottom {
      for x in left..<right {
        let covered = min(1, coverage(Double(x) + 0.5, Double(y) + 0.5))
        if covered > 0 { blend(x, y, color, covered * min(1, max(0, opacity))) }
      }
    }
  }

  private mutating func blend(_ x: Int, _ y: Int, _ color: PhotoColor, _ part: Double) {
    let at = (y * width + x) * 3
    func mixed(_ old: UInt8, _ new: UInt8) -> UInt8 {
      UInt8((Double(old) + (Double(new) - Double(old)) * part).rounded())
    }
    pixels[at] = mixed(pixels[at], color.red)
    pixels[at + 1] = mixed(pixels[at + 1], color.green)
    pixels[at + 2] = mixed(pixels[at + 2], color.blue)
  }
}

/// A rectangle with round corners, as the distance from its edge.
private struct RoundedRectangle {
  let x: Double
  let y: Double
  let width: Double
  let height: Double
  let radius: Double

  init(x: Double, y: Double, width: Double, height: Double, cornerRadius: Double) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
    radius = max(0, min(cornerRadius, self.width / 2, self.height / 2))
  }

  func bounds(margin: Double) -> (left: Double, top: Double, right: Double, bottom: Double) {
    (x - margin, y - margin, x + width + margin, y + height + margin)
  }

  /// In pixels; negative inside.
  func distance(_ pointX: Double, _ pointY: Double) -> Double {
    let outX = abs(pointX - x - width / 2) - width / 2 + radius
    let outY = abs(pointY - y - height / 2) - height / 2 + radius
    let outside = (max(0, outX) * max(0, outX) + max(0, outY) * max(0, outY)).squareRoot()
    return outside + min(0, max(outX, outY)) - radius
  }

  /// How far along the nearest side a point is, from the left or the top, in pixels.
  func along(_ pointX: Double, _ pointY: Double) -> Double {
    let outX = abs(pointX - x - width / 2) - width / 2
    let outY = abs(pointY - y - height / 2) - height / 2
    return outX > outY ? pointY - y : pointX - x
  }
}

/// A line of text as coverage, `(height, width)`, 0 to 255, cut to its ink.
private struct TextMask {
  let width: Int
  let height: Int
  let coverage: [UInt8]
  let size: Int

  /// - Returns: nil where there is nothing to see, or no font.
  init?(_ text: String, size: Int, isBold: Bool) {
    let line = Self.line(of: text)
    guard !line.allSatisfy(\.isWhitespace), size > 0 else { return nil }
    let markup =
      line
      .replacingOccurrences(of: "&", with: "&amp;")
      .replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
    let image = try? Vips.attempt {
      let image = try VipsImage(
        markup: markup, font: isBold ? "sans bold" : "sans", size: min(size, 1000))
      return (image.width, image.height, try image.write(bands: 1))
    }
    guard let image else { return nil }
    (width, height, coverage) = image
    self.size = size
  }

  /// What of a text is drawn.
  static func line(of text: String) -> String { text.filter { !$0.isNewline && $0 != "\0" } }

  func covered(at x: Int, _ y: Int, hasBackground: Bool) -> PhotoRectangle {
    guard hasBackground else { return PhotoRectangle(x: x, y: y, width: width, height: height) }
    // As high for "ace" as for "Ég", so that labels in a row look alike.
    return PhotoRectangle(
      x: x, y: y, width: width + size * 4 / 5, height: max(height + size / 3, size * 3 / 2))
  }
}
