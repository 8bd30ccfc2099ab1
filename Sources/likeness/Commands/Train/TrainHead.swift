import ArgumentParser
import Foundation
import LikenessEvaluation
import LikenessKit
import MetricLearning

extension PairFeature: ExpressibleByArgument {}

/// How wide each of some layers is, such as 64,32.
struct LayerWidths: ExpressibleByArgument {
  var widths: [Int]

  init?(argument: String) {
    let widths = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard widths.allSatisfy({ $0.map { (1...4096).contains($0) } ?? false }), widths.count <= 8
    else { return nil }
    self.widths = widths.compactMap(\.self)
  }
}

enum HeadKind: String, ExpressibleByArgument, CaseIterable {
  case siamese
}

/// A head on the embeddings of a gallery instead of a network on photos.
struct HeadArguments: ParsableArguments {
  @Option(
    help: "Learn to verify from pairs of a gallery's faces, instead of an embedding from photos.")
  var head: HeadKind?
  @Option(help: ArgumentHelp("The pairs to learn from, in LFW's format.", valueName: "file"))
  var pairs: String?
  @Option(
    help: ArgumentHelp(
      "Pairs that decide when to stop. (default: a fifth of --pairs)", valueName: "file"))
  var heldOutPairs: String?
  @Option(
    help: ArgumentHelp("The gallery that has the pairs' photos.", valueName: "dir"))
  var gallery: String?
  @Option(
    help: ArgumentHelp(
      "The head's input features, of difference,square,cosine,l2; difference alone is the published form. (default: \(HeadConfiguration.standardFeatures.map(\.rawValue).joined(separator: ",")))",
      valueName: "names"))
  var pairFeatures: String?
  @Option(
    help: ArgumentHelp(
      "The widths of a head's hidden layers, such as 64 or 64,32; also with --loss siamese. (default: none)",
      valueName: "widths"))
  var hidden: LayerWidths?
  @Option(
    help:
      "How strongly the weights of single coordinates are regularized towards their initial values."
  )
  var pull: Double?

  func validate() throws {
    guard head != nil else {
      if pairs != nil || heldOutPairs != nil || gallery != nil || pairFeatures != nil || pull != nil
      {
        throw ValidationError(
          "--pairs, --held-out-pairs, --gallery, --pair-features and --pull are for --head siamese")
      }
      return
    }
    guard pairs != nil else {
      throw ValidationError("--head siamese learns from --pairs, a list of pairs in LFW's format")
    }
    if let pull, !(pull >= 0 && pull < 1e6) {
      throw ValidationError("--pull must not be negative, and not \(pull)")
    }
    if pull != nil, hidden != nil {
      throw ValidationError("--pull is for a head without hidden layers")
    }
    _ = try chosenFeatures
  }

  /// The options that were given and are for networks, too.
  var given: [String] { hidden == nil ? [] : ["hidden"] }

  var chosenFeatures: [PairFeature] {
    get throws {
      guard let pairFeatures else { return HeadConfiguration.standardFeatures }
      let names = pairFeatures.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      let chosen = names.compactMap { PairFeature(rawValue: $0) }
      guard !chosen.isEmpty, chosen.count == names.count, Set(chosen).count == chosen.count else {
        throw ValidationError(
          "--pair-features must name each of difference, square, cosine and l2 at most once, not "
            + pairFeatures)
      }
      return chosen
    }
  }
}

/// What `likeness train --head siamese` does.
struct HeadTraining {
  var arguments: HeadArguments
  var configuration: HeadConfiguration
  var folder: RunFolder
  var name: String
  var output: OutputArguments

  private struct Answer: Encodable {
    var model: String
    var run: String
    var embedding: String
    var pairs: Int
    var heldOutPairs: Int
    /// Pairs of which a photo is not in the gallery.
    var missing: Int
    var bestEpoch: Int
    /// The plain distance, which is where it began, and the head.
    var plain: HeadMetrics?
    var best: HeadMetrics
    var epochs: Int
  }

