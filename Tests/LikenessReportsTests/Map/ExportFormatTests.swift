import Foundation
import TestSupport
import Testing

@testable import LikenessKit
@testable import LikenessReports

@Suite struct ExportFormatTests {
  /// Users' commands, and the extensions of files, have these.
  @Test func `names stay`() {
    #expect(EmbeddingFormat.allCases.map(\.rawValue) == ["json", "csv", "npy", "jsonl"])
    #expect(EmbeddingFormat.allCases.filter { !$0.isText } == [.npy])
    #expect(
      MapFormat.allCases.map(\.rawValue) == ["html", "svg", "png", "csv", "npy", "projector"])
    #expect(MapFormat(fileExtension: "SVG")?.rawValue == "svg")
    #expect(MapFormat(fileExtension: "projector") == nil && MapFormat(fileExtension: "gif") == nil)
    #expect(
      GraphFormat.allCases.map(\.rawValue) == ["neo4j-csv", "cypher", "graphml", "json"])
  }

  @Test func `JSON is one document, JSON Lines the same records by themselves`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(20, in: folder)
      for components in [nil, ComponentOptions(count: 3)] {
        let list = try likeness.faces.list(
          withEmbeddings: components == nil, components: components)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try likeness.faces.exported(as: .json, components: components)
        #expect(try json == encoder.encode(list) + Data("\n".utf8))
        let lines = try likeness.faces.exported(
          as: .init(JSONLinesFormat()), components: components)
        #expect(lines.last == UInt8(ascii: "\n"))
        let records = lines.split(separator: UInt8(ascii: "\n"))
        #expect(try records.map { Data($0) } == list.map { try encoder.encode($0) })
        #expect(records.count == 20)
      }
    }
  }

  @Test func `a line of numbers is an embedding, several are not`() throws {
    let format = JSONLinesFormat()
    let rows = EmbeddingMatrix(dimensions: 2, values: [1, 2.5, -3, 0.1])
    let data = rows.data(as: .init(format))
    #expect(String(decoding: data, as: UTF8.self) == "[1.0,2.5]\n[-3.0,0.1]\n")
    #expect(try format.embedding(in: Data("[1.0,2.5]\n".utf8)) == [1, 2.5])
    #expect(throws: EmbeddingMisfit("2 rows where one is wanted")) {
      try format.embedding(in: data)
    }
    for text in ["", "{}\n", "1,2\n", "[[1],[2]]\n"] {
      #expect(throws: EmbeddingMisfit.self) { try format.embedding(in: Data(text.utf8)) }
    }
  }

  /// So that a large gallery is not in memory twice.
  @Test(arguments: EmbeddingFormat.allCases)
  func `a file is written in pieces`(_ format: EmbeddingFormat) {
    let matrix = EmbeddingMatrix(
      dimensions: 64, values: (0..<64 * 2_000).map { Float($0) / 7 })
    let rows = (0..<2_000).map { EmbeddingRow(values: matrix[$0].values) }
    var pieces: [Data] = []
    format.write(rows, of: EmbeddingTable(count: 2_000, dimensions: 64)) { pieces.append($0) }
    #expect(pieces.count > 5 && pieces.allSatisfy { $0.count < 1 << 17 })
    #expect(Data(pieces.joined()) == matrix.data(as: format))
  }
}
