import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct IndexFileTests {
  private static let parameters = HNSWParameters(links: 6, constructionBeam: 30)

  private func saved(_ file: URL, graphThreshold: Int, count: Int = 260) throws -> VectorIndex {
    let index = try VectorIndex(
      dimensions: 20, graphThreshold: graphThreshold, parameters: Self.parameters)
    try index.insert(
      SampleVectors.clustered(count, 20, seed: 71), ids: (0..<count).map { Int64($0) * 3 },
      threads: 1)
    try index.remove([9, 30])
    try index.save(to: file, stamp: IndexStamp(source: "here", revision: 5))
    return index
  }

  @Test(arguments: [100, 1000]) func comesBackAsItWas(_ threshold: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      let index = try saved(file, graphThreshold: threshold)
      let opened = try VectorIndex(contentsOf: file)
      try opened.verifyFile()
      #expect(opened.count == 258 && opened.dimensions == 20)
      #expect(opened.stamp == IndexStamp(source: "here", revision: 5))
      #expect(try opened.info().kind == (threshold == 100 ? "HNSW" : "exact"))
      let queries = SampleVectors.clustered(20, 20, seed: 72)
      for row in 0..<20 {
        let (a, b) = (
          try index.search(queries[row], count: 9, effort: .beam(20)),
          try opened.search(queries[row], count: 9, effort: .beam(20))
        )
        #expect(expectSame(a, b))
      }
      // Changes stay in memory until they are saved, also over the file that is open.
      try opened.insert(SampleVectors.clustered(30, 20, seed: 73), ids: (1000..<1030).map { $0 })
      #expect(try opened.remove([0, 3]) == 2)
      #expect(try VectorIndex(contentsOf: file).count == 258)
      try opened.save(to: file, stamp: IndexStamp(source: "here", revision: 6))
      #expect(try VectorIndex(contentsOf: file).count == 286)
      try index.verifyFile()
    }
  }

  @Test func damagedFilesAreRejected() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      _ = try saved(file, graphThreshold: 100)
      let whole = try Data(contentsOf: file)
      let head = try OpenIndexFile(file).head
      var damages: [(String, Data)] = [
        ("empty", Data()), ("short", whole.prefix(20)), ("half", whole.prefix(whole.count / 2)),
        ("longer", whole + Data([0])), ("other", Data(repeating: 7, count: whole.count)),
      ]
      // One bit of each section, and of the head.
      for (name, section) in head.sections {
        var flipped = whole
        flipped[section.offset + section.bytes / 2] ^= 4
        damages.append((name, flipped))
      }
      for place in [8, 16, 24, 32, 60] {
        var flipped = whole
        flipped[place] ^= 1
        damages.append(("head at \(place)", flipped))
      }
      for (name, bytes) in damages {
        try bytes.write(to: file)
        do throws(IndexError) {
          _ = try VectorIndex(contentsOf: file)
          Issue.record("\(name) was opened")
        } catch {
          switch error {
          case .damaged(let path, _), .newerVersion(let path, _): #expect(path == file.path)
          default: Issue.record("\(name): \(error)")
          }
          #expect(error.description.split(separator: "\n").count == 1)
          if name == "vectors" {
            #expect(error.description.contains("its vectors were altered"))
          }
        }
      }
      try FileManager.default.removeItem(at: file)
      #expect(throws: IndexError.self) { try VectorIndex(contentsOf: file) }
    }
  }

  @Test func filesOfLaterVersionsAreRejected() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      _ = try saved(file, graphThreshold: 1000)
      var bytes = try Data(contentsOf: file)
      bytes[8] = UInt8(IndexFile.version) + 1
      try bytes.write(to: file)
      #expect(
        throws: IndexError.newerVersion(path: file.path, version: IndexFile.version + 1)
      ) {
        try VectorIndex(contentsOf: file)
      }
    }
  }

  @Test func aFullDiskLeavesTheOldFile() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      let index = try saved(file, graphThreshold: 1000)
      let nowhere = folder.appendingPathComponent("none/a.index")
      #expect(throws: IndexError.self) { try index.save(to: nowhere, stamp: IndexStamp()) }
      #expect(try VectorIndex(contentsOf: file).count == 258)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.index"])
    }
  }

  /// A program that writes one file after another on a disk that fills or fails, or is killed between two steps of that.
  @Test(arguments: [
    ["ROOM": 100_000], ["WRITES": 1_000_000], ["SYNCS": 1_000_000], ["OPENS": 1_000_000],
    ["KILL_AT": 3], ["KILL_AT": 9],
  ])
  func theIndexSurvivesADiskThatFails(settings: [String: Int]) throws {
    try TestFiles.withTemporaryFolder { home in
      let folder = home.appendingPathComponent("disk")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      let disk = try FaultyDisk(of: folder, madeIn: home)
      let file = folder.appendingPathComponent("a.index")
      let first = try VectorIndex(dimensions: 24)
      try first.insert(SampleVectors.clustered(60, 24, seed: 75), ids: (0..<60).map { Int64($0) })
      try first.save(to: file, stamp: IndexStamp(source: "first", revision: 0))

      let process = Process()
      process.executableURL = ProgramRun.product("search-stress")
      process.arguments = ["save", file.path, "1"]
      process.environment = ProcessInfo.processInfo.environment.merging(
        disk.environment(settings)
      ) { $1 }
      process.standardError = FileHandle.nullDevice
      try process.run()
      let deadline = ContinuousClock.now + .seconds(60)
      while process.isRunning, ContinuousClock.now < deadline { usleep(2_000) }
      try #require(!process.isRunning, "nothing has failed")
      #expect(process.terminationReason == .uncaughtSignal)

      let index = try VectorIndex(contentsOf: file)
      try index.verifyFile()
      let stamp = try #require(index.stamp)
      #expect(index.count == (stamp.source == "first" ? 60 : 8050 - stamp.revision % 50))
      guard settings["KILL_AT"] == nil else { return }
      #expect(stamp.source == "first")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.index"])
    }
  }

  /// A program that writes one file after another is killed again and again.
  @Test func theIndexSurvivesAKillAtAnyMoment() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.index")
      var random = SplitMix64(seed: 74)
      var last = -1
      var unfinished = 0
      for round in 0..<100 where round < 12 || unfinished == 0 {
        let before = try? FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber]
        let process = Process()
        process.executableURL = ProgramRun.product("search-stress")
        process.arguments = ["save", file.path, "\(last + 1)"]
        try process.run()
        // Past its first file, then anywhere.
        while process.isRunning,
          (try? FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber]) as? Int
            == before as? Int
        { usleep(500) }
        usleep(.random(in: 0...40_000, using: &random))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        unfinished += try FileManager.default.contentsOfDirectory(atPath: folder.path).count - 1
        let index = try VectorIndex(contentsOf: file)
        try index.verifyFile()
        let revision = try #require(index.stamp?.revision)
        #expect(revision >= last)
        last = max(last, revision)
        #expect(index.count == 8050 - revision % 50)
      }
      #expect(last > 0)
      // What was left by the killed is cleared away by the next who writes.
      try VectorIndex(contentsOf: file).save(to: file, stamp: IndexStamp())
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.index"])
      #expect(unfinished > 0, "never caught while writing")
    }
  }
}
