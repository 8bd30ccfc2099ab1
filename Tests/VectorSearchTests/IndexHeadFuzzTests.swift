import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct IndexHeadFuzzTests {
  /// The files that fuzzing begins with, and what they become when they are broken.
  @Test func brokenSectionsAreTakenOrRefused() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      var taken = 0
      try FuzzCorpus.broken("index", 300) { data in
        guard let whole = Self.file(of: data) else { return }
        try whole.write(to: file)
        do throws(IndexError) {
          try VectorIndex(contentsOf: file).verifyFile()
          taken += 1
        } catch {
          #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
        }
      }
      #expect(taken >= 2)
    }
  }

  /// A file of the pieces that `Fuzz/Targets/IndexTarget.swift` describes, with the lengths, places and checksums that they
  /// need to be looked at.
  private static func file(of data: Data) -> Data? {
    var rest = data
    func piece() -> Data? {
      guard rest.count >= 2 else { return nil }
      let count = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
      guard count <= rest.count - 2 else { return nil }
      defer { rest = rest.dropFirst(2 + count) }
      return Data(rest.dropFirst(2).prefix(count))
    }
    func padded(_ data: Data) -> Data {
      let more = (IndexFile.alignment - data.count % IndexFile.alignment) % IndexFile.alignment
      return data + Data(count: more)
    }
    guard var head = piece() else { return nil }
    var body = Data()
    if var known = try? JSONDecoder().decode(IndexFile.Head.self, from: head) {
      for name in IndexFile.SectionName.allCases where known.sections[name.rawValue] != nil {
        guard let bytes = piece() else { continue }
        known.sections[name.rawValue] = IndexFile.Section(
          offset: IndexFile.alignment + body.count, bytes: bytes.count,
          checksum: bytes.withUnsafeBytes { IndexFile.checksum($0) })
        body += padded(bytes)
      }
      head = (try? JSONEncoder().encode(known)) ?? head
    }
    let sum = head.withUnsafeBytes { IndexFile.checksum($0) }
    var whole = Data(IndexFile.magic)
    let numbers = [
      UInt64(IndexFile.version), UInt64(IndexFile.alignment + body.count), UInt64(head.count), sum,
    ]
    for number in numbers {
      withUnsafeBytes(of: number.littleEndian) { whole.append(contentsOf: $0) }
    }
    whole += head
    return whole.count <= IndexFile.alignment ? padded(whole) + body : nil
  }

  /// Heads that are broken and have the right checksum all the same: each is taken or refused, in one line.
  @Test(arguments: [100, 1000]) func brokenHeadsAreTakenOrRefused(_ graphThreshold: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      let count = 130
      let index = try VectorIndex(
        dimensions: 20, graphThreshold: graphThreshold,
        parameters: HNSWParameters(links: 6, constructionBeam: 30))
      try index.insert(
        SampleVectors.clustered(count, 20, seed: 71), ids: (0..<count).map { Int64($0) },
        threads: 1)
      try index.save(to: file, stamp: IndexStamp(source: "here", revision: 5))
      let size = try Data(contentsOf: file).count
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let json = try encoder.encode(try OpenIndexFile(file).head)

      var mutation = Mutation(seed: 22)
      let handle = try FileHandle(forWritingTo: file)
      defer { try? handle.close() }
      var refused = 0
      for number in 0..<300 {
        let head = number == 0 ? json : mutation(json)
        var bytes = Data(IndexFile.magic)
        let sum = head.withUnsafeBytes { IndexFile.checksum($0) }
        for value in [UInt64(IndexFile.version), UInt64(size), UInt64(head.count), sum] {
          withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: bytes + head)
        do throws(IndexError) {
          let opened = try VectorIndex(contentsOf: file)
          #expect(number > 0 || opened.count == count)
        } catch {
          refused += 1
          #expect(error.description.split(whereSeparator: \.isNewline).count == 1)
        }
      }
      #expect((50..<300).contains(refused))
    }
  }
}
