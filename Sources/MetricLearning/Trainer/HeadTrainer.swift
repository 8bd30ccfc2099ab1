import Faces
import Vectors

/// Trains a Siamese head on pairs of stored embeddings, by binary cross-entropy.
///
/// It begins as a logistic of a plain distance, fitted to the pairs, and keeps the state with the least
/// held-out loss; so on held-out pairs it is never worse than that distance.
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

  /// What learning came to.
  public struct Result {
    public var head: SiameseHead
    /// From epoch 0 on.
    public var metrics: [HeadMetrics]
    public var bestEpoch: Int
    public var wasCancelled = false
  }

  /// - Throws: `TorchError`, `TrainingError.notANumber`
  public func run(
    isCancelled: () -> Bool = { false }, tell: (HeadMetrics, _ isBest: Bool) -> Void = { _, _ in }
  ) throws -> Result {
    try Torch.load()
    let random = RandomSource(seed: configuration.seed)
    let head = SiameseHead(
      training.dimensions, features: configuration.features, random: random)
    let (a, b) = training.tensors
    let (tested, against) = heldOut.tensors
    let inputs = head.inputs(a, b)
    let scale = InputScale(inputs)
    let (rows, heldOutRows) = (scale(inputs), scale(head.inputs(tested, against)))

    let start = plainDistance(inputs)
    let linear = Linear(scale.mean.count, 1, random: random)
    let began = Tensor(scale.scaled(start.weights), shape: [1, scale.mean.count])
    withoutGradients {
      linear.weight.copy(from: began)
      linear.bias?.fill(Double(start.bias) + scale.offset(start.weights))
    }
    let pull = Tensor(
      configuration.features.flatMap { feature in
        let strength = feature.count(2) == 2 ? Float(configuration.pull / 2) : 0
        return [Float](repeating: strength, count: feature.count(training.dimensions))
      }, shape: [1, scale.mean.count])

    let optimizer = Adam(linear.parameters, learningRate: configuration.learningRate)
    var stopping = EarlyStopping(patience: configuration.patience)
    var result = Result(head: head, metrics: [], bestEpoch: 0)
    for epoch in 0...configuration.epochs {
      if epoch > 0 {
        var order = Array(0..<training.count)
        var lot = SeededRandom(seed: configuration.seed, path: UInt64(epoch))
        order.shuffle(using: &lot)
        for first in stride(from: 0, to: order.count, by: configuration.batch) {
          let picked = Array(order[first..<min(order.count, first + configuration.batch)])
          let logits = linear(rows.selecting(0, picked)).reshaped([-1])
          let held = ((linear.weight - began).squared() * pull).sum()
          let loss = PairLoss()(logits, areSame: picked.map { training.areSame[$0] }) + held
          optimizer.clearGradients()
          loss.backward()
          optimizer.step()
        }
      }
      let metrics = withoutGradients { measured(epoch, linear, rows, heldOutRows) }
      guard metrics.loss.isFinite, metrics.heldOutLoss.isFinite else {
        throw TrainingError.notANumber(epoch: epoch, batch: 1, photos: ["pairs of embeddings"])
      }
      result.metrics.append(metrics)
      let isBest = stopping.take(-metrics.heldOutLoss, epoch: epoch)
      if isBest {
        result.bestEpoch = epoch
        keep(linear, scale, in: head)
      }
      tell(metrics, isBest)
      if stopping.isDue { break }
      if isCancelled() {
        result.wasCancelled = true
        break
      }
    }
    return result
  }

  private func measured(
    _ epoch: Int, _ linear: Linear, _ rows: Tensor, _ heldOutRows: Tensor
  ) -> HeadMetrics {
    let logits = linear(heldOutRows).reshaped([-1])
    let answers: [Float] = logits.values()
    return HeadMetrics(
      epoch: epoch,
      loss: PairLoss()(linear(rows).reshaped([-1]), areSame: training.areSame).item,
      heldOutLoss: PairLoss()(logits, areSame: heldOut.areSame).item,
      heldOutAccuracy: Double(zip(answers, heldOut.areSame).count { ($0 > 0) == $1 })
        / Double(heldOut.count))
  }

  /// Weights under which the head is a logistic of the plainest distance among its features.
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
    for index in range { weights[index] = -fit.slope }
    return (weights, fit.slope * fit.middle)
  }

  /// Copies what was learnt into the head, which takes its inputs as they are.
  private func keep(_ linear: Linear, _ scale: InputScale, in head: SiameseHead) {
    let weights = scale.unscaled(linear.weight.values())
    withoutGradients {
      head.dense.weight.copy(from: Tensor(weights, shape: [1, weights.count]))
      head.dense.bias?.fill((linear.bias?.item ?? 0) - scale.offset(weights))
    }
  }
}

/// Inputs less their means, over their deviations, so that steps are as large for each.
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

  /// Weights of inputs as they are, as those of scaled ones, and back.
  func scaled(_ weights: [Float]) -> [Float] { zip(weights, deviation).map { $0 * $1 } }
  func unscaled(_ weights: [Float]) -> [Float] { zip(weights, deviation).map { $0 / $1 } }

  /// What the means come to with weights of inputs as they are.
  func offset(_ weights: [Float]) -> Double {
    zip(weights, mean).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
