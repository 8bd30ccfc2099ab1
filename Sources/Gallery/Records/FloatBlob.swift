import Foundation

/// Floats as bytes in the database: little-endian f32, one after the other.
enum FloatBlob {
  static func data(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Appends the floats of a blob to an array.
  static func append(_ bytes: UnsafeRawBufferPointer, to values: inout [Float]) {
    for offset in stride(from: 0, to: bytes.count - bytes.count % 4, by: 4) {
      let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      values.append(Float(bitPattern: UInt32(littleEndian: bits)))
    }
  }

  static func floats(_ data: Data) -> [Float] {
    var values: [Float] = []
    data.withUnsafeBytes { append($0, to: &values) }
    return values
  }
}
