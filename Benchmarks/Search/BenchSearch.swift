import ArgumentParser
import Foundation
import Search
import Vectors

/// Times the indexes on the vectors of a folder, which holds base.npy, queries.npy and truth.npy, and
/// prints a line of JSON for each figure.
@main
struct BenchSearch: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "bench-search")

  @Option(help: "The folder with base.npy, queries.npy and truth.npy.")
  var data: String
  @Option(help: "Threads that build; searches run on one.")
  var threads = 2
  @Option(help: "M of the graph.")
  var links = 16
  @Option(help: "efConstruction of the graph.")
  var constructionBeam = 128
  @Option(parsing: .upToNextOption, help: "efSearch, one after the other.")
  var beams = [10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 384, 512]
  @Option(help: "How often all queries are asked; the median counts.")
  var repeats = 3
  @Flag(inversion: .prefixedNo, help: "The exact index.")
  var exact = true
  @Flag(inversion: .prefixedNo, help: "The graph.")
  var hnsw = true

  func run() throws {
    let folder = URL(fileURLWithPath: data)
    let base = try NumpyArray<Float>(folder.appendingPathComponent("base.npy"), type: "<f4")
    let queries = try matrix(folder.appendingPathComponent("queries.npy"))
    let truth = try NumpyArray<Int32>(folder.appendingPathComponent("truth.npy"), type: "<i4")
    let run = Run(
      base: EmbeddingMatrix(dimensions: base.columns, values: base.numbers()), queries: queries,
      truth: truth.numbers(), truthColumns: truth.columns, threads: threads, repeats: repeats)
    if hnsw {
      try run.graph(HNSWParameters(links: links, constructionBeam: constructionBeam), beams: beams)
    }
    if exact { try run.exact() }
  }

  private func matrix(_ url: URL) throws -> EmbeddingMatrix {
    let array = try NumpyArray<Float>(url, type: "<f4")
    return EmbeddingMatrix(dimensions: array.columns, values: array.numbers())
  }
}

struct Run {
  let base: EmbeddingMatrix
  let queries: EmbeddingMatrix
  let truth: [Int32]
  let truthColumns: Int
  let threads: Int
  let repeats: Int
  private static let count = 10

  func graph(_ parameters: HNSWParameters, beams: [Int]) throws {
    let before = residentBytes()
    let index = try HNSWIndex(dimensions: base.dimensions, parameters: parameters)
    let seconds = try time { try index.insert(base, ids: ids, threads: threads) }
    let setting = "M \(parameters.links), efConstruction \(parameters.constructionBeam)"
    print(
      [
        "kind": "build", "setting": setting, "seconds": seconds, "threads": threads,
        "bytes": residentBytes() - before,
      ], system: "Likeness HNSW")
    for beam in beams {
      var answers: [[Neighbor]] = []
      let seconds = try median {
        answers = []
        for row in 0..<queries.count {
          answers.append(try index.search(queries[row], count: Self.count, effort: .beam(beam)))
        }
      }
      print(
        [
          "kind": "search", "setting": setting, "parameter": "efSearch \(beam)",
          "form": "one by one", "recall": recall(answers), "qps": Double(queries.count) / seconds,
          "threads": 1,
        ], system: "Likeness HNSW")
    }
  }

  func exact() throws {
    let before = residentBytes()
    let index = try ExactIndex(dimensions: base.dimensions)
    let seconds = try time { try index.insert(base, ids: ids) }
    print(
      [
        "kind": "build", "setting": "", "seconds": seconds, "threads": 1,
        "bytes": residentBytes() - before,
      ], system: "Likeness exact")
    var answers: [[Neighbor]] = []
    let some = min(200, queries.count)
    let single = try median {
      answers = []
      for row in 0..<some {
        answers.append(try index.search(queries[row], count: Self.count))
      }
    }
    print(
      [
        "kind": "search", "setting": "", "parameter": "", "form": "one by one",
        "recall": recall(answers), "qps": Double(some) / single, "threads": 1,
      ],
      system: "Likeness exact")
    let batch = try median {
      answers = try index.search(queries, count: Self.count, threads: 1)
    }
    print(
      [
        "kind": "search", "setting": "", "parameter": "", "form": "batch",
        "recall": recall(answers), "qps": Double(queries.count) / batch, "threads": 1,
      ],
      system: "Likeness exact")
  }

  private var ids: [Int64] { (0..<base.count).map(Int64.init) }

  /// The part of the true nearest that was found.
  private func recall(_ answers: [[Neighbor]]) -> Double {
    var hits = 0
    for (row, answer) in answers.enumerated() {
      let nearest = Set(truth[row * truthColumns..<row * truthColumns + Self.count].map(Int64.init))
      hits += answer.count { nearest.contains($0.id) }
    }
    return Double(hits) / Double(answers.count * Self.count)
  }

  private func time(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
  }

  private func median(_ body: () throws -> Void) rethrows -> Double {
    let times = try (0..<repeats).map { _ in try time(body) }.sorted()
    return times[times.count / 2]
  }

  private func print(_ values: [String: Any], system: String) {
    var values = values
    values["system"] = system
    values["version"] = "here"
    let json = try! JSONSerialization.data(withJSONObject: values, options: [.sortedKeys])
    FileHandle.standardOutput.write(json + Data("\n".utf8))
  }

  private func residentBytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }
}
