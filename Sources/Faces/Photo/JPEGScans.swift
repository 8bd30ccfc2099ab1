import Foundation

/// How a JPEG comes: in how many scans, and what its decoder has in memory until the last of them.
///
/// Counted as a decoder meets them, from mark to mark up to the end of the image, before any of them is decoded.
struct JPEGScans {
  private(set) var width = 0
  private(set) var height = 0
  private(set) var count = 0
  /// Whether it is in the arithmetic code, which takes a decoder several times as long as Huffman's.
  private(set) var isArithmetic = false
  /// Of the cosine transform, of all components with their own sampling; 0 where each block is decoded at once.
  private(set) var coefficientBytes = 0

  /// The maximum number of scans that are decoded of an image of so many pixels.
  ///
  /// Each scan goes over every block of the picture, even where it says nothing about it, so that the work is pixels times
  /// scans: 3 billion take seconds. Encoders write ten scans, the most thorough of them under 20, which is accepted at
  /// any size. 500 is the bound that libjpeg-turbo's authors advise.
  /// In the arithmetic code, which next to nobody writes, a quarter of the work and 10 scans.
  static func maximum(pixels: Int, isArithmetic: Bool = false) -> Int {
    let (work, least) = isArithmetic ? (750_000_000, 10) : (3_000_000_000, 20)
    return min(500, max(least, work / max(1, pixels)))
  }

  init(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count > 4 else { return }
    var at = 2
    var components = 0
    var isWhole = false
    var blockBytes = 0
    while let mark = Self.mark(base, bytes.count, &at) {
      // Without a length: restarts and a relic.
      if mark == 0x01 || (0xD0...0xD8).contains(mark) { continue }
      guard mark != 0xD9, at + 2 <= bytes.count else { break }
      let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
      guard length >= 2, at + length <= bytes.count else { break }
      switch mark {
      case 0xC0...0xC2, 0xC9, 0xCA:
        guard length >= 8 else { return }
        height = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
        width = Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
        components = Int(bytes[at + 7])
        guard length >= 8 + 3 * components else { return }
        isWhole = mark == 0xC2 || mark == 0xCA
        isArithmetic = mark == 0xC9 || mark == 0xCA
        let samplings = (0..<components).map { Int(bytes[at + 9 + 3 * $0]) }
        blockBytes = Self.coefficientBytes(width, height, samplings)
      case 0xDA:
        count += 1
        // What comes one component after the other is kept until the last one is there.
        if length > 2, Int(bytes[at + 2]) < components { isWhole = true }
      default: break
      }
      at += length
    }
    coefficientBytes = isWhole ? blockBytes : 0
  }

  /// Two bytes each, in whole units of the largest sampling.
  private static func coefficientBytes(_ width: Int, _ height: Int, _ samplings: [Int]) -> Int {
    let across = samplings.map { max(1, $0 >> 4) }
    let down = samplings.map { max(1, $0 & 15) }
    let unit = (8 * (across.max() ?? 1), 8 * (down.max() ?? 1))
    let units = ((width + unit.0 - 1) / unit.0) * ((height + unit.1 - 1) / unit.1)
    return zip(across, down).reduce(0) { $0 + units * $1.0 * $1.1 * 64 * 2 }
  }

  /// The next mark at or behind a place, which is left behind it; zeros after 0xFF are pixels.
  private static func mark(_ base: UnsafeRawPointer, _ count: Int, _ at: inout Int) -> UInt8? {
    while at + 1 < count {
      guard let found = memchr(base + at, 0xFF, count - at - 1) else { return nil }
      at = base.distance(to: found) + 1
      while at < count, base.load(fromByteOffset: at, as: UInt8.self) == 0xFF { at += 1 }
      guard at < count else { return nil }
      let mark = base.load(fromByteOffset: at, as: UInt8.self)
      at += 1
      if mark != 0 { return mark }
    }
    return nil
  }
}
