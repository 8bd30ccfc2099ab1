import Foundation
import LikenessCore
import TestSupport
import Testing

@Suite struct FormatFuzzTests {
  /// The tests read every file that fuzzing begins with, also broken; `make fuzz` goes on from there.
  @Test func `each folder of the corpus has a test`() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../..").standardizedFileURL
    let paths = try #require(FileManager.default.enumerator(atPath: tests.path))
    var text = ""
    for case let path as String in paths where path.hasSuffix("Tests.swift") {
      let test = try String(contentsOf: tests.appendingPathComponent(path), encoding: .utf8)
      if test.contains("FuzzCorpus.") { text += test }
    }
    let corpus = tests.appendingPathComponent("../Fuzz/Corpus").standardizedFileURL
    let folders = try FileManager.default.contentsOfDirectory(atPath: corpus.path)
    #expect(folders.count > 10)
    for folder in folders { #expect(text.contains("\"\(folder)\""), "\(folder)") }
  }

  @Test func `every row that is read is written as it can be read again`() throws {
    var rows = 0
    try FuzzCorpus.broken("csv", 1_500) { data in
      guard let read = try? CSVReader.rows(of: String(decoding: data, as: UTF8.self)) else {
        return
      }
      for row in read where row.fields != [""] {
        rows += 1
        let again = try CSVReader.rows(of: row.fields.map(\.csvField).joined(separator: ","))
        #expect(
          again.map { $0.fields.map { Array($0.fromCSVField.utf8) } }
            == [row.fields.map { Array($0.utf8) }])
      }
    }
    #expect(rows > 500)
  }

  /// To Swift, a comma and an accent are one character; to a reader of CSV, they are two.
  @Test(arguments: ["a,\u{301}b", "\"\u{301}", "\u{FEFF}a", "\r\n\u{301}"])
  func `accents do not hide what has to be quoted`(text: String) throws {
    let rows = try CSVReader.rows(of: "\(text.csvField),end")
    #expect(
      rows.map { $0.fields.map { Array($0.fromCSVField.utf8) } } == [
        [Array(text.utf8), Array("end".utf8)]
      ])
  }

  @Test func `broken arrays are read or refused`() throws {
    var whole = 0
    try FuzzCorpus.broken("npy", 3_000) { data in
      guard let vector = try? NPYReader.vector(in: data) else { return }
      whole += 1
      #expect(!vector.isEmpty && vector.count * 4 < data.count)
    }
    #expect(whole > 50)
    let huge = try #require(try FuzzCorpus.files("npy").first { $0.name == "huge.npy" }?.data)
    #expect(throws: NPYError.self) { try NPYReader.vector(in: huge) }
  }
}
