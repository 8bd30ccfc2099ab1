/// The blocks of a GIF file, of which a decoder is to see those up to the end of the first image: it would go through all
/// others, and note something of each, before it decodes that one.
struct GIFBlocks {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The file as if it ended with its first image.
  /// - Returns: nil where nothing but its end follows that image, or it is cut short before.
  func firstImage() -> [UInt8]? {
    guard bytes.count > 13 else { return nil }
    var at = 13 + tableBytes(bytes[10])
    while at < bytes.count {
      switch bytes[at] {
      case Self.extensionMark:
        guard let next = endOfPieces(at + 2) else { return nil }
        at = next
      case Self.imageMark:
        guard at + 10 < bytes.count,
          let end = endOfPieces(at + 11 + tableBytes(bytes[at + 9])), end < bytes.count,
          bytes[end] != Self.endMark
        else { return nil }
        return Array(bytes[..<end]) + [Self.endMark]
      default: return nil
      }
    }
    return nil
  }

  private static let extensionMark: UInt8 = 0x21
  private static let imageMark: UInt8 = 0x2C
  private static let endMark: UInt8 = 0x3B

  /// Of a colour table, by the field that says whether there is one.
  private func tableBytes(_ field: UInt8) -> Int {
    field & 0x80 == 0 ? 0 : 3 << (Int(field & 7) + 1)
  }

  /// Behind pieces of up to 255 bytes, of which an empty one is the last.
  private func endOfPieces(_ start: Int) -> Int? {
    var at = start
    while at < bytes.count {
      let length = Int(bytes[at])
      at += 1 + length
      if length == 0 { return at }
    }
    return nil
  }
}
