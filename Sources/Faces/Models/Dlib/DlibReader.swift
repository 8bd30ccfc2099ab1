import CKernels
import Foundation

/// Reads values in dlib's own serialisation (dlib/serialize.h, dlib/cuda/tensor.h).
///
/// Integers are a size byte (sign in the top bit) and that many little-endian bytes; floating point
/// numbers are an integer mantissa and a binary exponent; tensors are raw little-endian floats.
struct DlibReader {
  private let bytes: [UInt8]
  private(set) var offset: Int

  init(_ data: Data) {
    bytes = [UInt8](data)
    offset = 0
  }

  /// True when every byte has been read.
  var isAtEnd: Bool { offset == bytes.count }

  mutating func byte() throws(ModelFileError) -> UInt8 {
    guard offset < bytes.count else { throw .truncated(offset: offset) }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func integer() throws(ModelFileError) -> Int {
    let head = try byte()
    let size = Int(head & 0x0f)
    guard (1...8).contains(size) else {
      throw .malformed("an integer of \(size) bytes", offset: offset)
    }
    var value: UInt64 = 0
    for shift in 0..<size { value |= UInt64(try byte()) << UInt64(8 * shift) }
    let magnitude = Int(truncatingIfNeeded: value)
    return head & 0x80 != 0 ? 0 &- magnitude : magnitude
  }

  mutating func boolean() throws(ModelFileError) -> Bool {
    let character = try byte()
    guard character == UInt8(ascii: "0") || character == UInt8(ascii: "1") else {
      throw .malformed("a boolean of value \(character)", offset: offset)
    }
    return character == UInt8(ascii: "1")
  }

  mutating func float() throws(ModelFileError) -> Double {
    let mantissa = try integer()
    let exponent = try integer()
    switch exponent {
    case 32000: return .infinity
    case 32001: return -.infinity
    case 32002: return .nan
    default: return scalbn(Double(mantissa), exponent)
    }
  }

  /// A count that sizes an allocation, so never more than the bytes that are left.
  mutating func count() throws(ModelFileError) -> Int {
    let value = try integer()
    guard value >= 0, value <= bytes.count - offset else {
      throw .malformed("a count of \(value)", offset: offset)
    }
    return value
  }

  mutating func string() throws(ModelFileError) -> String {
    let length = try count()
    defer { offset += length }
    return String(decoding: bytes[offset..<offset + length], as: UTF8.self)
  }

  mutating func expect(_ accepted: Int..., as what: String) throws(ModelFileError) -> Int {
    let version = try integer()
    guard accepted.contains(version) else {
      throw .malformed("version \(version) of \(what)", offset: offset)
    }
    return version
  }

  mutating func tensor() throws(ModelFileError) -> DlibTensor {
    _ = try expect(2, as: "a tensor")
    var shape: [Int] = []
    for _ in 0..<4 { shape.append(try count()) }
    var size = 1
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .malformed("a tensor of shape \(shape)", offset: offset) }
      size = product
    }
    guard size <= (bytes.count - offset) / 4 else { throw .truncated(offset: offset) }
    let start = offset
    let values = [Float](unsafeUninitializedCapacity: size) { buffer, initialized in
      bytes.withUnsafeBytes { raw in
        for index in 0..<size {
          let bits = raw.loadUnaligned(
            fromByteOffset: start + 4 * index, as: UInt32.self)
          buffer.initializeElement(at: index, to: Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
      initialized = size
    }
    offset += 4 * size
    return DlibTensor(shape: shape, values: values)
  }

  /// The shape of a view into another tensor.
  mutating func aliasTensor() throws(ModelFileError) -> [Int] {
    _ = try expect(1, as: "an alias tensor")
    var shape: [Int] = []
    var size = 1
    for _ in 0..<4 {
      let dimension = try integer()
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      // No view is larger than what it looks at, which came before it.
      guard (0...offset).contains(dimension), !overflow, product <= offset else {
        throw .malformed("a view of \(dimension) places", offset: offset)
      }
      shape.append(dimension)
      size = product
    }
    return shape
  }

  /// A dense matrix, row by row.
  mutating func matrix() throws(ModelFileError) -> [Float] {
    // Negative sizes mark the newer format; both are written row by row.
    let rows = try integer().magnitude
    let columns = try integer().magnitude
    let (size, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, size <= UInt(bytes.count - offset) else {
      throw .malformed("a matrix of \(rows) × \(columns)", offset: offset)
    }
    let start = offset
    var length = 0
    let values = [Float](unsafeUninitializedCapacity: Int(size)) { numbers, count in
      length = bytes[start...].withUnsafeBufferPointer {
        ck_read_dlib_numbers($0.baseAddress, $0.count, numbers.baseAddress, Int(size))
      }
      count = length > 0 ? Int(size) : 0
    }
    guard length > 0 || size == 0 else {
      // Number by number, to say where.
      for _ in 0..<size { _ = try float() }
      throw .malformed("a matrix", offset: start)
    }
    offset += length
    return values
  }
}

/// A dense tensor as dlib stores it: samples, channels, rows, columns.
package struct DlibTensor: Sendable, Equatable {
  package var shape: [Int]
  package var values: [Float]
}
