import LikenessCore

/// The loss of a batch over all attributes, and what it tells about the learning.
final class TrainingObjective: Module {
  struct Result {
    /// What is made small.
    var loss: Tensor
    /// What is told of it: of triplets the mean over all of them, so that it falls as more of them are told apart, whatever
    /// is made small.
    var told: Double
    /// See `EpochMetrics`.
    var activeFraction: Double?
    var spread: Double
  }

  private let configuration: TrainingConfiguration
  private let ranges: [Range<Int>]
  /// Parts of a loss that are learnt along with the network, one an attribute.
  private let arcFaces: [ArcFaceLoss]
  let siamese: [SiameseHead]
  /// What a teacher says of each photo of the data set, `(photos, d)`.
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
    arcFaces =
      configuration.loss == .arcFace
      ? zip(ranges, classCounts).map {
        ArcFaceLoss(classes: $1, dimensions: $0.count, margin: 0.3, scale: 16, random: random)
      } : []
    siamese =
      configuration.loss == .siamese
      ? ranges.map {
        SiameseHead(
          $0.count, features: [.difference], hidden: configuration.hidden, random: random)
      } : []
  }

  var parts: [(name: String, module: any Module)] {
    let names = configuration.attributes
    return zip(names, arcFaces).map { ($0, $1) } + zip(names, siamese).map { ($0, $1) }
  }

  /// - Parameters:
  ///   - embeddings: `(n, d)`
  ///   - classes: for each attribute, each row's class.
  func callAsFunction(
    _ embeddings: Tensor, _ sample: SampledBatch, classes: [[Int]], random: inout SeededRandom
  ) -> Result {
    if let targets { return result(embeddings, targets[sample.items]) }
    var total: Tensor?
    var told = 0.0
    var (active, compared, hasActive) = (0, 0, false)
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
      let loss: Tensor
      var toldOfPart: Double?
      switch configuration.loss {
      case .triplet, .softTriplet:
        let triplets = triplets(distances, sample, attribute, labels, &random)
        let margin = configuration.margin
        let triplet = TripletLoss(
          margin: configuration.loss == .softTriplet ? .soft : .hard(margin),
          distance: configuration.distance,
          reduction: configuration.reduction
            ?? (configuration.miner == .batchAll ? .active : .mean))
        let losses = triplet.losses(part, triplets)
        loss = triplet.reduction(losses)
        toldOfPart = withoutGradients { losses.mean().item }
        hasActive = true
        compared += triplets.count
        active += triplets.countActive(
          distances, configuration.distance, margin: Float(margin))
      case .contrastive:
        let pairs = Pairs(all: labels)
        loss = ContrastiveLoss(margin: configuration.margin)(part, pairs)
        hasActive = true
        for (index, isSame) in pairs.areSame.enumerated() where !isSame {
          compared += 1
          let distance = distances[pairs.first[index], pairs.second[index]]
          if distance < Float(configuration.margin) { active += 1 }
        }
      case .nPair:
        let pairs = Self.firstPairs(labels)
        loss = NPairLoss(regularization: 0.002)(
          part, anchors: pairs.map(\.0), positives: pairs.map(\.1))
      case .multiSimilarity:
        loss = MultiSimilarityLoss()(part, labels: labels)
      case .arcFace:
        loss = arcFaces[attribute](part, labels: labels)
      case .siamese:
        let pairs = Pairs(all: labels)
        let logits = siamese[attribute].logits(
          part.selecting(0, pairs.first), part.selecting(0, pairs.second))
        // A batch has many more pairs of two people than of one.
        loss = PairLoss(isBalanced: true)(logits, areSame: pairs.areSame)
      }
      total = total.map { $0 + loss } ?? loss
      told += toldOfPart ?? loss.item
    }
    guard let total else { preconditionFailure("a loss without an attribute") }
    return Result(
      loss: total / Double(classes.count), told: told / Double(classes.count),
      activeFraction: hasActive ? Double(active) / Double(max(1, compared)) : nil, spread: spread)
  }

  /// Of embeddings that are to be a teacher's.
  private func result(_ embeddings: Tensor, _ targets: EmbeddingMatrix) -> Result {
    let loss = DistillationLoss()(
      embeddings, Tensor(targets.values, shape: [targets.count, targets.dimensions]))
    return Result(
      loss: loss, told: loss.item, spread: Self.spread(Self.directions(embeddings)))
  }

  private func triplets(
    _ distances: DistanceMatrix, _ sample: SampledBatch, _ attribute: Int, _ labels: [Int],
    _ random: inout SeededRandom
  ) -> Triplets {
    func mine(_ miner: some TripletMiner) -> Triplets {
      miner.triplets(distances, labels: labels, using: &random)
    }
    switch configuration.miner {
    case .batchHard: return mine(BatchHardMiner())
    case .batchAll: return mine(BatchAllMiner())
    case .semiHard: return mine(SemiHardMiner())
    case .distanceWeighted:
      return mine(DistanceWeightedMiner(dimensions: ranges[attribute].count))
    case .random: return mine(RandomMiner())
    case .sampled:
      var triplets = Triplets()
      for triplet in sample.triplets where triplet.attribute == attribute {
        triplets.append(triplet.anchor, triplet.positive, triplet.negative)
      }
      return triplets
    }
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

  /// The first two rows of each class that has two.
  private static func firstPairs(_ labels: [Int]) -> [(Int, Int)] {
    Dictionary(grouping: labels.indices, by: { labels[$0] }).sorted { $0.key < $1.key }
      .compactMap { $0.value.count > 1 ? ($0.value[0], $0.value[1]) : nil }
  }
}

extension Triplets {
  /// How many have a loss, by a hard margin.
  fileprivate func countActive(
    _ distances: DistanceMatrix, _ kind: EmbeddingDistance, margin: Float
  ) -> Int {
    func distance(_ a: Int, _ b: Int) -> Float {
      let distance = distances[a, b]
      return kind == .squared ? distance * distance : distance
    }
    return (0..<count).count {
      distance(anchors[$0], positives[$0]) - distance(anchors[$0], negatives[$0]) + margin > 0
    }
  }
}
