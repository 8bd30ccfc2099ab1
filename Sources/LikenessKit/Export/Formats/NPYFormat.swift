import Foundation
import LikenessCore

/// NumPy's format 1.0, little-endian f32, `(n, d)`.
public struct NPYFormat: EmbeddingFileFormat {
  public let name = "npy"
  public let summary = "the numbers alone, as a NumPy array (n, d)"
  public let isText = false

  public init() {}

  /// Magic, version, and a header that ends at a multiple of 64 bytes.
  public func head(_ table: EmbeddingTable) -> Data {
    var header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(table.count), \(table.dimensions)), }"
    let padding = 64 - (10 + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: padding % 64) + "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data.append(UInt8(header.utf8.count & 0xff))
    data.append(UInt8(header.utf8.count >> 8))
    data.append(Data(header.utf8))
    return data
  }

  public func row(_ row: EmbeddingRow, number: Int) -> Data { FloatBlob.data(row.values) }

  /// Reads a vector, or a matrix of one row, of f4 or f8.
  public func embedding(in data: Data) throws(EmbeddingMisfit) -> [Float] {
    let bytes = [UInt8](data)
    guard bytes.count > 12, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw EmbeddingMisfit("not an NPY file")
    }
    let isLong = bytes[6] >= 2
    let headerLength =
      Int(bytes[8]) | Int(bytes[9]) << 8
      | (isLong ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (isLong ? 12 : 10) + headerLength
    guard start <= bytes.count else { throw EmbeddingMisfit("it ends too early") }
    let header = String(decoding: bytes[(isLong ? 12 : 10)..<start], as: UTF8.self)
    guard let open = header.range(of: "'shape': ("),
      let close = header[open.upperBound...].firstIndex(of: ")")
    else { throw EmbeddingMisfit("an NPY header without a shape") }
    let shape = header[open.upperBound..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard shape.count == 1 || (shape.count == 2 && shape[0] == 1), let count = shape.last, count > 0
    else { throw EmbeddingMisfit("an array of shape \(shape) where one vector is wanted") }
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
    guard let values else { throw EmbeddingMisfit("neither f4 nor f8 numbers, or too few of them") }
    return values
  }
}

extension EmbeddingFormat {
  public static let npy = Self(NPYFormat())
}
