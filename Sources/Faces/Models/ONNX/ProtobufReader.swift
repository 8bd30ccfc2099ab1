import Foundation

/// Reads the fields of a protobuf message one after another
/// (protobuf encoding guide: varint, 64-bit, length-delimited, 32-bit).
struct ProtobufReader {
  struct Malformed: Error {}

  enum Value {
    case integer(UInt64)
    /// A text, a message, or packed numbers.
    case bytes(Data)
  }

  private var rest: Data

  init(_ data: Data) { rest = data }

  /// The next field's number and value; nil at the end.
  mutating func next() throws(Malformed) -> (field: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    // Fields are numbered from 1 to 2^29 - 1.
    guard (1..<1 << 29).contains(key >> 3) else { throw Malformed() }
    let value: Value
    switch key & 7 {
    case 0: value = .integer(try varint())
    case 1: value = .bytes(try take(8))
    case 2: value = .bytes(try take(Int(exactly: try varint()) ?? .max))
    case 5: value = .bytes(try take(4))
    default: throw Malformed()
    }
    return (Int(key >> 3), value)
  }

  /// All that is left, as packed varints.
  mutating func varints() throws(Malformed) -> [UInt64] {
    var numbers: [UInt64] = []
    while !rest.isEmpty { numbers.append(try varint()) }
    return numbers
  }

  /// How many elements a tensor of a shape has that a message states.
  static func elementCount(ofShape shape: [Int]) throws(Malformed) -> Int {
    var count = 1
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflows else { throw Malformed() }
      count = product
    }
    return count
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var (result, shift): (UInt64, UInt64) = (0, 0)
    while let byte = rest.popFirst(), shift < 64 {
      result |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
    throw Malformed()
  }

  private mutating func take(_ count: Int) throws(Malformed) -> Data {
    guard count <= rest.count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