  func answer() throws {
    try Torch.load()
    let models = ModelStore()
    try models.checkName(name, for: .head)
    let faces = try Likeness(place: GalleryArguments.place(arguments.gallery)).numberedFaces()
    let embeddingFile = try models.embeddingFile(of: faces.model)
    var missing = 0
    func pairs(_ path: String) throws -> EmbeddingPairs {
      let list = try PairList(contentsOf: URL(fileURLWithPath: path))
      var pairs = EmbeddingPairs(dimensions: faces.dimensions)
      for (pair, first, second) in try faces.pairs(of: list) {
        pairs.append(first, second, isSame: pair.isSame)
      }
      missing += list.pairs.count - pairs.count
      return pairs
    }
    var training = try pairs(arguments.pairs ?? "")
    let heldOut: EmbeddingPairs
    if let path = arguments.heldOutPairs {
      heldOut = try pairs(path)
    } else {
      (training, heldOut) = training.split(
        share: configuration.heldOutShare, seed: configuration.seed)
    }
    for part in [training, heldOut] where Set(part.areSame).count < 2 {
      throw LikenessError.tooFewPairs(
        path: arguments.pairs ?? "",
        reason: "\(training.count + heldOut.count) pairs are too few to learn from and to test")
    }
    try folder.create()

    let interruption = Interruption()
    let result: HeadTrainer.Result
    do {
      result = try train(training, heldOut, interruption)
      if result.wasCancelled {
        Console.note("likeness: interrupted; nothing was kept")
        throw ExitStatus.failed
      }
      try folder.write(configuration, result)
    } catch {
      try? FileManager.default.removeItem(at: folder.url)
      throw error
    }
    let best = result.metrics[result.bestEpoch]
    let measuredOn =
      "\(training.count) pairs, stopped by \(heldOut.count) others, of which it decides "
      + "\((best.heldOutAccuracy * 100).digits(1)) % rightly"
    try result.head.install(
      as: name,
      HeadDescription(
        embedding: faces.model, embeddingFile: embeddingFile, features: configuration.features,
        threshold: 0.5, measuredOn: measuredOn),
      dimensions: faces.dimensions, source: "likeness train --head siamese on \(measuredOn)",
      licence: "as the photos it was trained on", in: models)
    let answer = Answer(
      model: name, run: folder.url.path, embedding: faces.model, pairs: training.count,
      heldOutPairs: heldOut.count, missing: missing, bestEpoch: result.bestEpoch,
      plain: result.metrics.first, best: best, epochs: result.metrics.count - 1)
    if output.json { return try Console.json(answer) }
    show(answer)
  }

  private func train(
    _ training: EmbeddingPairs, _ heldOut: EmbeddingPairs, _ interruption: Interruption
  ) throws -> HeadTrainer.Result {
    try HeadTrainer(configuration, training: training, heldOut: heldOut).run(
      isCancelled: { interruption.isRequested },
      onEpoch: { metrics, isBest in
        guard !output.quiet, isBest || metrics.epoch % 10 == 0 else { return }
        Console.note(
          "epoch \(metrics.epoch) of \(configuration.epochs): loss \(metrics.loss.digits(4)), held out "
            + "\(metrics.heldOutLoss.digits(4))\(isBest ? " (best)" : "")")
      })
  }

  private func show(_ answer: Answer) {
    var table = Table()
    table.add("head", "\(answer.model), for embeddings of \(answer.embedding)")
    table.add(
      "pairs",
      "\(answer.pairs) to learn from, \(answer.heldOutPairs) held out, "
        + "\(answer.missing) without a photo in the gallery")
    for (title, metrics) in [("plain distance", answer.plain), ("head", answer.best)] {
      guard let metrics else { continue }
      table.add(
        title,
        "held-out loss \(metrics.heldOutLoss.digits(4)), "
          + "\((metrics.heldOutAccuracy * 100).digits(1)) % decided rightly")
    }
    table.add("best", "epoch \(answer.bestEpoch) of \(answer.epochs)")
    table.add("use it", "likeness verify A B --head \(answer.model)")
    Console.print(table.text)
  }
}
