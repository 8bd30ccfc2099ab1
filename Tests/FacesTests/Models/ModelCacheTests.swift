import Foundation
import TestSupport
import Testing

@testable import Faces

/// What OpenVINO has made ready is kept, and believed only as it was written.
@Suite struct ModelCacheTests {
  private func write(_ text: String, _ name: String, _ entry: ModelCache.Entry) throws {
    try Data(text.utf8).write(to: entry.folder.appendingPathComponent(name))
  }

  private func names(_ entry: ModelCache.Entry) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: entry.folder.path).sorted()
  }

  @Test func whatIsNotWholeGoes() throws {
    try TestFiles.withTemporaryFolder { folder in
      let cache = ModelCache(folder: folder.appendingPathComponent("openvino"))
      let entry = try #require(cache.entry("a-1"))
      entry.close()
      #expect(try names(entry).isEmpty)
      try write("a network", "1.blob", entry)
      // Whoever wrote it was killed before it said that it is whole.
      _ = try #require(cache.entry("a-1"))
      #expect(try names(entry).isEmpty)
      try write("a network", "1.blob", entry)
      entry.close()
      _ = try #require(cache.entry("a-1"))
      #expect(try names(entry) == ["1.blob", "checksum"])
      try write("a nEtwork", "1.blob", entry)
      _ = try #require(cache.entry("a-1"))
      #expect(try names(entry).isEmpty)
    }
  }

  @Test func thereAreNoMoreThanAFew() throws {
    try TestFiles.withTemporaryFolder { folder in
      var cache = ModelCache(folder: folder)
      cache.most = 3
      for number in 0..<6 {
        let entry = try #require(cache.entry("network-\(number)"))
        try write("\(number)", "1.blob", entry)
        entry.close()
      }
      let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(kept.count == 3 && kept.contains("network-5"))
      // Where nothing can be kept, nothing is.
      #expect(ModelCache(folder: URL(fileURLWithPath: "/proc/none")).entry("a") == nil)
    }
  }

  @Test func aKeptNetworkIsTheSame() throws {
    try TestFiles.withTemporaryFolder { folder in
      let runtime = try InferenceRuntime(
        folder: StandardFolders.openVINO, cache: ModelCache(folder: folder))
      let (manifest, file) = try ModelStore().load(.yunet)
      let checksum = try #require(manifest.files.last?.sha256)
      func outputs(_ checksum: String?) throws -> [[Float]] {
        let model = try runtime.compile(
          file, shape: [1, 3, -1, -1], precision: .f32, streams: 1, checksum: checksum)
        let request = try model.request(input: [1, 3, 64, 64], .float32)
        request.withInput(as: Float.self) { input in
          for index in input.indices { input[index] = Float(index * 7919 % 256) }
        }
        try request.run()
        return try (0..<model.outputs).map { try request.withOutput($0) { Array($1) } }
      }
      let fresh = try outputs(nil)
      // Made ready and kept, then read.
      #expect(try outputs(checksum) == fresh)
      #expect(try outputs(checksum) == fresh)
    }
  }
}
