import CVips
import Foundation

/// Raw pixels, and the files that tests make of them.
public struct TestImage: Sendable {
  public enum Space: Sendable { case rgb, grey, cmyk }

  public let width: Int
  public let height: Int
  /// Values of a pixel, alpha among them.
  public let bands: Int
  public let space: Space
  /// `(height, width, bands)`.
  public let pixels: [UInt8]

  public init(width: Int, height: Int, bands: Int = 3, space: Space = .rgb, pixels: [UInt8]) {
    precondition(pixels.count == width * height * bands)
    self.width = width
    self.height = height
    self.bands = bands
    self.space = space
    self.pixels = pixels
  }

  public init(
    width: Int, height: Int, bands: Int = 3, space: Space = .rgb,
    _ value: (_ x: Int, _ y: Int) -> [UInt8]
  ) {
    let pixels = (0..<height).flatMap { y in (0..<width).flatMap { x in value(x, y) } }
    self.init(width: width, height: height, bands: bands, space: space, pixels: pixels)
  }

  /// Four fields, each of another colour, none of them in the middle: no turn or mirroring of it is
  /// like another.
  public static func fields(width: Int = 48, height: Int = 32) -> TestImage {
    TestImage(width: width, height: height) { x, y in
      switch (x < width / 3, y < height / 4) {
      case (true, true): [230, 20, 30]
      case (false, true): [20, 200, 40]
      case (true, false): [30, 40, 220]
      case (false, false): [240, 220, 40]
      }
    }
  }

  /// Smooth in both directions, with a little noise: like a photo.
  public static func scene(width: Int, height: Int, seed: UInt64 = 1) -> TestImage {
    var random = SplitMix64(seed: seed)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let noise = Int(random.next() & 7)
        pixels.append(UInt8(x * 247 / width + noise))
        pixels.append(UInt8(y * 247 / height + noise))
        pixels.append(UInt8((x + y) * 247 / (width + height) + noise))
      }
    }
    return TestImage(width: width, height: height, pixels: pixels)
  }

  /// A pixel's values.
  public subscript(x: Int, y: Int) -> [UInt8] {
    let at = (y * width + x) * bands
    return Array(pixels[at..<(at + bands)])
  }

  /// How a file with an EXIF orientation stores this image: the standard's table, "the 0th row is
  /// at the visual … of the image, and the 0th column is the visual …".
  public func stored(orientation: Int) -> TestImage {
    let (w, h) = (width, height)
    let swaps = orientation >= 5
    return TestImage(width: swaps ? h : w, height: swaps ? w : h, bands: bands, space: space) {
      x, y in
      switch orientation {
      case 2: self[w - 1 - x, y]
      case 3: self[w - 1 - x, h - 1 - y]
      case 4: self[x, h - 1 - y]
      case 5: self[y, x]
      case 6: self[w - 1 - y, x]
      case 7: self[w - 1 - y, h - 1 - x]
      case 8: self[y, h - 1 - x]
      default: self[x, y]
      }
    }
  }

  /// The bytes of a file.
  /// - Parameters:
  ///   - suffix: with options, as `.png[bitdepth=1]`.
  ///   - is16Bit: whether the values are to be stored in 16 bits, times 257.
  ///   - profile: an ICC profile to embed.
  ///   - taken: the EXIF DateTimeOriginal, as "2004:05:06 07:08:09".
  public func encoded(
    _ suffix: String, is16Bit: Bool = false, orientation: Int? = nil, profile: [UInt8]? = nil,
    taken: String? = nil
  ) throws -> Data {
    try Self.withVips {
      let wide = is16Bit ? pixels.map { UInt16($0) * 257 } : []
      return try wide.withUnsafeBytes { wide in
        try pixels.withUnsafeBytes { narrow in
          let bytes = is16Bit ? wide : narrow
          let meaning =
            switch space {
            case .rgb: is16Bit ? CV_RGB16 : CV_RGB
            case .grey: is16Bit ? CV_GREY16 : CV_GREY
            case .cmyk: CV_CMYK
            }
          guard
            let image = cv_wrap(
              bytes.baseAddress, bytes.count, CInt(width), CInt(height), CInt(bands), meaning)
          else { throw Failure.vips }
          defer { cv_free(image) }
          if let orientation { cv_set_orientation(image, CInt(orientation)) }
          if let taken { cv_set_capture_time(image, taken) }
          if let profile { cv_set_profile(image, profile, profile.count) }
          var out: UnsafeMutableRawPointer?
          var length = 0
          guard cv_encode(image, suffix, &out, &length) == 0 else { throw Failure.vips }
          defer { cv_free_bytes(out) }
          return Data(UnsafeRawBufferPointer(start: out, count: length))
        }
      }
    }
  }

  /// An ICC profile that libvips carries: "srgb", "p3" or "cmyk".
  public static func profile(_ name: String) throws -> [UInt8] {
    try withVips {
      var out: UnsafeMutableRawPointer?
      var length = 0
      guard cv_builtin_profile(name, &out, &length) == 0 else { throw Failure.vips }
      defer { cv_free_bytes(out) }
      return [UInt8](UnsafeRawBufferPointer(start: out, count: length))
    }
  }

  public enum Failure: Error { case vips }

  private static func withVips<Result>(_ work: () throws -> Result) throws -> Result {
    guard cv_start() == 0 else { throw Failure.vips }
    cv_begin_shared()
    defer { cv_end() }
    return try work()
  }
}
