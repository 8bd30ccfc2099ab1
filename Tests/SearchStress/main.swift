import Foundation
import LikenessCore
import VectorSearch

/// What tests cannot do to themselves: be killed while saving, and be watched by the thread sanitizer.
///
///     search-stress save FILE FIRST     writes one index after another until it is killed
///     search-stress threads             several threads search, insert, remove and save at once
func vectors(_ count: Int, seed: UInt64) -> EmbeddingMatrix {
  var random = SeededRandom(seed: seed)
  return EmbeddingMatrix(
    dimensions: 24, values: (0..<count * 24).map { _ in .random(in: -1...1, using: &random) })
}

func save(to file: URL, from first: Int) throws {
  let index = try VectorIndex(dimensions: 24)
  try index.insert(vectors(8000, seed: 1), ids: 0..<8000)
  for revision in first... {
    // Ever another size.
    try index.insert(vectors(50, seed: UInt64(revision)), ids: 8000..<8050)
    try index.remove((8000..<8000 + Int64(revision % 50)).map { $0 })
    try index.save(to: file, stamp: IndexStamp(source: "stress", revision: revision))
  }
}

/// Readers, and writers of their own ids, on an index that becomes a graph under their hands.
func runThreads() throws {
  let index = try VectorIndex(
    dimensions: 24, graphThreshold: 400,
    parameters: HNSWParameters(links: 8, constructionBeam: 40))
  let all = vectors(1500, seed: 1)
  try index.insert(
    EmbeddingMatrix((0..<200).map { all[$0] }), ids: (0..<200).map(Int64.init), threads: 2)
  let file = FileManager.default.temporaryDirectory.appendingPathComponent(
    "search-stress-\(getpid()).index")
  defer { try? FileManager.default.removeItem(at: file) }
  DispatchQueue.concurrentPerform(iterations: 5) { thread in
    do {
      switch thread {
      case 0:
        for first in stride(from: 200, to: 1500, by: 50) {
          let rows = first..<min(1500, first + 50)
          try index.insert(
            EmbeddingMatrix(rows.map { all[$0] }), ids: rows.map(Int64.init), threads: 2)
          try index.remove((first - 10..<first).map(Int64.init))
        }
      case 1:
        for revision in 0..<4 {
          try index.save(to: file, stamp: IndexStamp(source: "stress", revision: revision))
          guard try VectorIndex(contentsOf: file).count > 0 else { fatalError("nothing was saved") }
        }
      default:
        for number in 0..<400 {
          let query = all[(number * 31 + thread * 7) % 1500]
          let found = try index.search(
            query, count: 5, effort: number % 3 == 0 ? .standard : .beam(20),
            filter: number % 5 == 0 ? .matching { $0 % 3 == 0 } : .all)
          guard found.count == 5 else { fatalError("\(found.count) found") }
        }
      }
    } catch {
      fatalError("\(error)")
    }
  }
  guard index.count == 1500 - 26 * 10 else { fatalError("\(index.count) vectors") }
}

switch CommandLine.arguments.dropFirst().first {
case "save":
  try save(to: URL(fileURLWithPath: CommandLine.arguments[2]), from: Int(CommandLine.arguments[3])!)
case "threads": try runThreads()
default: fatalError("save FILE FIRST, or threads")
}
