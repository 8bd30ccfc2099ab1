import Foundation

/// Why the bytes are not those of an array that can be read.
package struct NPYError: Error, Equatable {
  package var reason: String
}

/// Reads arrays as NumPy writes them, format 1.0 and later (numpy.lib.format).
package enum NPYReader {
  /// A vector, or the row of a matrix of one, of little-endian f4 or f8.
  package static func vector(in data: Data) throws(NPYError) -> [Float] {
    let bytes = [UInt8](data)
    guard bytes.count > 12, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw NPYError(reason: "not an NPY file")
    }
    let isLong = bytes[6] >= 2
    let headerLength =
      Int(bytes[8]) | Int(bytes[9]) << 8
      | (isLong ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (isLong ? 12 : 10) + headerLength
    guard start <= bytes.count else { throw NPYError(reason: "it ends too early") }
    let header = String(decoding: bytes[(isLong ? 12 : 10)..<start], as: UTF8.self)
    guard let open = header.range(of: "'shape': ("),
      let close = header[open.upperBound...].firstIndex(of: ")")
    else { throw NPYError(reason: "an NPY header without a shape") }
    let shape = header[open.upperBound..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard shape.count == 1 || (shape.count == 2 && shape[0] == 1), let count = shape.last, count > 0
    else {
      throw NPYError(reason: "an array of shape \(shape) where one vector is wanted")
    }
    let values = bytes.withUnsafeBytes { raw -> [Float]? in
      if header.contains("'<f4'"), count <= (bytes.count - start) / 4 {
        var values: [Float] = []
        FloatBlob.append(.init(rebasing: raw[start..<start + 4 * count]), to: &values)
        return values
      }
      guard header.contains("'<f8'"), count <= (bytes.count - start) / 8 else { return nil }
      return (0..<count).map {
        Float(
          Double(
            bitPattern: UInt64(
              littleEndian: raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self))))
      }
    }
    guard let values else {
      throw NPYError(reason: "neither f4 nor f8 numbers, or too few of them")
    }
    return values
  }
}
