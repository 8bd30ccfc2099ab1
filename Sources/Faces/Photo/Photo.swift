/// A photo's pixels, upright, as 8-bit sRGB.
public struct Photo: Sendable {
  /// Columns of the pixels held.
  public let width: Int
  /// Rows of the pixels held.
  public let height: Int
  /// RGB interleaved, `(height, width, 3)`, top row first.
  public let pixels: [UInt8]
  /// Columns of the file's image, upright; more than `width` where it was shrunk on load.
  public let fullWidth: Int
  /// Rows of the file's image, upright.
  public let fullHeight: Int

  /// The file that the photo was shrunk from while it was loaded, for a closer look at parts of it; nil where nothing
  /// was shrunk.
  let original: PhotoOriginal?

  /// Pixels of the file's image to one pixel held, along the longer side: 1 where nothing was
  /// shrunk. A coordinate here times `scale` is a coordinate in the file's upright image.
  public var scale: Double {
    fullWidth >= fullHeight
      ? Double(fullWidth) / Double(width) : Double(fullHeight) / Double(height)
  }

  /// A photo of pixels that are already upright sRGB.
  /// - Parameter pixels: RGB interleaved, `(height, width, 3)`.
  /// - Precondition: both sides are at least 1, and `pixels` has `width * height * 3` bytes.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    self.init(
      width: width, height: height, pixels: pixels, fullWidth: width, fullHeight: height)
  }

  init(
    width: Int, height: Int, pixels: [UInt8], fullWidth: Int, fullHeight: Int,
    original: PhotoOriginal? = nil
  ) {
    precondition(width > 0 && height > 0, "a photo of \(width) x \(height) pixels")
    precondition(
      pixels.count == width * height * 3,
      "\(pixels.count) bytes for \(width) x \(height) RGB pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.fullWidth = fullWidth
    self.fullHeight = fullHeight
    self.original = original
  }

  /// The colour at a column and a row.
  /// - Precondition: `x` is in `0..<width` and `y` in `0..<height`.
  public subscript(x: Int, y: Int) -> PhotoColor {
    precondition(x >= 0 && x < width && y >= 0 && y < height, "no pixel at \(x), \(y)")
    let at = (y * width + x) * 3
    return PhotoColor(red: pixels[at], green: pixels[at + 1], blue: pixels[at + 2])
  }
}

extension Photo: Equatable {
  /// Whether both hold the same pixels of images of one size, whatever file they came from.
  public static func == (a: Photo, b: Photo) -> Bool {
    a.width == b.width && a.height == b.height && a.fullWidth == b.fullWidth
      && a.fullHeight == b.fullHeight && a.pixels == b.pixels
  }
}

/// An 8-bit sRGB colour.
public struct PhotoColor: Sendable, Hashable {
  /// From 0 to 255.
  public var red: UInt8
  /// From 0 to 255.
  public var green: UInt8
  /// From 0 to 255.
  public var blue: UInt8

  /// A colour by its channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The lightest colour.
  public static let white = PhotoColor(red: 255, green: 255, blue: 255)
  /// The darkest colour.
  public static let black = PhotoColor(red: 0, green: 0, blue: 0)
}

/// A rectangle of whole pixels; `x` and `y` are its left column and top row.
public struct PhotoRectangle: Sendable, Hashable {
  /// The left column.
  public var x: Int
  /// The top row.
  public var y: Int
  /// How many columns there are.
  public var width: Int
  /// How many rows there are.
  public var height: Int

  /// The rectangle with a given top left pixel and size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}
