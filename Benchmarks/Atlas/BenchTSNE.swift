import ArgumentParser
import BenchSupport
import Foundation
import LikenessCore
import Projection

struct BenchTSNE: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tsne")

  @OptionGroup var subject: Subject
  @Option(help: "automatic, exact, barnesHut or interpolation.")
  var gradient = TSNEOptions.Gradient.automatic
  @Option(help: "2 or 3.")
  var dimensions = 2
  @Option(help: "Steps after the early ones.")
  var iterations = TSNEOptions().iterations
  @Option(help: "Steps with early exaggeration.")
  var earlyIterations = TSNEOptions().earlyIterations
  @Option(help: "The share of the last step that is taken again.")
  var momentum = TSNEOptions().momentum
  @Option(help: "n divided by the exaggeration unless set.")
  var learningRate: Double?
  @Option(help: "From node to node of the grid.")
  var spacing = TSNEOptions().spacing
  @Option(help: "Barnes–Hut's theta.")
  var theta = TSNEOptions().theta
  @Option(help: "The seed of the noise to begin with.")
  var seed = TSNEOptions().seed
  @Flag(help: "Say how it goes.")
  var verbose = false

  func run() throws {
    let array = try NumpyArray<Float>(URL(fileURLWithPath: subject.data), type: "<f4")
    let vectors = EmbeddingMatrix(dimensions: array.columns, values: array.numbers())
    var options = TSNEOptions()
    options.dimensions = dimensions
    options.gradient = gradient
    options.iterations = iterations
    options.earlyIterations = earlyIterations
    options.momentum = momentum
    options.learningRate = learningRate
    options.spacing = spacing
    options.theta = theta
    options.seed = seed
    options.threads = subject.threads
    let (before, idle) = (peakMemory, clock())
    let (table, searching) = try timed {
      try TSNE.neighbors(of: vectors, options: options)
    }
    let (map, fitting) = try timed {
      try TSNE.fit(vectors, neighbors: table, options: options) { progress in
        if verbose {
          FileHandle.standardError.write(
            Data("\(progress.iteration) \(progress.divergence)\n".utf8))
        }
        return true
      }
    }
    let worked = Double(clock() - idle) / Double(CLOCKS_PER_SEC)
    try writeNumpy(
      map.layout.coordinates, columns: map.layout.dimensions,
      to: URL(fileURLWithPath: subject.out))
    try printFigure(
      "tsne",
      [
        "setting": map.gradient.rawValue, "seconds": searching + fitting,
        "searchSeconds": searching, "divergence": map.divergence, "bytes": peakMemory - before,
        "count": vectors.count, "threads": subject.threads, "processorSeconds": worked,
      ])
  }
}

extension TSNEOptions.Gradient: ExpressibleByArgument {}
