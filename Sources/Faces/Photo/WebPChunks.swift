/// The chunks of a WebP file, of which a decoder is to see those of the first image: it would otherwise look up each frame of an
/// animation among all before it, and keep whatever else is there.
struct WebPChunks {
  private struct Chunk {
    var name: UInt32
    /// With its head and what fills it up, as far as the file has it.
    var range: Range<Int>
    /// The same as it says.
    var length: Int
  }

  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The file as if it ended with its first image.
  /// - Returns: nil where there is nothing else.
  func firstImage() -> [UInt8]? {
    guard bytes.count >= 20, number(12) == Self.extended else { return nil }
    var kept: [Chunk] = []
    var hasMore = false
    var seen: Set<UInt32> = []
    var at = 12
    while let chunk = chunk(at) {
      at += chunk.length
      if Self.needed.contains(chunk.name), seen.insert(chunk.name).inserted {
        kept.append(chunk)
      } else {
        hasMore = true
      }
    }
    guard hasMore else { return nil }
    let length = 4 + kept.reduce(0) { $0 + $1.length }
    guard let size = UInt32(exactly: length) else { return nil }
    var all = Array(bytes[..<4])
    withUnsafeBytes(of: size.littleEndian) { all.append(contentsOf: $0) }
    all.append(contentsOf: bytes[8..<12])
    for chunk in kept { all.append(contentsOf: bytes[chunk.range]) }
    return all
  }

  /// What a decoder takes for its code tables, in bytes, if the file makes it use as many as it can: of an image without loss,
  /// each block of 4 × 4 pixels may choose among up to 65,536 sets of five, a set takes at least 20 bits of the file, and a table
  /// has 256 entries of 4 bytes or more.
  func tableBytes(width: Int, height: Int) -> Int {
    var at = 12
    var isLossless = false
    while !isLossless, let chunk = chunk(at) {
      isLossless = Self.lossless.contains(chunk.name)
      // The frames of an animation have theirs within.
      at += chunk.name == Self.frame ? 24 : chunk.length
    }
    guard isLossless else { return 0 }
    let blocks = ((width + 3) / 4).multipliedReportingOverflow(by: (height + 3) / 4).partialValue
    return min(65_536, blocks, bytes.count * 8 / 20) * 5 * 256 * 4
  }

  private static let extended = number("VP8X")
  private static let frame = number("ANMF")
  private static let lossless: Set<UInt32> = [number("VP8L"), number("ALPH")]
  private static let needed: Set<UInt32> = Set(
    ["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L", "EXIF"].map { number($0) })

  private func chunk(_ at: Int) -> Chunk? {
    guard at + 8 <= bytes.count else { return nil }
    let length = Int(number(at + 4))
    let whole = 8 + length + length % 2
    return Chunk(name: number(at), range: at..<min(bytes.count, at + whole), length: whole)
  }

  private func number(_ at: Int) -> UInt32 {
    UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
      | UInt32(bytes[at + 3]) << 24
  }

  private static func number(_ name: String) -> UInt32 {
    name.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
