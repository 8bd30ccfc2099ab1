import CVips
import Foundation

/// The kinds of image that can be decoded.
public enum PhotoFormat: String, Sendable, CaseIterable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"
  case tiff = "TIFF"
  case gif = "GIF"
  case heic = "HEIC"
  case avif = "AVIF"
  case bmp = "BMP"
  case pnm = "PNM"

  /// The lower-case file extensions, without a dot, that a photo may have: what to consider when
  /// walking a folder. What a file is, its bytes tell.
  public static let extensions: Set<String> = [
    "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "webp", "tif", "tiff", "gif", "heic", "heif", "hif",
    "avif", "bmp", "dib", "ppm", "pgm", "pbm", "pnm",
  ]

  /// The format by the first bytes of a file; 32 are enough.
  /// - Returns: nil where they are not those of an image that can be decoded.
  public static func sniff(_ data: Data) -> PhotoFormat? { sniff([UInt8](data.prefix(32))) }

  static func sniff(_ head: [UInt8]) -> PhotoFormat? {
    if head.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if has("RIFF", head, at: 0), has("WEBP", head, at: 8) { return .webp }
    if has("GIF87a", head, at: 0) || has("GIF89a", head, at: 0) { return .gif }
    if head.starts(with: [0x49, 0x49, 42, 0]) || head.starts(with: [0x4D, 0x4D, 0, 42])
      || head.starts(with: [0x49, 0x49, 43, 0]) || head.starts(with: [0x4D, 0x4D, 0, 43])
    {
      // Canon's raw format is a TIFF of which the first page is not a photo.
      return has("CR", head, at: 8) ? nil : .tiff
    }
    if has("ftyp", head, at: 4), head.count >= 12 {
      let brands = stride(from: 8, to: head.count - 3, by: 4).filter { $0 != 12 }
      func named(_ names: [String]) -> Bool {
        brands.contains { at in names.contains { has($0, head, at: at) } }
      }
      if named(["avif", "avis"]) { return .avif }
      if named(["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1"]) { return .heic }
      return nil
    }
    if has("BM", head, at: 0), head.count >= 18 {
      // Two letters are little: the size of the second header must be one that exists.
      let size = Int(head[14]) | Int(head[15]) << 8
      let sizes = [12, 16, 40, 52, 56, 64, 108, 124]
      return sizes.contains(size) && head[16] == 0 && head[17] == 0 ? .bmp : nil
    }
    if head.count >= 3, head[0] == 0x50, (0x31...0x36).contains(head[1]),
      [0x20, 0x09, 0x0A, 0x0D, 0x23].contains(head[2])
    {
      return .pnm
    }
    return nil
  }

  /// The name of an image format that is known but not decoded.
  static func unsupportedName(_ head: [UInt8]) -> String? {
    if head.starts(with: [0xFF, 0x0A]) || has("JXL ", head, at: 4) { return "JPEG XL" }
    if has("jP  ", head, at: 4) || head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
      return "JPEG 2000"
    }
    if has("8BPS", head, at: 0) { return "Photoshop's format" }
    if has("%PDF", head, at: 0) { return "PDF" }
    if has("<svg", head, at: 0) { return "SVG" }
    if has("CR", head, at: 8), has("II", head, at: 0) { return "Canon's raw format" }
    if has("FUJIFILMCCD-RAW", head, at: 0) { return "Fujifilm's raw format" }
    if has("IIRO", head, at: 0) || has("IIRS", head, at: 0) { return "Olympus's raw format" }
    if has("IIU", head, at: 0) { return "Panasonic's raw format" }
    if head.starts(with: [0x76, 0x2F, 0x31, 0x01]) { return "OpenEXR" }
    if head.starts(with: [0, 0, 1, 0]) { return "an icon file" }
    if has("qoif", head, at: 0) { return "QOI" }
    if has("P7\n", head, at: 0) || has("PF\n", head, at: 0) || has("Pf\n", head, at: 0) {
      return "this kind of PNM"
    }
    if has("ftypcrx", head, at: 4) || has("HEAPCCDR", head, at: 6) { return "Canon's raw format" }
    if has("\0MRM", head, at: 0) { return "Minolta's raw format" }
    if has("FOVb", head, at: 0) { return "Sigma's raw format" }
    if has("ftyp", head, at: 4) { return "video" }
    return nil
  }

  /// Whether the bytes end before the file says it does. Asked only about files that cannot be
  /// decoded, to say why.
  func isTruncated(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let tail = bytes.suffix(4096)
    func little(_ at: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    switch self {
    case .jpeg:
      // Cameras append things, so the end mark need not be the last.
      return !zip(tail, tail.dropFirst()).contains { $0 == 0xFF && $1 == 0xD9 }
    case .png:
      let end = Array("IEND".utf8)
      return !tail.indices.dropLast(3).contains { tail[$0..<($0 + 4)].elementsEqual(end) }
    case .webp:
      return bytes.count < 12 || bytes.count < 8 + little(4)
    case .gif:
      return bytes.last != 0x3B
    case .heic, .avif:
      var at = 0
      while at + 8 <= bytes.count {
        var size = (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
        if size == 0 { return false }
        if size == 1 {
          guard at + 16 <= bytes.count, bytes[at + 8] < 0x80 else { return true }
          size = (8..<16).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
        }
        guard size >= 8, size <= bytes.count - at else { return size >= 8 }
        at += size
      }
      return at != bytes.count
    case .tiff:
      guard bytes.count >= 8 else { return true }
      // Only the plain layout is looked at; its directory comes last in most files.
      guard bytes[0] == 0x49, bytes[2] == 42 else { return false }
      let directory = little(4)
      guard directory + 2 <= bytes.count else { return true }
      let entries = Int(bytes[directory]) | Int(bytes[directory + 1]) << 8
      return directory + 2 + entries * 12 + 4 > bytes.count
    case .bmp, .pnm:
      return false
    }
  }

  /// libvips's loader; nil for the formats decoded here.
  var vips: cv_format? {
    switch self {
    case .jpeg: CV_JPEG
    case .png: CV_PNG
    case .webp: CV_WEBP
    case .tiff: CV_TIFF
    case .gif: CV_GIF
    case .heic, .avif: CV_HEIF
    case .bmp, .pnm: nil
    }
  }

  private static func has(_ text: String, _ head: [UInt8], at start: Int) -> Bool {
    head.count >= start + text.utf8.count && head[start...].starts(with: text.utf8)
  }
}
