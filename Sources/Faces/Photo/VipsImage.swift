import CVips
import Foundation

/// Owns one libvips image. Lazy: nothing is decoded or computed before `write`.
///
/// Not `Sendable`: an image is made, used and dropped in one thread, inside `Vips.attempt`.
final class VipsImage {
  private let handle: OpaquePointer

  private init(_ handle: OpaquePointer?) throws(VipsFailure) {
    guard let handle else { throw VipsFailure() }
    self.handle = handle
  }

  deinit { cv_free(handle) }

  /// Reads the header of an encoded image.
  /// - Parameter source: its bytes must outlive the image.
  init(_ source: PhotoDecoder.Source, shrink: Int = 1, scale: Double = 1) throws(VipsFailure) {
    guard
      let handle = cv_open(
        source.loader, source.bytes.baseAddress, source.bytes.count, CInt(shrink), scale,
        CInt(source.page), CInt(source.subdirectory ?? -1))
    else { throw VipsFailure() }
    self.handle = handle
  }

  /// An image over raw pixels, `(height, width, bands)`.
  /// - Parameter pixels: must outlive the image.
  init(
    pixels: UnsafeRawBufferPointer, width: Int, height: Int, bands: Int = 3,
    space: cv_space = CV_RGB
  ) throws(VipsFailure) {
    guard
      let handle = cv_wrap(
        pixels.baseAddress, pixels.count, CInt(width), CInt(height), CInt(bands), space)
    else { throw VipsFailure() }
    self.handle = handle
  }

  /// The coverage of a text, one band. The text is Pango markup; `size` is an em in pixels.
  init(markup: String, font: String, size: Int) throws(VipsFailure) {
    guard let handle = cv_text(markup, font, CInt(size)) else { throw VipsFailure() }
    self.handle = handle
  }

  var width: Int { Int(cv_width(handle)) }
  var height: Int { Int(cv_height(handle)) }
  var bands: Int { Int(cv_bands(handle)) }
  /// Of all bands of a pixel, as the file has them.
  var pixelBytes: Int { Int(cv_pixel_bytes(handle)) }
  var isRGB: Bool { cv_is_rgb(handle) != 0 }
  var isCMYK: Bool { cv_is_cmyk(handle) != 0 }
  var hasAlpha: Bool { cv_has_alpha(handle) != 0 }
  var orientation: Orientation { Orientation(rawValue: Int(cv_orientation(handle))) ?? .upright }

  var profile: ColorProfile? {
    var length = 0
    guard let bytes = cv_profile(handle, &length), length > 0 else { return nil }
    return ColorProfile([UInt8](UnsafeRawBufferPointer(start: bytes, count: length)))
  }

  /// Works with the EXIF data.
  /// - Returns: nil where there is none.
  func withExif<Result>(_ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
    var length = 0
    guard let bytes = cv_exif(handle, &length), length > 0 else { return nil }
    return body(UnsafeRawBufferPointer(start: bytes, count: length))
  }

  /// A copy of the XMP packet; nil where there is none.
  var xmp: Data? {
    var length = 0
    guard let bytes = cv_xmp(handle, &length), length > 0 else { return nil }
    return Data(bytes: bytes, count: length)
  }

  func flattenedOnWhite() throws(VipsFailure) -> VipsImage {
    try VipsImage(cv_flatten_on_white(handle))
  }

  func converted(throughProfile: Bool) throws(VipsFailure) -> VipsImage {
    try VipsImage(cv_to_rgb(handle, throughProfile ? 1 : 0))
  }

  func resized(width: Int, height: Int) throws(VipsFailure) -> VipsImage {
    try VipsImage(cv_resize(handle, CInt(width), CInt(height)))
  }

  func setOrientation(_ orientation: Int) { cv_set_orientation(handle, CInt(orientation)) }

  func setProfile(_ bytes: [UInt8]) { cv_set_profile(handle, bytes, bytes.count) }

  /// All pixels, `(height, width, bands)`, of one byte each.
  /// - Throws: `VipsFailure`, `VipsTooLate`
  func write(bands: Int = 3, before deadline: VipsDeadline = .none) throws -> [UInt8] {
    let count = width * height * bands
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try Self.check(cv_write(handle, buffer.baseAddress, count, deadline.time))
      initialized = count
    }
  }

  /// The pixels of parts of an RGB image, `(height, width, 3)` each, computed in one pass from top to bottom.
  /// - Parameter areas: inside the image.
  /// - Throws: `VipsFailure`, `VipsTooLate`
  func write(areas: [PhotoRectangle], before deadline: VipsDeadline) throws -> [[UInt8]] {
    let buffers = areas.map { area in
      UnsafeMutableBufferPointer<UInt8>.allocate(capacity: area.width * area.height * 3)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    let list = zip(areas, buffers).map { area, buffer in
      cv_area(
        left: CInt(area.x), top: CInt(area.y), width: CInt(area.width), height: CInt(area.height),
        pixels: buffer.baseAddress)
    }
    try Self.check(cv_write_areas(handle, list, list.count, deadline.time))
    return buffers.map { Array($0) }
  }

  private static func check(_ result: CInt) throws {
    switch result {
    case 0: return
    case CV_TOO_LATE: throw VipsTooLate()
    default: throw VipsFailure()
    }
  }

  /// The encoded file for a suffix with options, as `.jpg[Q=90]`.
  func encoded(_ suffix: String) throws(VipsFailure) -> [UInt8] {
    var bytes: UnsafeMutableRawPointer?
    var length = 0
    guard cv_encode(handle, suffix, &bytes, &length) == 0, let bytes else { throw VipsFailure() }
    defer { cv_free_bytes(bytes) }
    return [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
  }
}

/// Until when pixels are computed.
struct VipsDeadline {
  /// In nanoseconds of `cv_now`.
  fileprivate let time: UInt64

  static let none = VipsDeadline(time: .max)

  private init(time: UInt64) { self.time = time }

  /// - Parameter seconds: from now.
  init(in seconds: Double) { time = cv_now() + UInt64(max(0, min(seconds, 1e9)) * 1e9) }
}

/// A deadline passed; trying again changes nothing.
struct VipsTooLate: Error {}

/// Something that libvips refused. The text is known only to `Vips.attempt`.
struct VipsFailure: Error {
  var text = ""
}

enum Vips {
  private static let started: Bool = cv_start() == 0

  static func canRead(_ format: cv_format) -> Bool { started && cv_can_read(format) != 0 }

  /// Runs work that uses libvips, from any thread, as many side by side as there are threads.
  ///
  /// libvips has one error text for the whole process, in which the failures of several threads
  /// would mix. So work that fails is done once more with every other thread kept out, and the text
  /// of that second failure is surely its own.
  /// - Throws: `VipsFailure` with libvips's text, or what `work` throws of its own.
  static func attempt<Result>(_ work: () throws -> Result) throws -> Result {
    guard started else { throw VipsFailure(text: "libvips cannot be started") }
    do {
      cv_begin_shared()
      defer { cv_end() }
      return try work()
    } catch is VipsFailure {
      cv_begin_alone()
      defer { cv_end() }
      do {
        return try work()
      } catch is VipsFailure {
        throw VipsFailure(text: takeError())
      }
    }
  }

  private static func takeError() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
      cv_take_error(buffer.baseAddress, buffer.count)
      let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
