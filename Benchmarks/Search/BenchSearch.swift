import ArgumentParser
import BenchSupport
import Foundation
import LikenessCore
import VectorSearch

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

  @Flag(help: "Also measure what removing and inserting half of the vectors leaves of the recall.")
  var churn = false
  @Option(help: ArgumentHelp("Search this file's index only.", visibility: .hidden))
  var open: String?
  @Option(help: ArgumentHelp("How long it took to build, in seconds.", visibility: .hidden))
  var builtIn = 0.0

  func run() throws {
    if let open {
      let run = try load(withBase: false)
      return try run.search(
        URL(fileURLWithPath: open), setting: setting, beams: beams, builtIn: builtIn)
    }
    if hnsw { try buildAndSearch() }
    if exact { try load(withBase: true).exact() }
    if churn {
      try load(withBase: true).churn(
        HNSWParameters(links: links, constructionBeam: constructionBeam), setting: setting)
    }
  }

  private var setting: String { "M \(links), efConstruction \(constructionBeam)" }

  /// Builds with all threads, then searches in a process of its own that is kept to one processor, as
  /// the peers are, and opens the index from its file, as programs do.
  private func buildAndSearch() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "bench-search-\(getpid()).index")
    defer { try? FileManager.default.removeItem(at: file) }
    let seconds = try load(withBase: true).build(
      HNSWParameters(links: links, constructionBeam: constructionBeam), to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
    process.arguments =
      [
        "-c", "0", CommandLine.arguments[0], "--data", data, "--open", file.path, "--built-in",
        "\(seconds)", "--threads", "\(threads)", "--repeats", "\(repeats)", "--links", "\(links)",
        "--construction-beam", "\(constructionBeam)", "--beams",
      ] + beams.map(String.init)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
  }

  private func load(withBase: Bool) throws -> Run {
    let folder = URL(fileURLWithPath: data)
    let queries = try matrix(folder.appendingPathComponent("queries.npy"))
    let truth = try NumpyArray<Int32>(folder.appendingPathComponent("truth.npy"), type: "<i4")
    return Run(
      base: withBase
        ? try matrix(folder.appendingPathComponent("base.npy"))
        : EmbeddingMatrix(dimensions: queries.dimensions),
      queries: queries, truth: truth.numbers(), truthColumns: truth.columns, threads: threads,
      repeats: repeats)
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

  /// - Returns: how long it took, in seconds, without writing the file.
  func build(_ parameters: HNSWParameters, to file: URL) throws -> Double {
    let index = try VectorIndex(
      dimensions: base.dimensions, graphThreshold: 1, parameters: parameters)
    let seconds = try time { try index.insert(base, ids: ids, threads: threads) }
    try index.save(to: file, stamp: IndexStamp())
    return seconds
  }

  func search(_ file: URL, setting: String, beams: [Int], builtIn: Double) throws {
    let before = Memory()
    var opened: VectorIndex?
    let opening = try time {
      opened = try VectorIndex(contentsOf: file)
      _ = try opened?.search(queries[0], count: Self.count, effort: .beam(50))
    }
    guard let index = opened else { return }
    let probes = (0..<queries.count).map { queries[$0] }
    var figures: [[String: Any]] = []
    for beam in beams {
      var answers: [[Neighbor]] = []
      let seconds = try median {
        answers = []
        for probe in probes {
          answers.append(try index.search(probe, count: Self.count, effort: .beam(beam)))
        }
      }
      figures.append([
        "kind": "search", "setting": setting, "parameter": "efSearch \(beam)",
        "form": "one by one", "recall": recall(answers), "qps": Double(queries.count) / seconds,
        "threads": 1,
      ])
    }
    // Whole vectors are looked at last, in pages of the file that the system may drop at any time.
    let after = withExtendedLifetime(index) {
      Memory(vectorBytes: index.count * index.dimensions * 4)
    }
    let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    print(
      [
        "kind": "build", "setting": setting, "seconds": builtIn, "threads": threads,
        "bytes": after.resident - after.mappedVectors - before.resident,
        "mappedVectorBytes": after.mappedVectors, "indexBytes": size, "openSeconds": opening,
      ], system: "Likeness HNSW")
    for figure in figures { print(figure, system: "Likeness HNSW") }
  }

  /// Takes out a tenth of the vectors and puts them back, five times: the vectors are the same as before,
  /// half of their links are not.
  func churn(_ parameters: HNSWParameters, setting: String) throws {
    let index = try HNSWIndex(dimensions: base.dimensions, parameters: parameters)
    try index.insert(base, ids: ids, threads: threads)
    let beams = [16, 24, 48, 96]
    func recalls() throws -> [Double] {
      try beams.map { beam in
        recall(
          try (0..<queries.count).map {
            try index.search(queries[$0], count: Self.count, effort: .beam(beam))
          })
      }
    }
    let fresh = try recalls()
    var (removing, inserting) = (0.0, 0.0)
    let tenth = base.count / 10
    for round in 0..<5 {
      // Every tenth vector, so that people lose some of their photos.
      let leaving = (0..<tenth).map { $0 * 10 + round * 2 }
      let gone = leaving.map(Int64.init)
      removing += try time { _ = try index.remove(gone) }
      let back = EmbeddingMatrix(leaving.map { base[$0] })
      inserting += try time { try index.insert(back, ids: gone, threads: 1) }
    }
    for (number, (beam, after)) in zip(beams, try recalls()).enumerated() {
      print(
        [
          "kind": "churn", "setting": setting, "parameter": "efSearch \(beam)",
          "fresh": fresh[number], "after": after, "threads": 1,
          "removalsPerSecond": Double(5 * tenth) / removing,
          "insertionsPerSecond": Double(5 * tenth) / inserting,
        ], system: "Likeness HNSW")
    }
  }

  func exact() throws {
    let index = try ExactIndex(dimensions: base.dimensions)
    try index.insert(base, ids: ids)
    var answers: [[Neighbor]] = []
    func tell(_ form: String, _ seconds: Double) {
      print(
        [
          "kind": "search", "setting": "exact", "parameter": "", "form": form,
          "recall": recall(answers), "qps": Double(answers.count) / seconds, "threads": 1,
        ], system: "Likeness exact")
    }
    tell(
      "one by one",
      try median {
        answers = []
        for row in 0..<queries.count {
          answers.append(try index.search(queries[row], count: Self.count))
        }
      })
    tell("batch", try median { answers = try index.search(queries, count: Self.count, threads: 1) })
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
}

/// What is resident of this process, in bytes.
private struct Memory {
  var resident = 0
  /// Of that, of the mapping that holds whole vectors.
  var mappedVectors = 0

  init(vectorBytes: Int = .max) {
    // Not by its length, which is 0.
    let data = try? FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/smaps")).readToEnd()
    let text = String(decoding: (data ?? nil) ?? Data(), as: UTF8.self)
    var isVectors = false
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0].contains("-"), !words[0].hasSuffix(":") {
        let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
        isVectors = line.contains(".index") && ends.count == 2 && ends[1] - ends[0] >= vectorBytes
      } else if words[0] == "Rss:", words.count > 1, let kilobytes = Int(words[1]) {
        resident += kilobytes * 1024
        if isVectors { mappedVectors += kilobytes * 1024 }
      }
    }
  }
}
