import Foundation
import LikenessCore

/// A format of files with embeddings: rows, one after another, as bytes; and the one embedding of a file.
///
/// A new one is a file with a type that conforms to this, and its line in `EmbeddingFormat.registered`.
public protocol EmbeddingFileFormat: Sendable {
  /// As users type it; also the extension by which files are known.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }
  /// Whether it can be looked at on a terminal.
  var isText: Bool { get }
  /// Whether a row is a record with all that is known of a face, who may be without an embedding; else it is a row of
  /// numbers.
  var hasRecords: Bool { get }

  /// What goes before the rows.
  func head(_ table: EmbeddingTable) -> Data
  /// One row of the file.
  /// - Parameters:
  ///   - row: the face or embedding that it is about.
  ///   - number: of the row, from 0.
  func row(_ row: EmbeddingRow, number: Int) -> Data
  /// What goes after the rows.
  func foot(_ table: EmbeddingTable) -> Data

  /// Reads the one embedding of a file.
  /// - Throws: `EmbeddingMisfit`
  func embedding(in data: Data) throws(EmbeddingMisfit) -> [Float]
}

extension EmbeddingFileFormat {
  public var isText: Bool { true }
  public var hasRecords: Bool { false }
  public func head(_ table: EmbeddingTable) -> Data { Data() }
  public func foot(_ table: EmbeddingTable) -> Data { Data() }
}

/// What is known of rows before the first.
public struct EmbeddingTable: Sendable {
  public var count: Int
  public var dimensions: Int
  /// The names of a row's labels and then of its numbers; none where there is no line of names.
  public var columns: [String]

  public init(count: Int, dimensions: Int, columns: [String] = []) {
    (self.count, self.dimensions, self.columns) = (count, dimensions, columns)
  }
}

/// One face.
public struct EmbeddingRow: Sendable {
  /// What stands before the numbers in a table of text.
  public var labels: [String]
  public var values: [Float]
  /// All that is known of the face, as a JSON object; nil where there is nothing but numbers.
  public var record: Data?

  public init(labels: [String] = [], values: [Float], record: Data? = nil) {
    (self.labels, self.values, self.record) = (labels, values, record)
  }
}

/// Why a file is not an embedding, in a few words.
public struct EmbeddingMisfit: ClassifiedError, Equatable {
  public var reason: String

  public init(_ reason: String) { self.reason = reason }

  public var kind: ErrorKind { .invalidInput }
  public var description: String { reason }
}

/// What embeddings are written as, and read from.
public struct EmbeddingFormat: RegisteredChoice {
  /// Every format there is: a new one is its file and a line here.
  public static let registered: [any EmbeddingFileFormat] = [
    JSONFormat(),
    CSVFormat(),
    NPYFormat(),
    JSONLinesFormat(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }

  public let format: any EmbeddingFileFormat

  public init(_ format: any EmbeddingFileFormat) { self.format = format }

  public var rawValue: String { format.name }
  public var summary: String { format.summary }
  public var isText: Bool { format.isText }
  public var hasRecords: Bool { format.hasRecords }

  /// How much is put together before it is written.
  private static let pieceSize = 1 << 16

  /// Writes a file, piece by piece.
  /// - Parameters:
  ///   - rows: the rows in their order.
  ///   - table: what is said of all rows together.
  ///   - write: is given one piece after the other.
  public func write<Failure: Error>(
    _ rows: some Sequence<EmbeddingRow>, of table: EmbeddingTable,
    to write: (Data) throws(Failure) -> Void
  ) throws(Failure) {
    var piece = format.head(table)
    for (number, row) in rows.enumerated() {
      piece.append(format.row(row, number: number))
      guard piece.count >= Self.pieceSize else { continue }
      try write(piece)
      piece.removeAll(keepingCapacity: true)
    }
    piece.append(format.foot(table))
    try write(piece)
  }

  /// Writes a file whose rows come one after the other, piece by piece.
  /// - Parameters:
  ///   - table: what is said of all rows together.
  ///   - write: is given one piece after the other.
  ///   - body: gives the rows in their order.
  /// - Throws: what `write` and `body` throw
  func write(
    _ table: EmbeddingTable, to write: (Data) throws -> Void,
    rows body: ((EmbeddingRow) throws -> Void) throws -> Void
  ) throws {
    try withoutActuallyEscaping(write) { write in
      var piece = format.head(table)
      var number = 0
      try body { row in
        piece.append(format.row(row, number: number))
        number += 1
        guard piece.count >= Self.pieceSize else { return }
        try write(piece)
        piece.removeAll(keepingCapacity: true)
      }
      piece.append(format.foot(table))
      try write(piece)
    }
  }

  /// Writes a file of records, piece by piece.
  /// - Throws: `EncodingError`, before anything is written, and what `write` throws.
  public func write(records: [some Encodable], to write: (Data) throws -> Void) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let rows = try records.map { EmbeddingRow(values: [], record: try encoder.encode($0)) }
    try self.write(rows, of: EmbeddingTable(count: rows.count, dimensions: 0), to: write)
  }
}
