import Foundation

/// The XMP of a WebP: a chunk `XMP ` behind the picture, which `VP8X` announces. WebP Container Specification (RFC 9649, 2.7).
struct RIFFChunks {
  private static let most = 100_000

  private let data: Data
  /// Each with its head and the byte that makes its length even.
  private var chunks: [(name: String, whole: Range<Int>, content: Range<Int>)] = []
  private var isWhole = false

  init(_ data: Data) {
    self.data = data
    guard let length = Self.littleEndian(data, 4), length + 8 <= data.count else { return }
    var at = 12
    while chunks.count < Self.most, at + 8 <= length + 8, let size = Self.littleEndian(data, at + 4)
    {
      let end = at + 8 + size + size % 2
      guard end <= length + 8 else { return }
      chunks.append(
        (String(decoding: data[at..<at + 4], as: UTF8.self), at..<end, at + 8..<at + 8 + size))
      at = end
    }
    isWhole = at == length + 8
  }

  var packet: Data? {
    chunks.first { $0.name == "XMP " }.map { Data(data[$0.content]) }
  }

  /// - Throws: `XMPContainer.Refusal`
  func replacing(_ packet: Data) throws(XMPContainer.Refusal) -> Data {
    guard isWhole, let first = chunks.first, let end = chunks.last?.whole.upperBound else {
      throw .init(reason: "its chunks are damaged")
    }
    let chunk = Self.chunk("XMP ", packet)
    var result = data
    if let own = chunks.first(where: { $0.name == "XMP " }) {
      result = result.replacing(own.whole, with: chunk)
    } else {
      result = result.replacing(end..<end, with: chunk)
    }
    let announced: UInt8 = 0x04
    if first.name == "VP8X", first.content.count >= 10 {
      result[first.content.lowerBound] |= announced
    } else {
      guard let header = header(of: first, flags: announced) else {
        throw .init(reason: "its chunks are damaged")
      }
      result = result.replacing(12..<12, with: header)
    }
    let length = result.count - 8 - (data.count - end)
    result.replaceSubrange(4..<8, with: Self.littleEndian(UInt32(length)))
    return result
  }

  /// The head of a file that had no need for one.
  private func header(
    of picture: (name: String, whole: Range<Int>, content: Range<Int>), flags: UInt8
  ) -> Data? {
    let at = picture.content.lowerBound
    var flags = flags
    let (width, height): (Int, Int)
    switch picture.name {
    case "VP8 " where picture.content.count >= 10:
      // Behind the frame's tag and its start code; two bits of each are a scale.
      guard let columns = Self.littleEndian(data, at + 6, bytes: 2),
        let rows = Self.littleEndian(data, at + 8, bytes: 2)
      else { return nil }
      (width, height) = (columns & 0x3FFF, rows & 0x3FFF)
    case "VP8L" where picture.content.count >= 5:
      guard let bits = Self.littleEndian(data, at + 1) else { return nil }
      (width, height) = (bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
      if bits >> 28 & 1 != 0 { flags |= 0x10 }
    default: return nil
    }
    guard width > 0, height > 0 else { return nil }
    let size = [width - 1, height - 1].flatMap { side in
      [0, 8, 16].map { UInt8(truncatingIfNeeded: side >> $0) }
    }
    return Self.chunk("VP8X", Data([flags, 0, 0, 0] + size))
  }

  private static func chunk(_ name: String, _ content: Data) -> Data {
    Data(name.utf8) + littleEndian(UInt32(content.count)) + content
      + Data(count: content.count % 2)
  }

  private static func littleEndian(_ number: UInt32) -> Data {
    withUnsafeBytes(of: number.littleEndian) { Data($0) }
  }

  private static func littleEndian(_ data: Data, _ at: Int, bytes: Int = 4) -> Int? {
    guard at >= 0, at + bytes <= data.count else { return nil }
    return data[at..<at + bytes].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
