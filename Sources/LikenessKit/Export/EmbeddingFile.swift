import Foundation
import LikenessCore

/// Embeddings in files that other programs read and write.
public enum EmbeddingFormat: String, Sendable, CaseIterable {
  /// A JSON array of numbers, or of arrays of numbers.
  case json
  /// A row an embedding, numbers between commas.
  case csv
  /// NumPy's format 1.0, little-endian f32, `(n, d)`.
  case npy
}

extension EmbeddingMatrix {
  /// The matrix as the bytes of a file.
  /// - Parameters:
  ///   - labels: put before each row of a CSV; one a row, or none.
  ///   - header: the names of the labels' columns; none for a CSV without a line of names.
  ///   - column: the name of a column of numbers by its place, where there is a line of names.
  public func data(
    as format: EmbeddingFormat, labels: [[String]] = [], header: [String] = [],
    column: (Int) -> String = { "e\($0)" }
  ) -> Data {
    switch format {
    case .json:
      let rows = (0..<count).map { "[" + Self.text(self[$0].values) + "]" }
      return Data(("[" + rows.joined(separator: ",\n") + "]\n").utf8)
    case .csv:
      var lines: [String] = []
      if !header.isEmpty {
        let columns = header + (0..<dimensions).map(column)
        lines.append(columns.map(\.csvField).joined(separator: ","))
      }
      for row in 0..<count {
        let head = row < labels.count ? labels[row].map { $0.csvField + "," }.joined() : ""
        lines.append(head + Self.text(self[row].values))
      }
      return Data((lines.joined(separator: "\n") + "\n").utf8)
    case .npy:
      return npy()
    }
  }

  private static func text(_ values: [Float]) -> String {
    values.map { "\($0)" }.joined(separator: ",")
  }

  /// NumPy's format: magic, version, and a header that ends at a multiple of 64 bytes.
  private func npy() -> Data {
    var header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count), \(dimensions)), }"
    let padding = 64 - (10 + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: padding % 64) + "\n"
    var data = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    data.append(UInt8(header.utf8.count & 0xff))
    data.append(UInt8(header.utf8.count >> 8))
    data.append(Data(header.utf8))
    data.append(FloatBlob.data(values))
    return data
  }
}

extension Embedding {
  /// The file extensions by which an embedding file is known.
  static let fileExtensions: Set<String> = ["json", "csv", "npy"]

  /// Reads one embedding: a JSON array, a CSV row, or an NPY vector (f4 or f8).
  /// - Throws: `LikenessError.badEmbedding`
  public init(contentsOf url: URL) throws {
    func bad(_ reason: String) -> LikenessError { .badEmbedding(path: url.path, reason: reason) }
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw bad("it cannot be read")
    }
    let values: [Float]
    switch url.pathExtension.lowercased() {
    case "json":
      let decoder = JSONDecoder()
      if let row = try? decoder.decode([Float].self, from: data) {
        values = row
      } else if let rows = try? decoder.decode([[Float]].self, from: data) {
        guard rows.count == 1 else { throw bad("\(rows.count) rows where one is wanted") }
        values = rows[0]
      } else {
        throw bad("not a JSON array of numbers")
      }
    case "csv":
      let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
      guard lines.count == 1 else { throw bad("\(lines.count) rows where one is wanted") }
      let fields = lines[0].split(separator: ",", omittingEmptySubsequences: false)
      values = try fields.map { field in
        guard let value = Float(field.trimmingCharacters(in: .whitespaces)) else {
          throw bad("\"\(field)\" is not a number")
        }
        return value
      }
    default:
      values = try Self.readNPY([UInt8](data), bad)
    }
    self.init(values)
    guard !values.isEmpty, isFinite else { throw bad("not all of its numbers are finite") }
  }

  private static func readNPY(
    _ bytes: [UInt8], _ bad: (String) -> LikenessError
  ) throws -> [Float] {
    guard bytes.count > 12, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw bad("not an NPY file")
    }
    let isLong = bytes[6] >= 2
    let headerLength =
      Int(bytes[8]) | Int(bytes[9]) << 8
      | (isLong ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    let start = (isLong ? 12 : 10) + headerLength
    guard start <= bytes.count else { throw bad("it ends too early") }
    let header = String(decoding: bytes[(isLong ? 12 : 10)..<start], as: UTF8.self)
    guard let open = header.range(of: "'shape': ("),
      let close = header[open.upperBound...].firstIndex(of: ")")
    else { throw bad("an NPY header without a shape") }
    let shape = header[open.upperBound..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard shape.count == 1 || (shape.count == 2 && shape[0] == 1), let count = shape.last, count > 0
    else { throw bad("an array of shape \(shape) where one vector is wanted") }
    return try bytes.withUnsafeBytes { raw in
      if header.contains("'<f4'"), count <= (bytes.count - start) / 4 {
        var values: [Float] = []
        FloatBlob.append(.init(rebasing: raw[start..<start + 4 * count]), to: &values)
        return values
      }
      if header.contains("'<f8'"), count <= (bytes.count - start) / 8 {
        return (0..<count).map {
          Float(
            Double(
              bitPattern: UInt64(
                littleEndian: raw.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self))))
        }
      }
      throw bad("neither f4 nor f8 numbers, or too few of them")
    }
  }
}
