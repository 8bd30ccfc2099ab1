import Foundation

/// JSON Lines (jsonlines.org): a record, or an array of numbers, a line. A reader needs no more than a line at a time,
/// and a file can be cut or continued at any line.
public struct JSONLinesFormat: EmbeddingFileFormat {
  public let name = "jsonl"
  public let summary = "the same records, each on a line of its own"
  public let hasRecords = true

  public init() {}

  public func row(_ row: EmbeddingRow, number: Int) -> Data {
    (row.record ?? Data(JSONFormat.array(row.values).utf8)) + Data("\n".utf8)
  }

  /// Reads a line with an array of numbers.
  public func embedding(in data: Data) throws(EmbeddingMisfit) -> [Float] {
    let lines = data.split(separator: UInt8(ascii: "\n"))
    guard lines.count == 1 else { throw EmbeddingMisfit("\(lines.count) rows where one is wanted") }
    return try JSONFormat().embedding(in: lines[0])
  }
}
