import CVips

/// The chunks of a PNG file, of which a decoder is to see those only that say what the pixels are.
///
/// Texts, histories and whatever else a program adds may inflate to a thousand times their size, and decoders keep all of it
/// before the first pixel. Nothing here reads them. Nor does a decoder see a chunk that claims more than the file has.
struct PNGChunks {
  /// The largest colour profile that is looked at, in bytes when inflated; those of cameras and printers have up to 3 MB.
  static let maximumProfile = 4 << 20

  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether the picture comes in seven passes (Adam7), so that all of it is in memory before its first row is whole.
  var isInterlaced: Bool { bytes.count > 28 && bytes[28] == 1 }

  /// The file without what decoding does not need.
  /// - Returns: nil where there is nothing else, which then costs no copy.
  func withoutExtras() -> [UInt8]? {
    var kept: [Range<Int>] = []
    var seen: Set<UInt32> = []
    // Where the chunks begin that are kept and not noted yet.
    var start = 0
    var at = 8
    var isEnded = false
    var end: Int?
    while !isEnded, at + 12 <= bytes.count {
      let length = Int(number(at))
      guard length <= bytes.count - at - 12 else {
        // Pixels are taken as they come, up to where the file is cut short, which the decoder says.
        if number(at + 4) == Self.pixels { end = bytes.count }
        break
      }
      let next = at + 12 + length
      if !isNeeded(at, length, &seen) {
        kept.append(start..<at)
        start = next
      }
      isEnded = number(at + 4) == Self.end
      at = next
    }
    // Of any other chunk a decoder would take memory for all that it claims, before it finds that the file has less.
    let stop = end ?? min(at, bytes.count)
    guard start > 0 || !isEnded && stop < bytes.count else { return nil }
    kept.append(start..<stop)
    var all: [UInt8] = []
    all.reserveCapacity(kept.reduce(0) { $0 + $1.count })
    for range in kept { all.append(contentsOf: bytes[range]) }
    return all
  }

  private static let end = number("IEND")
  private static let pixels = number("IDAT")
  private static let profile = number("iCCP")
  /// Those of which a file has one at most; a second one is an error that decoders find late.
  private static let single = Set(
    ["tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs", "eXIf", "cICP"].map { number($0) })

  private func isNeeded(_ at: Int, _ length: Int, _ seen: inout Set<UInt32>) -> Bool {
    let name = number(at + 4)
    // Bit 5 of the first letter: critical, and known to the decoder or an error.
    if bytes[at + 4] & 0x20 == 0 { return true }
    guard Self.single.contains(name), seen.insert(name).inserted else { return false }
    return name != Self.profile || isSmallProfile(bytes[(at + 8)..<(at + 8 + length)])
  }

  /// A name of at most 79 bytes, a zero, the method, then what inflates.
  private func isSmallProfile(_ chunk: UnsafeRawBufferPointer.SubSequence) -> Bool {
    guard let zero = chunk.prefix(80).firstIndex(of: 0) else { return false }
    let packed = UnsafeRawBufferPointer(rebasing: chunk.dropFirst(zero + 2 - chunk.startIndex))
    return cv_inflates_within(packed.baseAddress, packed.count, Self.maximumProfile) != 0
  }

  private func number(_ at: Int) -> UInt32 {
    UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8
      | UInt32(bytes[at + 3])
  }

  private static func number(_ name: String) -> UInt32 {
    name.utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
