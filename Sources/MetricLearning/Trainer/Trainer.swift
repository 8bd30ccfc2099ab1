import Faces
import Foundation
import LikenessCore

/// What a trainer tells while it works.
public enum TrainingEvent: Sendable {
  /// A batch is done: its number from 1, how many an epoch has, and the whole run's seconds left.
  case step(
    epoch: Int, batch: Int, batches: Int, loss: Double, active: Double?, secondsLeft: Double)
  case epoch(EpochMetrics, isBest: Bool)
  case alarm(CollapseAlarm.Finding)
}

/// How a run ended.
public struct TrainingOutcome: Sendable, Equatable, Codable {
  public enum End: String, Sendable, Codable {
    case finished, stoppedEarly, interrupted
  }

  public var end: End
  public var metrics: [EpochMetrics]
  public var bestScore: Double?
  public var bestEpoch: Int?
  /// Computing, without breaks.
  public var seconds: Double
}

/// Trains a network on chips; belongs to one thread.
public final class Trainer {
  public let configuration: TrainingConfiguration
  public let network: EmbeddingNetwork
  let folder: RunFolder
  let objective: TrainingObjective
  let optimizer: any Optimizer
  var progress: TrainingProgress

  let store: ChipStore
  /// For each attribute, each photo's class.
  let classes: [[Int]]
  private let ranges: [Range<Int>]
  /// What the teacher says of each photo, `(photos, d)`; nil without one.
  let targets: EmbeddingMatrix?
  let split: DatasetSplit
  private let sampler: any BatchSampler
  let loader: BatchLoader
  private var started = Date()
  private var batchesHere = 0

  /// - Parameters:
  ///   - targets: the teacher's embeddings of the store's photos, where the configuration names one.
  ///   - folder: exists already.
  ///   - models: where dlib's network is.
  /// - Throws: `TorchError`, `DatasetError`, `ModelError`
  public init(
    _ configuration: TrainingConfiguration, store: ChipStore, targets: EmbeddingMatrix? = nil,
    folder: RunFolder,
    models: @autoclosure () -> ModelStore = ModelStore()
  ) throws {
    try Torch.load()
    let dataset = store.dataset
    let attributes = configuration.attributes
    try dataset.checkLearnable(attributes)
    Torch.threads = configuration.threads
    let random = RandomSource(seed: configuration.seed)
    network = try configuration.makeNetwork(random: random, models: models())
    precondition(
      (configuration.teacher != nil) == (targets != nil)
        && targets.map { $0.count == dataset.count } ?? true, "a teacher without its embeddings")
    (self.configuration, self.store, self.folder) = (configuration, store, folder)
    self.targets = targets
    classes = try attributes.map { try dataset.classes(of: $0) }
    let parts = (network.head as? AttributeHeads)?.attributes.map(\.range)
    let whole = 0..<network.dimensions
    ranges = parts ?? attributes.map { _ in whole }
    split =
      try configuration.holdOut.map { try dataset.split($0, seed: configuration.seed) }
      ?? DatasetSplit(training: Array(dataset.items.indices), heldOut: [])
    try dataset.subset(split.training).checkLearnable(attributes)
    objective = TrainingObjective(
      configuration, ranges: ranges, classCounts: classes.map { ($0.max() ?? 0) + 1 },
      targets: targets, random: random)
    optimizer = configuration.makeOptimizer(
      (network.parameters + objective.parameters).filter { $0.tensor.requiresGradient })
    let training = split.training
    let known = classes.map { labels in training.map { labels[$0] } }
    let size = configuration.people * configuration.photos
    if targets != nil {
      sampler = ShuffledSampler(positions: training, batchSize: size)
    } else if configuration.miner.definition.leavesToSampler, configuration.loss.uses(.miner) {
      sampler = TripletSampler(
        positions: training, classes: known, tripletsPerBatch: max(2, size / 3),
        anchorsOnce: configuration.anchorsOnce)
    } else {
      sampler = BalancedSampler(
        positions: training, classes: known[0], classesPerBatch: configuration.people,
        photosPerClass: configuration.photos)
    }
    let normalization = network.normalization
    loader = BatchLoader(
      store: store, augmentation: configuration.augmentation,
      scaling: InputScaling(mean: normalization.mean, scale: normalization.scale),
      seed: configuration.seed, workers: configuration.workers)
    progress = TrainingProgress(
      stopping: EarlyStopping(patience: configuration.patience), photos: dataset.fingerprint)
  }

  /// Begins with the weights that the configuration names, if it does.
  /// - Throws: `SafetensorsError`
  public func takeFirstWeights() throws(SafetensorsError) {
    guard let file = configuration.weights else { return }
    try (network.backbone as? MobileNetV2)?.load(weights: URL(fileURLWithPath: file))
  }

