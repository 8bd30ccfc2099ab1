import Foundation
import LikenessCore
import Synchronization
import TestSupport
import Testing

@testable import Faces

@Suite struct OrderedWorkTests {
  private struct Failure: Error {}

  @Test(arguments: [1, 2, 5]) func resultsComeInOrder(_ jobs: Int) throws {
    var random = SplitMix64(seed: 7)
    let waits = (0..<200).map { _ in UInt32.random(in: 0...300, using: &random) }
    var taken: [Int] = []
    try OrderedWork.run(
      Array(waits.enumerated().map { ($0, $1) }.map(\.0)), jobs: jobs,
      makeWorker: {
        { index in
          usleep(waits[index])
          return index * 2
        }
      },
      consume: { index, result in
        #expect(result == 2 * index)
        taken.append(index)
      })
    #expect(taken == Array(0..<200))
  }

  /// A worker that takes several at once gets no more than it may, fewer where there are few, and none twice.
  @Test(arguments: [(0, 1), (1, 2), (7, 2), (203, 1), (203, 3)])
  func severalAtOnceComeInOrder(_ count: Int, _ jobs: Int) throws {
    let sizes = Mutex<[Int]>([])
    var taken: [Int] = []
    try OrderedWork.run(
      Array(0..<count), jobs: jobs, batchSize: 8,
      makeWorker: {
        { inputs in
          sizes.withLock { $0.append(inputs.count) }
          return inputs.map { 2 * $0 }
        }
      },
      consume: { index, result in
        #expect(result == 2 * index)
        taken.append(index)
      })
    #expect(taken == Array(0..<count))
    let found = sizes.withLock { $0 }
    #expect(found.reduce(0, +) == count)
    #expect((found.max() ?? 1) == (count > 100 ? 8 : 1))
  }

  @Test func onlyAWindowIsUnderWay() throws {
    let begun = Atomic(0)
    try OrderedWork.run(
      Array(0..<500), jobs: 2,
      makeWorker: { { begun.add(1, ordering: .relaxed).newValue + $0 * 0 } },
      consume: { index, _ in
        if index == 0 { usleep(50_000) }
        #expect(begun.load(ordering: .relaxed) <= index + 1 + 8)
      })
  }

  @Test func errorsEndTheWork() {
    #expect(throws: Failure.self) {
      try OrderedWork.run(
        Array(0..<50), jobs: 3, makeWorker: { () throws -> (Int) -> Int in throw Failure() },
        consume: { _, _ in })
    }
    var consumed = 0
    #expect(throws: Failure.self) {
      try OrderedWork.run(
        Array(0..<50), jobs: 3, makeWorker: { { $0 } },
        consume: { index, _ in
          consumed += 1
          if index == 5 { throw Failure() }
        })
    }
    #expect(consumed == 6)
  }

  @Test func whatWorkersHeldIsGoneAfterwards() throws {
    final class Held: Sendable {
      let gone: Mutex<Int>

      init() { gone = Mutex(0) }
    }
    final class Token: Sendable {
      let held: Held

      init(_ held: Held) { self.held = held }

      deinit { held.gone.withLock { $0 += 1 } }
    }
    let held = Held()
    for round in 1...200 {
      try OrderedWork.run(
        [1, 2, 3, 4], jobs: 4,
        makeWorker: {
          let token = Token(held)
          return { number in withExtendedLifetime(token) { number } }
        },
        consume: { _, _ in })
      // Not every thread finds an input left, but each makes a worker.
      #expect(held.gone.withLock { $0 } == 4 * round)
    }
  }

  @Test func cancellingFinishesWhatIsUnderWay() throws {
    let stop = Atomic(false)
    var taken = 0
    try OrderedWork.run(
      Array(0..<1000), jobs: 2, isCancelled: { stop.load(ordering: .relaxed) },
      makeWorker: { { $0 } },
      consume: { index, _ in
        taken += 1
        if index == 10 { stop.store(true, ordering: .relaxed) }
      })
    #expect(taken > 10 && taken < 100)
  }

  @Test func nothingToDoIsDone() throws {
    try OrderedWork.run([Int](), jobs: 4, makeWorker: { { $0 } }, consume: { _, _ in })
  }
}

@Suite struct ProcessorQuotaTests {
  private func quota(_ files: [String: String]) throws -> Double? {
    try TestFiles.withTemporaryFolder { folder in
      for (path, text) in files {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      return ProcessorQuota.controlGroupQuota(root: folder.path + "/")
    }
  }

  @Test func theTightestGroupCounts() throws {
    #expect(try quota([:]) == nil)
    #expect(
      try quota(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"]) == nil)
    #expect(
      try quota(["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"]) == 1.5)
    #expect(
      try quota([
        "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "400000 100000\n",
        "sys/fs/cgroup/a/cpu.max": "200000 100000\n", "sys/fs/cgroup/cpu.max": "max 100000\n",
      ]) == 2)
  }

  @Test func theOlderKindOfGroupCountsToo() throws {
    #expect(
      try quota([
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/x\n3:memory:/docker/x\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "50000\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
      ]) == 0.5)
    #expect(
      try quota([
        "proc/self/cgroup": "4:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ]) == nil)
    #expect(ProcessorQuota.count >= 1)
  }
}
