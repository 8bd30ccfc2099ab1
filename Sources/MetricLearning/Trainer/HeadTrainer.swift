import Faces
import LikenessCore

/// Trains a Siamese head on pairs of stored embeddings, by binary cross-entropy.
///
/// Without hidden layers it begins as a logistic function of a plain distance, fitted to the pairs; with them, with random
/// weights. It keeps the weights with the lowest held-out loss, so without hidden layers it is never worse on held-out
/// pairs than that distance.
public struct HeadTrainer {
  public let configuration: HeadConfiguration
  private let training: EmbeddingPairs
  private let heldOut: EmbeddingPairs

  /// - Precondition: both have pairs of both kinds, of one dimension.
  public init(
    _ configuration: HeadConfiguration, training: EmbeddingPairs, heldOut: EmbeddingPairs
  ) {
    for pairs in [training, heldOut] {
      precondition(Set(pairs.areSame).count == 2, "pairs of one kind only")
    }
    (self.configuration, self.training, self.heldOut) = (configuration, training, heldOut)
  }

  /// The trained head, and how the training went.
  public struct Result {
    public var head: SiameseHead
    /// From epoch 0 on.
    public var metrics: [HeadMetrics]
    public var bestEpoch: Int
    public var wasCancelled = false
  }

  /// - Throws: `TorchError`, `TrainingError.notANumber`
  public func run(
    isCancelled: () -> Bool = { false },
    onEpoch: (HeadMetrics, _ isBest: Bool) -> Void = { _, _ in }
  ) throws -> Result {
    try Torch.load()
    let random = RandomSource(seed: configuration.seed)
    let head = SiameseHead(
      training.dimensions, features: configuration.features, hidden: configuration.hidden,
      random: random)
    let (a, b) = training.tensors
    let (tested, against) = heldOut.tensors
    let inputs = head.inputs(a, b)
    let scale = InputScale(inputs)
    let (rows, heldOutRows) = (scale(inputs), scale(head.inputs(tested, against)))

    // `learning` takes scaled inputs; `head` takes unscaled ones and holds the best weights so far.
    let learning = SiameseHead(
      training.dimensions, features: configuration.features, hidden: configuration.hidden,
      random: random)
    var penalty: () -> Tensor? = { nil }
    if configuration.hidden.isEmpty {
      let start = plainDistance(inputs)
      let began = Tensor(scale.scaled(start.weights), shape: [1, scale.mean.count])
      withoutGradients {
        learning.dense.weight.copy(from: began)
        learning.dense.bias?.fill(Double(start.bias) + scale.offset(start.weights))
      }
      let pull = Tensor(
        configuration.features.flatMap { feature in
          let strength = feature.count(2) == 2 ? Float(configuration.pull / 2) : 0
          return [Float](repeating: strength, count: feature.count(training.dimensions))
        }, shape: [1, scale.mean.count])
      penalty = { ((learning.dense.weight - began).squared() * pull).sum() }
    }

    let optimizer = Adam(learning.parameters, learningRate: configuration.learningRate)
    var stopping = EarlyStopping(patience: configuration.patience)
    var result = Result(head: head, metrics: [], bestEpoch: 0)
    for epoch in 0...configuration.epochs {
      if epoch > 0 {
        var order = Array(0..<training.count)
        var shuffler = SeededRandom(seed: configuration.seed, path: UInt64(epoch))
        order.shuffle(using: &shuffler)
        for first in stride(from: 0, to: order.count, by: configuration.batch) {
          let picked = Array(order[first..<min(order.count, first + configuration.batch)])
          let logits = learning.logits(ofInputs: rows.selecting(0, picked))
          var loss = PairLoss()(logits, areSame: picked.map { training.areSame[$0] })
          if let penalty = penalty() { loss = loss + penalty }
          optimizer.clearGradients()
          loss.backward()
          optimizer.step()
        }
      }
      let metrics = withoutGradients { measured(epoch, learning, rows, heldOutRows) }
      guard metrics.loss.isFinite, metrics.heldOutLoss.isFinite else {
        throw TrainingError.notANumber(epoch: epoch, batch: 1, photos: ["pairs of embeddings"])
      }
      result.metrics.append(metrics)
      let isBest = stopping.record(-metrics.heldOutLoss, epoch: epoch)
      if isBest {
        result.bestEpoch = epoch
        copyWeights(of: learning, scale, to: head)
      }
      onEpoch(metrics, isBest)
      if stopping.isDue { break }
      if isCancelled() {
        result.wasCancelled = true
        break
      }
    }
    return result
  }

