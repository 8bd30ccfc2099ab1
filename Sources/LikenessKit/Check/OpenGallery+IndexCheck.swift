import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

extension OpenGallery {
  /// How many searches are compared.
  private static let probes = 100
  /// How many neighbours each is asked for.
  private static let neighbors = 10
  /// An index that finds less than this part of them is made anew. Searches aim at 0.99 at least.
  private static let leastRecall = 0.95

  /// Compares the index's file, if there is one, with the gallery: its checksums, which state it is of, the ids and vectors
  /// that it holds once it is brought up to date, and what searches find with what exact ones do.
  /// - Throws: `GalleryError`, `IndexError`
  func checkIndex(
    _ store: any FaceStore, _ options: CheckOptions, _ check: inout GalleryCheck
  ) throws {
    let file = GalleryIndex.file(of: folder)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    let fault: String?
    do {
      fault = try Self.fault(of: file, store, &check)
    } catch let error as IndexError {
      if case .outOfMemory = error { throw error }
      fault = "cannot be used: \(error)"
    }
    guard let fault else { return }
    if options.repairs { try rebuildIndexFile(store) }
    check.findings.append(
      GalleryFinding(
        .index, "\(file.lastPathComponent) \(fault)", repair: "make it anew from the database",
        done: options.repairs ? "made it anew from the database" : nil))
  }

  /// What is wrong with the file, for a sentence; nil for one that is right.
  private static func fault(
    of file: URL, _ store: any FaceStore, _ check: inout GalleryCheck
  ) throws -> String? {
    let saved = try VectorIndex(contentsOf: file)
    try saved.verifyFile()
    guard var index = GalleryIndex(saved: saved), try index.isOf(store) else {
      return "is not of this gallery, or of a state that it was never in"
    }
    try index.update(to: store)
    let faces = try store.embeddings()
    guard !faces.faces.isEmpty else { return nil }
    let differences = index.index.differences(
      from: faces.embeddings, ids: faces.faces.map(\.rawValue))
    guard differences.isEmpty else { return inWords(differences) }
    let comparison = try comparison(of: index.index, faces.embeddings)
    check.index = comparison
    guard comparison.recall >= leastRecall else {
      return "finds \((comparison.recall * 100).rounded()) % of the nearest faces in "
        + "\(comparison.probes) searches"
    }
    return nil
  }

  private static func inWords(_ differences: VectorIndex.Differences) -> String {
    let parts = [
      ("lacks", differences.missing), ("should not have", differences.unexpected),
      ("has other vectors of", differences.altered),
    ].filter { !$0.1.isEmpty }
    return parts.map { verb, ids in
      "\(verb) \(GalleryFinding.counted(ids.count, "face")) "
        + "(\(GalleryFinding.some(ids.prefix(3).map { FaceID($0).reference }, of: ids.count)))"
    }.joined(separator: ", ")
  }

  /// Searches with vectors like those of faces that are not in the gallery: means of two that are.
  private static func comparison(
    of index: VectorIndex, _ embeddings: EmbeddingMatrix
  ) throws -> IndexComparison {
    let count = embeddings.count
    let probes = EmbeddingMatrix(
      (0..<min(Self.probes, count)).map { number in
        // Evenly spread, so that the same gallery gives the same answer.
        let rows = [number * count / Self.probes, (number * 7919 + count / 2) % count]
        let (one, other) = (embeddings[min(rows[0], count - 1)], embeddings[rows[1]])
        return Embedding(zip(one.values, other.values).map { ($0 + $1) / 2 })
      })
    let exact = try VectorIndex(
      dimensions: embeddings.dimensions, metric: index.metric, graphThreshold: .max)
    try exact.insert(embeddings, ids: 0..<Int64(count))
    let truth = try exact.search(probes, count: neighbors)
    let answers = try index.search(probes, count: neighbors)
    var (found, expected) = (0, 0)
    for (answer, nearest) in zip(answers, truth) {
      // By distance, since any of several vectors at one distance is right.
      let farthest = (nearest.last?.distance ?? 0) * (1 + 1e-5)
      found += min(nearest.count, answer.count { $0.distance <= farthest })
      expected += nearest.count
    }
    return IndexComparison(
      faces: count, probes: probes.count,
      recall: expected == 0 ? 1 : Double(found) / Double(expected))
  }
}
