import ArgumentParser
import BenchSupport
import Foundation
import LikenessCore
import Projection

struct BenchPCA: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pca")

  @OptionGroup var subject: Subject

  func run() throws {
    let array = try NumpyArray<Float>(URL(fileURLWithPath: subject.data), type: "<f4")
    let vectors = EmbeddingMatrix(dimensions: array.columns, values: array.numbers())
    let before = peakMemory
    let ((pca, layout), seconds) = try timed {
      let pca = try PCA(vectors)
      return (pca, try pca.layout(of: vectors, dimensions: 2))
    }
    try writeNumpy(
      layout.coordinates, columns: 2, to: URL(fileURLWithPath: subject.out))
    try printFigure(
      "pca",
      [
        "setting": "exact", "seconds": seconds, "bytes": peakMemory - before,
        "count": vectors.count, "variances": pca.explainedVariance,
      ])
  }
}
