import Foundation
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct LabelTableTests {
  private func table<Result>(_ text: String, _ work: (LabelTable, URL) throws -> Result) throws
    -> Result
  {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("labels.csv")
      try Data(text.utf8).write(to: file)
      return try work(LabelTable(contentsOf: file), folder)
    }
  }

  @Test func photosAreFoundByPathAndByName() throws {
    let text =
      "\u{feff}expression,photo,note\r\nhappy,sub/a.jpg,\"x, \"\"y\"\"\nz\"\r\n\r\nsad,b.jpg,\r\n"
    try table(text) { table, folder in
      #expect(table.keys == ["expression", "note"] && table.count == 2)
      #expect(
        table.labels(of: folder.appendingPathComponent("sub/a.jpg")) == [
          "expression": "happy", "note": "x, \"y\"\nz",
        ])
      #expect(table.labels(of: URL(fileURLWithPath: "/other/a.jpg")) == nil)
      #expect(table.labels(of: URL(fileURLWithPath: "/any/b.jpg")) == ["expression": "sad"])
    }
  }

  @Test(arguments: [
    ("", "head line"), ("photo\n", "head line"), ("photo,a,a\nx,1,2\n", "two columns"),
    ("photo,a\nx.jpg,1,2\n", "line 2 has 3 fields where 2"),
    ("photo,a\n,1\n", "line 2 names no photo"),
    ("photo,a\nx.jpg,\"1\n", "line 2: the quote is never closed"),
    ("photo,\nx,1\n", "column 2 has no name"),
    ("photo,person\nx.jpg,Ann\ny.jpg,\"Ann\nBob\"\n", "line 3 has a name with a line break"),
    (
      "photo,person\nx.jpg,\(String(repeating: "n", count: 201))\n",
      "line 2 has a name of more than 200 letters"
    ),
  ])
  func brokenTablesAreOneLine(_ text: String, _ part: String) throws {
    let error = #expect(throws: LikenessError.self) { try table(text) { _, _ in } }
    #expect(error.map { "\($0)".contains(part) && !"\($0)".contains("\n") } == true)
  }
}
