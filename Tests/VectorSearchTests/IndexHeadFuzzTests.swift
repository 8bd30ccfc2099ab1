import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct IndexHeadFuzzTests {
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
