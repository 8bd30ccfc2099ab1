import Foundation
import LikenessCore

/// A row a face: labels and numbers between commas, as RFC 4180 has it.
public struct CSVFormat: EmbeddingFileFormat {
  public let name = "csv"
  public let summary = "a row a face, with a column for each label and each number"

  public init() {}

  public func head(_ table: EmbeddingTable) -> Data {
    guard !table.columns.isEmpty else { return Data() }
    return Data((table.columns.map(\.csvField).joined(separator: ",") + "\n").utf8)
  }

  public func row(_ row: EmbeddingRow, number: Int) -> Data {
    let fields = row.labels.map(\.csvField) + row.values.map { "\($0)" }
    return Data((fields.joined(separator: ",") + "\n").utf8)
  }

  /// Reads a row of numbers.
  public func embedding(in data: Data) throws(EmbeddingMisfit) -> [Float] {
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard lines.count == 1 else { throw EmbeddingMisfit("\(lines.count) rows where one is wanted") }
    var values: [Float] = []
    for field in lines[0].split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Float(field.trimmingCharacters(in: .whitespaces)) else {
        throw EmbeddingMisfit("\"\(field)\" is not a number")
      }
      values.append(value)
    }
    return values
  }
}

extension EmbeddingFormat {
  public static let csv = Self(CSVFormat())
}
