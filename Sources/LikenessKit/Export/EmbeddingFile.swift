import Foundation
import LikenessCore

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
    var data = Data()
    write(as: format, labels: labels, header: header, column: column) { data.append($0) }
    return data
  }

  /// The same piece by piece.
  func write<Failure: Error>(
    as format: EmbeddingFormat, labels: [[String]], header: [String], column: (Int) -> String,
    to write: (Data) throws(Failure) -> Void
  ) throws(Failure) {
    let table = EmbeddingTable(
      count: count, dimensions: dimensions,
      columns: header.isEmpty ? [] : header + (0..<dimensions).map(column))
    let rows = (0..<count).lazy.map {
      EmbeddingRow(labels: $0 < labels.count ? labels[$0] : [], values: self[$0].values)
    }
    try format.write(rows, of: table, to: write)
  }
}

extension Embedding {
  /// The file extensions by which an embedding file is known.
  package static let fileExtensions = Set(EmbeddingFormat.allCases.map(\.rawValue))

  /// Reads one embedding, in the format that the file's extension says; NPY for others.
  /// - Throws: `LikenessError.badEmbedding`
  public init(contentsOf url: URL) throws {
    func bad(_ reason: String) -> LikenessError { .badEmbedding(path: url.path, reason: reason) }
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw bad("it cannot be read")
    }
    let format = EmbeddingFormat(rawValue: url.pathExtension.lowercased()) ?? .npy
    do {
      self.init(try format.format.embedding(in: data))
    } catch {
      throw bad(error.reason)
    }
    if let defect { throw bad(defect) }
  }
}