  /// Trains to the end, or until cancelled; the folder then says how it went and where to go on.
  /// - Parameters:
  ///   - isCancelled: once true, the batch at hand is finished and everything is saved.
  ///   - tell: called on this thread.
  /// - Throws: `TrainingError`, `PhotoError`
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    tell: (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingOutcome {
    Torch.threads = configuration.threads
    (started, batchesHere) = (Date(), 0)
    let before = progress.seconds
    while progress.epoch < configuration.epochs, !progress.stopping.isDue {
      let isWhole = try runEpoch(isCancelled, before, tell)
      progress.seconds = before + Date().timeIntervalSince(started)
      if isWhole { try endEpoch(tell) }
      try saveCheckpoint()
      guard isWhole, !isCancelled() || progress.epoch == configuration.epochs else {
        return outcome(.interrupted)
      }
    }
    return outcome(progress.epoch < configuration.epochs ? .stoppedEarly : .finished)
  }

  /// - Returns: false where it was cancelled before the epoch's end.
  private func runEpoch(
    _ isCancelled: @escaping @Sendable () -> Bool, _ before: Double, _ tell: (TrainingEvent) -> Void
  ) throws -> Bool {
    let epoch = progress.epoch
    let batches = sampler.batches(seed: configuration.seed, epoch: epoch)
    let total = configuration.epochs * batches.count
    let schedule = configuration.learningRates(batches: batches.count)
    network.setTraining(true)
    struct Stopped: Error {}
    do {
      try loader.run(batches, epoch: epoch, from: progress.batch, isCancelled: isCancelled) {
        number, batch in
        guard !isCancelled() else { throw Stopped() }
        optimizer.learningRate = schedule.rate(
          at: epoch * batches.count + number, base: configuration.learningRate)
        try step(batch, number)
        batchesHere += 1
        let left = total - epoch * batches.count - number - 1
        tell(
          .step(
            epoch: epoch + 1, batch: number + 1, batches: batches.count,
            loss: progress.sums.meanLoss, active: progress.sums.meanActive,
            secondsLeft: Date().timeIntervalSince(started) / Double(batchesHere) * Double(left)))
      }
    } catch is Stopped {
      return false
    }
    return progress.batch == batches.count
  }

  private func step(_ batch: ImageBatch, _ number: Int) throws {
    let items = batch.sample.items
    var random = SeededRandom(
      seed: configuration.seed, path: 0x3142, UInt64(progress.epoch), UInt64(number))
    optimizer.clearGradients()
    let result = objective(
      embed(batch), batch.sample, classes: classes.map { labels in items.map { labels[$0] } },
      random: &random)
    let loss = result.loss.item
    guard loss.isFinite else {
      throw TrainingError.notANumber(
        epoch: progress.epoch + 1, batch: number + 1,
        photos: items.map { store.dataset.items[$0].url.lastPathComponent })
    }
    result.loss.backward()
    optimizer.step()
    progress.sums.add(loss: result.reported, active: result.activeFraction, spread: result.spread)
    progress.batch = number + 1
  }

  /// The network as it answers when it has learnt: with the features that the configuration names, and the numbers that
  /// are being learnt.
  var answering: EmbeddingNetwork {
    guard configuration.features != .embedding, let backbone = network.backbone as? MobileNetV2
    else { return network }
    return EmbeddingNetwork(configuration.features == .median ? backbone.withMedians : backbone)
  }

  /// Pictures that are normalised already to embeddings.
  func embed(_ batch: ImageBatch, by network: EmbeddingNetwork? = nil) -> Tensor {
    let network = network ?? self.network
    let input = batch.withPixels { pixels in
      Tensor(shape: [batch.count, 3, batch.side, batch.side]) {
        (places: UnsafeMutableBufferPointer<Float>) in
        _ = places.update(fromContentsOf: pixels)
      }
    }
    let features = network.backbone(input)
    return network.head?(features) ?? features
  }

  private func endEpoch(_ tell: (TrainingEvent) -> Void) throws {
    progress.epoch += 1
    progress.batch = 0
    let isLast = progress.epoch == configuration.epochs
    var heldOut: HeldOutScores?
    if isLast || progress.epoch % max(1, configuration.testEvery) == 0 { heldOut = try test() }
    let metrics = EpochMetrics(
      epoch: progress.epoch, learningRate: optimizer.learningRate, loss: progress.sums.meanLoss,
      activeFraction: progress.sums.meanActive, spread: progress.sums.meanSpread,
      heldOut: heldOut, seconds: progress.seconds)
    progress.sums = .init()
    progress.metrics.append(metrics)
    var isBest = false
    if let heldOut {
      isBest = progress.stopping.take(heldOut.score, epoch: progress.epoch)
      if isBest { try SafetensorsFile.write(network.state, to: folder.best) }
    }
    let finding = progress.alarm.check(metrics)
    try folder.write(progress.metrics, title: configuration.title)
    tell(.epoch(metrics, isBest: isBest))
    if let finding { tell(.alarm(finding)) }
  }

  /// Scores on what is held out; nil where nothing is.
  private func test() throws -> HeldOutScores? {
    guard let holdOut = configuration.holdOut else { return nil }
    try settleBatchNorms()
    if let targets {
      return HeldOutScores(
        student: try attributeVectors().vectors, teacher: targets, photos: split.heldOut)
    }
    return HeldOutScores(
      configuration.attributes, try attributeVectors(), split, holdOut)
  }

  /// The embeddings of all photos, with the network as it answers.
  public func attributeVectors() throws -> AttributeVectors {
    let everyone = Array(store.dataset.items.indices)
    var values: [Float] = []
    let answering = answering
    network.setTraining(false)
    defer { network.setTraining(true) }
    try loader.plain(everyone) { _, batch in
      values += withoutGradients { embed(batch, by: answering).values(as: Float.self) }
    }
    let whole = 0..<answering.dimensions
    return AttributeVectors(
      vectors: EmbeddingMatrix(dimensions: answering.dimensions, values: values),
      classes: classes,
      ranges: configuration.features == .embedding ? ranges : ranges.map { _ in whole })
  }

  /// Makes the network the one with the best held-out score, where that was asked for and there was a test;
  /// ready to answer.
  public func takeBest() throws {
    guard configuration.patience > 0, progress.stopping.bestScore != nil else {
      return try settleBatchNorms()
    }
    try network.load(SafetensorsFile.read(folder.best))
  }

  private func outcome(_ end: TrainingOutcome.End) -> TrainingOutcome {
    TrainingOutcome(
      end: end, metrics: progress.metrics, bestScore: progress.stopping.bestScore,
      bestEpoch: progress.stopping.bestScore == nil ? nil : progress.stopping.bestEpoch,
      seconds: progress.seconds)
  }
}
