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
    do {
      return try NPYReader.vector(in: data)
    } catch {
      throw EmbeddingMisfit(error.reason)
    }
  }
}

extension EmbeddingFormat {
  public static let npy = Self(NPYFormat())
}
