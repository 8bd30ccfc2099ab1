import Foundation

/// A JSON array of records, or of arrays of numbers.
public struct JSONFormat: EmbeddingFileFormat {
  public let name = "json"
  public let summary = "an array of records, with all that is known of each face"
  public let hasRecords = true

  public init() {}

  public func head(_ table: EmbeddingTable) -> Data { Data("[".utf8) }

  public func row(_ row: EmbeddingRow, number: Int) -> Data {
    if let record = row.record { return number == 0 ? record : Data(",".utf8) + record }
    return Data(((number == 0 ? "" : ",\n") + Self.array(row.values)).utf8)
  }

  public func foot(_ table: EmbeddingTable) -> Data { Data("]\n".utf8) }

  /// Reads an array of numbers, or of one array of them.
  public func embedding(in data: Data) throws(EmbeddingMisfit) -> [Float] {
    let decoder = JSONDecoder()
    if let row = try? decoder.decode([Float].self, from: data) { return row }
    guard let rows = try? decoder.decode([[Float]].self, from: data) else {
      throw EmbeddingMisfit("not a JSON array of numbers")
    }
    guard rows.count == 1 else { throw EmbeddingMisfit("\(rows.count) rows where one is wanted") }
    return rows[0]
  }

  static func array(_ values: [Float]) -> String {
    "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
  }
}

extension EmbeddingFormat {
  public static let json = Self(JSONFormat())
}
