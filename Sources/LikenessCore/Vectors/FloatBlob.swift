import Foundation

/// Floats as bytes in files and databases: little-endian f32, one after the other.
package enum FloatBlob {
  package static func data(_ values: [Float]) -> Data {
    var data = Data(capacity: values.count * 4)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data
  }

  /// Appends the floats of a blob to an array.
  package static func append(_ bytes: UnsafeRawBufferPointer, to values: inout [Float]) {
    for offset in stride(from: 0, to: bytes.count - bytes.count % 4, by: 4) {
      let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      values.append(Float(bitPattern: UInt32(littleEndian: bits)))
    }
  }

  package static func floats(_ data: Data) -> [Float] {
    var values: [Float] = []
    data.withUnsafeBytes { append($0, to: &values) }
    return values
  }
}