  private func measured(
    _ epoch: Int, _ head: SiameseHead, _ rows: Tensor, _ heldOutRows: Tensor
  ) -> HeadMetrics {
    let logits = head.logits(ofInputs: heldOutRows)
    let answers: [Float] = logits.values()
    return HeadMetrics(
      epoch: epoch,
      loss: PairLoss()(head.logits(ofInputs: rows), areSame: training.areSame).item,
      heldOutLoss: PairLoss()(logits, areSame: heldOut.areSame).item,
      heldOutAccuracy: Double(zip(answers, heldOut.areSame).count { ($0 > 0) == $1 })
        / Double(heldOut.count))
  }

  /// The weights with which the head is a logistic function of the simplest distance among its features.
  private func plainDistance(_ inputs: Tensor) -> (weights: [Float], bias: Float) {
    let counts = configuration.features.map { $0.count(training.dimensions) }
    let order: [PairFeature] = [.cosine, .square, .difference, .l2]
    guard let plain = order.first(where: configuration.features.contains),
      let place = configuration.features.firstIndex(of: plain)
    else { preconditionFailure("a head without features") }
    let first = counts[..<place].reduce(0, +)
    let range = first..<first + counts[place]
    let distances: [Float] = inputs.slice(1, range).sum(1).values()
    let fit = PairScores(
      pairs: zip(distances, training.areSame).map { .init(distance: $0, isSame: $1, fold: 0) }
    ).logisticFit()
    var weights = [Float](repeating: 0, count: counts.reduce(0, +))
    for index in range { weights[index] = -fit.coefficient }
    return (weights, fit.coefficient * fit.midpoint)
  }

  /// Copies the weights into a head that takes unscaled inputs.
  private func copyWeights(of learning: SiameseHead, _ scale: InputScale, to head: SiameseHead) {
    let layers = zip(learning.hidden + [learning.dense], head.hidden + [head.dense])
    withoutGradients {
      for (number, (source, target)) in layers.enumerated() {
        guard number == 0 else {
          target.weight.copy(from: source.weight)
          if let bias = source.bias { target.bias?.copy(from: bias) }
          continue
        }
        let rows = source.weight.shape[0]
        let width = scale.mean.count
        let all: [Float] = source.weight.values()
        let weights = (0..<rows).map { scale.unscaled(Array(all[$0 * width..<($0 + 1) * width])) }
        let biases: [Float] = source.bias?.values() ?? [Float](repeating: 0, count: rows)
        target.weight.copy(from: Tensor(weights.flatMap(\.self), shape: [rows, width]))
        target.bias?.copy(
          from: Tensor(
            zip(biases, weights).map { Float(Double($0) - scale.offset($1)) }, shape: [rows]))
      }
    }
  }
}

/// Standardises inputs, so that a learning rate suits all of them.
private struct InputScale {
  let mean: [Float]
  let deviation: [Float]

  /// - Parameter inputs: `(n, k)`
  init(_ inputs: Tensor) {
    let mean = inputs.mean(0, keeping: true)
    self.mean = mean.values()
    deviation = (inputs - mean).squared().mean(0).squareRoot().clamped(to: 1e-9...1e9).values()
  }

  func callAsFunction(_ inputs: Tensor) -> Tensor {
    (inputs - Tensor(mean, shape: [1, mean.count]))
      / Tensor(deviation, shape: [1, deviation.count])
  }

  /// Converts weights of unscaled inputs to those of scaled ones, and back.
  func scaled(_ weights: [Float]) -> [Float] { zip(weights, deviation).map { $0 * $1 } }
  func unscaled(_ weights: [Float]) -> [Float] { zip(weights, deviation).map { $0 / $1 } }

  /// The weighted sum of the means, for weights of unscaled inputs.
  func offset(_ weights: [Float]) -> Double {
    zip(weights, mean).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
