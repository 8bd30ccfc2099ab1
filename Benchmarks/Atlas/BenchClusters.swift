import ArgumentParser
import BenchSupport
import Clustering
import Foundation
import LikenessCore
import VectorSearch

struct BenchClusters: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "clusters")

  @Option(help: "The vectors, an .npy file.")
  var data: String
  @Option(help: "A file with who each vector is, a line each.")
  var labels: String
  @Option(help: "The algorithm.")
  var algorithm = "likeness"
  @Option(help: "The similarity that links, where the algorithm has one.")
  var threshold: Float?
  @Option(help: "How many threads.")
  var threads = 2

  func run() throws {
    let array = try NumpyArray<Float>(URL(fileURLWithPath: data), type: "<f4")
    let vectors = EmbeddingMatrix(dimensions: array.columns, values: array.numbers())
    let text = try String(contentsOf: URL(fileURLWithPath: labels), encoding: .utf8)
    let people = text.split(separator: "\n").map(String.init)
    guard people.count == vectors.count, let algorithm = ClusteringAlgorithm(rawValue: algorithm)
    else { throw ValidationError("as many lines as vectors, and a known algorithm") }
    let (neighbors, searching) = try timed {
      try NeighborTable(
        of: vectors, width: PeopleClustering.standardNeighbors, threads: threads)
    }
    let (clusters, dividing) = timed {
      PeopleClustering(
        vectors, neighbors: neighbors,
        constraints: ClusteringConstraints(unconstrained: vectors.count), threads: threads
      ).clusters(algorithm, threshold: threshold)
    }
    let score = BCubed(clusters.labels, people)
    try printFigure(
      "clusters",
      [
        "setting": algorithm.rawValue + (threshold.map { " \($0)" } ?? ""),
        "searching": searching, "dividing": dividing, "seconds": searching + dividing,
        "precision": score.precision, "recall": score.recall, "f": score.f,
        "clusters": clusters.count, "count": vectors.count,
      ])
  }
}

/// B-cubed precision and recall (Bagga and Baldwin 1998): for each face the part of its cluster that is of
/// its person, and the part of its person that is in its cluster, averaged over faces.
struct BCubed {
  let precision: Double
  let recall: Double
  var f: Double { 2 * precision * recall / (precision + recall) }

  init(_ clusters: [Int32], _ people: [String]) {
    var sizes: [Int32: Double] = [:]
    var persons: [String: Double] = [:]
    var both: [String: [Int32: Double]] = [:]
    for (cluster, person) in zip(clusters, people) {
      sizes[cluster, default: 0] += 1
      persons[person, default: 0] += 1
      both[person, default: [:]][cluster, default: 0] += 1
    }
    var (precision, recall) = (0.0, 0.0)
    for (person, parts) in both {
      for (cluster, shared) in parts {
        precision += shared * shared / sizes[cluster]!
        recall += shared * shared / persons[person]!
      }
    }
    self.precision = precision / Double(people.count)
    self.recall = recall / Double(people.count)
  }
}
