import LikenessCore

/// The loss of a batch over all attributes, and what shows how training goes.
final class TrainingObjective: Module {
  struct Result {
    /// What is minimized.
    var loss: Tensor
    /// The number to report: see `LossValue.reported`.
    var reported: Double
    /// See `EpochMetrics`.
    var activeFraction: Double?
    var spread: Double
  }

  private let configuration: TrainingConfiguration
  private let ranges: [Range<Int>]
  /// One for each attribute.
  let losses: [any MetricLoss]
  /// The teacher's embedding of each photo of the data set, `(photos, d)`.
  private let targets: EmbeddingMatrix?

  /// - Parameters:
  ///   - ranges: each attribute's places in an embedding.
  ///   - classCounts: how many classes each attribute has.
  init(
    _ configuration: TrainingConfiguration, ranges: [Range<Int>], classCounts: [Int],
    targets: EmbeddingMatrix? = nil, random: RandomSource
  ) {
    self.configuration = configuration
    self.ranges = ranges
    self.targets = targets
    losses = zip(ranges, classCounts).map { range, classCount in
      configuration.loss.type.init(
        LossSettings(
          configuration, dimensions: range.count, classCount: classCount, random: random))
    }
  }

  var parts: [(name: String, module: any Module)] {
    zip(configuration.attributes, losses).compactMap { name, loss in
      loss.module.map { (name, $0) }
    }
  }

  /// - Parameters:
  ///   - embeddings: `(n, d)`
  ///   - classes: for each attribute, each row's class.
  func callAsFunction(
    _ embeddings: Tensor, _ sample: SampledBatch, classes: [[Int]], random: inout SeededRandom
  ) -> Result {
    if let targets { return result(embeddings, targets[sample.items]) }
    var total: Tensor?
    var reported = 0.0
    var active: (count: Int, compared: Int)?
    var spread = Double.infinity
    for (attribute, labels) in classes.enumerated() {
      var part = embeddings.slice(1, ranges[attribute])
      if attribute > 0, configuration.takesPersonOut, !configuration.sharesVector {
        part = Self.withoutPerson(part, people: classes[0], values: labels)
      }
      let directions = Self.directions(part)
      spread = min(spread, Self.spread(directions))
      // What the loss sees.
      let distances =
        configuration.isNormalized ? directions : DistanceMatrix(part.detached())
      var sampled = Triplets()
      for triplet in sample.triplets where triplet.attribute == attribute {
        sampled.append(triplet.anchor, triplet.positive, triplet.negative)
      }
      let value = losses[attribute].value(
        of: LossBatch(embeddings: part, labels: labels, distances: distances, sampled: sampled),
        using: &random)
      total = total.map { $0 + value.loss } ?? value.loss
      reported += value.reported ?? value.loss.item
      if let more = value.active {
        active = ((active?.count ?? 0) + more.count, (active?.compared ?? 0) + more.compared)
      }
    }
    guard let total else { preconditionFailure("a loss without an attribute") }
    return Result(
      loss: total / Double(classes.count), reported: reported / Double(classes.count),
      activeFraction: active.map { Double($0.count) / Double(max(1, $0.compared)) },
      spread: spread)
  }

  /// Of embeddings that are to be a teacher's.
  private func result(_ embeddings: Tensor, _ targets: EmbeddingMatrix) -> Result {
    let loss = DistillationLoss()(
      embeddings, Tensor(targets.values, shape: [targets.count, targets.dimensions]))
    return Result(
      loss: loss, reported: loss.item, spread: Self.spread(Self.directions(embeddings)))
  }

  /// The distances of rows brought to length 1.
  private static func directions(_ rows: Tensor) -> DistanceMatrix {
    DistanceMatrix(withoutGradients { rows.detached().l2Normalized() })
  }

  /// The mean distance over √2, that of two random directions.
  private static func spread(_ distances: DistanceMatrix) -> Double {
    let pairs = distances.count * (distances.count - 1)
    let sum = distances.values.reduce(0) { $0 + Double($1) }
    return pairs == 0 ? 0 : sum / Double(pairs) / 2.squareRoot()
  }

  /// Each row less the mean of the same person's rows with other values: with those of its own, it would lose a
  /// part of what is looked for. A row whose person has no other value stays as it is.
  static func withoutPerson(_ rows: Tensor, people: [Int], values: [Int]) -> Tensor {
    let count = people.count
    var means = [Float](repeating: 0, count: count * count)
    for row in 0..<count {
      let others = (0..<count).filter { people[$0] == people[row] && values[$0] != values[row] }
      for other in others { means[row * count + other] = 1 / Float(others.count) }
    }
    return rows - Tensor(means, shape: [count, count]).matmul(rows)
  }
}
