import Foundation
import LikenessKit
import LikenessReports
import TestSupport
import Testing

/// An export is there whole or not at all, and takes nothing away that is not an export.
@Suite struct WholeOutputTests {
  private let document = SampleGraphs.document(20, people: 3)

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: GraphFormat.allCases) func replacesAnEarlierOne(_ format: GraphFormat) throws {
    try TestFiles.withTemporaryFolder { folder in
      let (target, other) = (
        folder.appendingPathComponent("graph"), folder.appendingPathComponent("other")
      )
      try SampleGraphs.document(3).write(to: target, as: format)
      // What was killed before it was whole goes away.
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("graph.unfinished-x"), withIntermediateDirectories: false)
      try document.write(to: target, as: format)
      try document.write(to: other, as: format)
      #expect(try names(folder) == ["graph", "other"])
      if format == .neo4jCSV {
        let files = ["faces.csv", "import.txt", "is.csv", "people.csv", "same.csv"]
        #expect(try names(target) == files)
        for file in files { try expectSame(target, other, file) }
      } else {
        #expect(try Data(contentsOf: target) == Data(contentsOf: other))
      }
    }
  }

  private func expectSame(_ a: URL, _ b: URL, _ file: String) throws {
    let (a, b) = (a.appendingPathComponent(file), b.appendingPathComponent(file))
    #expect(try Data(contentsOf: a) == Data(contentsOf: b))
  }

  @Test(arguments: GraphFormat.allCases) func saysInOneLineWhatIsWrong(_ format: GraphFormat) throws
  {
    try TestFiles.withTemporaryFolder { folder in
      func expectError(_ url: URL, _ reason: String) {
        let error = #expect(throws: GraphExportError.self) {
          try document.write(to: url, as: format)
        }
        #expect(error?.description == "\(url.path) cannot be written: \(reason)")
      }
      expectError(folder.appendingPathComponent("none/graph"), "no such file or directory")
      let target = folder.appendingPathComponent("graph")
      if format == .neo4jCSV {
        try Data("mine".utf8).write(to: target)
        expectError(target, "not a directory")
        expectError(URL(fileURLWithPath: "/dev/null"), "not a directory")
        #expect(try Data(contentsOf: target) == Data("mine".utf8))
        let full = folder.appendingPathComponent("full")
        try FileManager.default.createDirectory(at: full, withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: full.appendingPathComponent("thesis.txt"))
        expectError(full, "it holds other files, such as thesis.txt")
        #expect(try names(full) == ["thesis.txt"])
        #expect(try names(folder) == ["full", "graph"])
      } else {
        expectError(folder, "is a directory")
        expectError(URL(fileURLWithPath: "/dev/null"), "it is not a file")
        #expect(try names(folder) == [])
      }
    }
  }

  @Test func takesAnEmptyFolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      try document.write(to: folder, as: .neo4jCSV)
      #expect(try names(folder).count == 5)
    }
  }
}
