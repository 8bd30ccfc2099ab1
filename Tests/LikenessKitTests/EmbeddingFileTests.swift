import Foundation
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct EmbeddingFileTests {
  private func read(_ data: Data, _ name: String) throws -> [Float] {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent(name)
      try data.write(to: file)
      return try Embedding(contentsOf: file).values
    }
  }

  @Test(arguments: EmbeddingFormat.allCases) func whatIsWrittenIsRead(
    _ format: EmbeddingFormat
  ) throws {
    var random = SplitMix64(seed: 3)
    let values = (0..<128).map { _ in Float.random(in: -1...1, using: &random) }
    let data = EmbeddingMatrix([Embedding(values)]).data(as: format)
    #expect(try read(data, "e.\(format.rawValue)") == values)
  }

  @Test func numpyVectorsOfBothWidthsAreRead() throws {
    func npy(_ type: String, _ shape: String, _ body: [UInt8], version: UInt8 = 1) -> Data {
      let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
      let length =
        version == 1 ? TestFiles.little(header.count, 2) : TestFiles.little(header.count, 4)
      return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + body)
    }
    let single = [Float(1.5), -2].flatMap { TestFiles.little(Int($0.bitPattern), 4) }
    let double = [1.5, -2].flatMap { TestFiles.little(Int(bitPattern: UInt($0.bitPattern)), 8) }
    #expect(try read(npy("<f4", "(2,)", single), "e.npy") == [1.5, -2])
    #expect(try read(npy("<f4", "(1, 2)", single, version: 2), "e.npy") == [1.5, -2])
    #expect(try read(npy("<f8", "(2,)", double), "e.npy") == [1.5, -2])
    for bad in [
      npy("<f4", "(3,)", single), npy("<i4", "(2,)", single), npy("<f4", "(2, 1)", single),
      npy("<f4", "()", single), Data([0x93, 0x4e]), npy("<f4", "(2,)", []),
    ] {
      #expect(throws: LikenessError.self) { try read(bad, "e.npy") }
    }
  }

  @Test(arguments: [
    ("[1, 2", "e.json"), ("{}", "e.json"), ("[]", "e.json"), ("[[1],[2]]", "e.json"),
    ("[\"a\"]", "e.json"), ("", "e.csv"), ("1,2\n3,4\n", "e.csv"), ("1,,2", "e.csv"),
    ("1,nan", "e.csv"), ("a,b", "e.csv"),
  ]) func otherTextIsRefused(_ text: String, _ name: String) {
    #expect(throws: LikenessError.self) { try read(Data(text.utf8), name) }
  }

  @Test func vectorsThatNothingCanBeComparedWithAreRefused() {
    for (text, reason) in [
      ("0,0,0", "all of its numbers are zero, which is no direction"),
      ("1,inf", "not all of its numbers are finite"), ("1e38,1", "its numbers are too large"),
    ] {
      do {
        _ = try read(Data(text.utf8), "e.csv")
        Issue.record("\(text) was read")
      } catch {
        #expect("\(error)".contains(reason), "\(error)")
      }
    }
    #expect(try! read(Data("1e30,1e-30".utf8), "e.csv") == [1e30, 1e-30])
  }

  @Test func fieldsAreQuotedWhereTheyMustBe() {
    #expect("plain".csvField == "plain")
    #expect("a,\"b\"".csvField == "\"a,\"\"b\"\"\"")
  }

  /// Names and labels are anybody's; opened in a spreadsheet, they are to stay texts.
  @Test(arguments: [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1-555", "'+1-555"), ("-2+3", "'-2+3"),
    ("@SUM(A1)", "'@SUM(A1)"), ("=1,\"2\"", "\"'=1,\"\"2\"\"\""), ("\t=1", "'\t=1"),
    ("＝1", "'＝1"), ("'=1", "''=1"), ("-12.5", "-12.5"), ("+3e2", "+3e2"), ("Ann - Bo", "Ann - Bo"),
    ("'n Abend", "'n Abend"), ("", ""), ("'", "'"), ("-", "'-"),
  ])
  func aFieldIsNoFormula(text: String, field: String) throws {
    #expect(text.csvField == field)
    let row = try #require(try CSVReader.rows(of: "x," + field + "\n").first)
    #expect(row.fields[1].fromCSVField == text)
  }
}
