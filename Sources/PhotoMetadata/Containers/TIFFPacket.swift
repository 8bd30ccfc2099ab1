import Foundation

/// The XMP of a TIFF, and of a raw file that is one, such as a DNG: tag 700 of the first directory, XMP Specification part 3,
/// 1.1.7.
struct TIFFPacket {
  private static let tag = 700

  private let data: Data
  private let isLittle: Bool
  /// With offsets of 64 bits.
  private let isBig: Bool
  /// Where the first directory's entries are, with the number of them before and the place of the next directory behind.
  private var entries: Range<Int>?
  private var own: (entry: Int, value: Range<Int>)?

  private var entrySize: Int { isBig ? 20 : 12 }
  private var countSize: Int { isBig ? 8 : 2 }
  private var offsetSize: Int { isBig ? 8 : 4 }
  /// Where the head says where the first directory is.
  private var headOffset: Int { isBig ? 8 : 4 }

  init(_ data: Data) {
    self.data = data
    isLittle = data.first == 0x49
    isBig = data.count >= 16 && data[isLittle ? 2 : 3] == 43
    guard let directory = number(headOffset, offsetSize),
      let count = number(directory, countSize), count > 0, count <= 4096
    else { return }
    let start = directory + countSize
    let end = start + count * entrySize
    guard end + offsetSize <= data.count else { return }
    entries = start..<end
    for at in stride(from: start, to: end, by: entrySize) where number(at, 2) == Self.tag {
      guard let type = number(at + 2, 2), [1, 7].contains(type),
        let length = number(at + 4, offsetSize), length > offsetSize,
        let value = number(at + 4 + offsetSize, offsetSize), length <= data.count - value
      else { continue }
      own = (at, value..<value + length)
      return
    }
  }

  var packet: Data? { own.map { Data(data[$0.value]) } }

  /// - Throws: `XMPContainer.Refusal`
  func replacing(_ packet: Data) throws(XMPContainer.Refusal) -> Data {
    guard let entries else { throw .init(reason: "its directories are damaged") }
    if let own, own.value.count == packet.count { return data.replacing(own.value, with: packet) }
    // Behind all that is there, and from an even place on, as offsets have to be.
    var result = data + Data(count: data.count % 2)
    let place = result.count
    result += packet
    guard isBig || result.count + entries.count + 32 < 1 << 32 else {
      throw .init(reason: "it would be larger than 4 GB")
    }
    var entry = bytes(Self.tag, 2) + bytes(1, 2)
    entry += bytes(packet.count, offsetSize) + bytes(place, offsetSize)
    if let own {
      result.replaceSubrange(own.entry..<own.entry + entrySize, with: entry)
      return result
    }
    // A longer directory, with its entries in the order of their tags.
    result += Data(count: result.count % 2)
    let directory = result.count
    let others = stride(from: entries.lowerBound, to: entries.upperBound, by: entrySize).map {
      data[$0..<$0 + entrySize]
    }
    let before = others.prefix { (number($0.startIndex, 2) ?? 0) < Self.tag }
    let after = others.dropFirst(before.count).filter { number($0.startIndex, 2) != Self.tag }
    result += bytes(before.count + 1 + after.count, countSize)
    for other in before { result += other }
    result += entry
    for other in after { result += other }
    result += data[entries.upperBound..<entries.upperBound + offsetSize]
    result.replaceSubrange(headOffset..<headOffset + offsetSize, with: bytes(directory, offsetSize))
    return result
  }

  private func number(_ at: Int, _ size: Int) -> Int? {
    guard at >= 0, at <= data.count - size else { return nil }
    let bytes = data[at..<at + size]
    let value =
      isLittle
      ? bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      : bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value <= UInt64(Int.max / 4) ? Int(value) : nil
  }

  private func bytes(_ number: Int, _ size: Int) -> Data {
    let little = (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return Data(isLittle ? little : little.reversed())
  }
}
