import LikenessCore

/// A block of EXIF data, which is laid out as a TIFF file.
struct ExifBlock {
  private let bytes: UnsafeRawBufferPointer
  private let isLittle: Bool

  /// Those of no more bytes are dates.
  private static let longestText = 64

  /// - Returns: nil where the bytes are no such block.
  init?(_ bytes: UnsafeRawBufferPointer) {
    // As in a JPEG's segment; a WebP file may have this mark or not.
    let mark = "Exif\0\0".utf8
    let isMarked = bytes.starts(with: mark)
    self.bytes = isMarked ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst(mark.count)) : bytes
    guard self.bytes.count >= 8, self.bytes[0] == self.bytes[1],
      self.bytes[0] == 0x49 || self.bytes[0] == 0x4D
    else { return nil }
    isLittle = self.bytes[0] == 0x49
    guard number(2, 2) == 42 else { return nil }
  }

  /// That of a PNG's `eXIf` chunk, which libvips does not read.
  /// - Returns: nil where there is none.
  init?(png bytes: UnsafeRawBufferPointer) {
    var at = 8
    while at + 12 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
      guard length <= bytes.count - at - 12 else { return nil }
      if bytes[(at + 4)..<(at + 8)].elementsEqual("eXIf".utf8) {
        self.init(UnsafeRawBufferPointer(rebasing: bytes[(at + 8)..<(at + 8 + length)]))
        return
      }
      at += 12 + length
    }
    return nil
  }

  /// How the photo lies in its file; nil where it does not say.
  var orientation: Orientation? {
    entry(0x0112, in: number(4, 4)).flatMap { Orientation(rawValue: number($0 + 8, 2)) }
  }

  /// When the photo was taken (DateTimeOriginal), else digitized (DateTimeDigitized, which other programs call CreateDate);
  /// nil where it says neither.
  var captureTime: CaptureTime? {
    guard let exif = entry(0x8769, in: number(4, 4)).map({ number($0 + 8, 4) }) else { return nil }
    for tag in [0x9003, 0x9004] {
      if let time = text(tag, in: exif).flatMap({ CaptureTime(exif: $0) }) { return time }
    }
    return nil
  }

  /// Bytes that are not there count as 0.
  private func number(_ at: Int, _ count: Int) -> Int {
    guard at + count <= bytes.count else { return 0 }
    return (0..<count).reduce(0) { $0 << 8 | Int(bytes[at + (isLittle ? count - 1 - $1 : $1)]) }
  }

  /// Where a directory's entry of a tag is.
  private func entry(_ tag: Int, in directory: Int) -> Int? {
    (0..<number(directory, 2)).lazy.map { directory + 2 + $0 * 12 }
      .first { $0 + 12 <= bytes.count && number($0, 2) == tag }
  }

  private func text(_ tag: Int, in directory: Int) -> String? {
    guard let at = entry(tag, in: directory) else { return nil }
    let count = number(at + 4, 4)
    guard number(at + 2, 2) == 2, count <= Self.longestText else { return nil }
    let start = count > 4 ? number(at + 8, 4) : at + 8
    guard start + count <= bytes.count else { return nil }
    return String(decoding: bytes[start..<start + count].prefix { $0 != 0 }, as: UTF8.self)
  }
}
