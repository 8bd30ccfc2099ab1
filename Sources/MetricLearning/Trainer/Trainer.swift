import Faces
import Foundation
import LikenessCore

/// What a trainer reports while it runs.
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
  /// The time spent training, interruptions excluded.
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
  /// The teacher's embedding of each photo, `(photos, d)`; nil without one.
  let targets: EmbeddingMatrix?
  let split: DatasetSplit
  private let sampler: any BatchSampler
  let loader: BatchLoader
  private var started = Date()
  private var batchesSinceStart = 0

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
    } else if configuration.miner.definition.usesSampledTriplets, configuration.loss.uses(.miner) {
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

  /// Loads the weights that the configuration names, if any.
  /// - Throws: `SafetensorsError`
  public func loadInitialWeights() throws(SafetensorsError) {
    guard let file = configuration.weights else { return }
    try (network.backbone as? MobileNetV2)?.load(weights: URL(fileURLWithPath: file))
  }

  /// Trains to the end, or until cancelled; the folder then says how it went and where to go on.
  /// - Parameters:
  ///   - isCancelled: once true, the batch at hand is finished and everything is saved.
  ///   - onEvent: called on this thread.
  /// - Throws: `TrainingError`, `PhotoError`
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    onEvent: (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingOutcome {
    Torch.threads = configuration.threads
    (started, batchesSinceStart) = (Date(), 0)
    let before = progress.seconds
    while progress.epoch < configuration.epochs, !progress.stopping.isDue {
      let isWhole = try runEpoch(isCancelled, before, onEvent)
      progress.seconds = before + Date().timeIntervalSince(started)
      if isWhole { try endEpoch(onEvent) }
      try saveCheckpoint()
      guard isWhole, !isCancelled() || progress.epoch == configuration.epochs else {
        return outcome(.interrupted)
      }
    }
    return outcome(progress.epoch < configuration.epochs ? .stoppedEarly : .finished)
  }

  /// - Returns: false where it was cancelled before the epoch's end.
  private func runEpoch(
    _ isCancelled: @escaping @Sendable () -> Bool, _ before: Double,
    _ onEvent: (TrainingEvent) -> Void
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
        batchesSinceStart += 1
        let left = total - epoch * batches.count - number - 1
        onEvent(
          .step(
            epoch: epoch + 1, batch: number + 1, batches: batches.count,
            loss: progress.sums.meanLoss, active: progress.sums.meanActive,
            secondsLeft: Date().timeIntervalSince(started) / Double(batchesSinceStart)
              * Double(left)))
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

  /// The network for inference: with the features that the configuration names, and the weights that are being learnt.
  var inferenceNetwork: EmbeddingNetwork {
    guard configuration.features != .embedding, let backbone = network.backbone as? MobileNetV2
    else { return network }
    return EmbeddingNetwork(configuration.features == .median ? backbone.withMedians : backbone)
  }

  /// The embeddings of normalised pictures.
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

  private func endEpoch(_ onEvent: (TrainingEvent) -> Void) throws {
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
      isBest = progress.stopping.record(heldOut.score, epoch: progress.epoch)
      if isBest { try SafetensorsFile.write(network.state, to: folder.best) }
    }
    let finding = progress.alarm.check(metrics)
    try folder.write(progress.metrics, title: configuration.title)
    onEvent(.epoch(metrics, isBest: isBest))
    if let finding { onEvent(.alarm(finding)) }
  }

  /// The scores on held-out photos; nil where none are held out.
  private func test() throws -> HeldOutScores? {
    guard let holdOut = configuration.holdOut else { return nil }
    try recomputeBatchNormStatistics()
    if let targets {
      return HeldOutScores(
        student: try attributeVectors().vectors, teacher: targets, photos: split.heldOut)
    }
    return HeldOutScores(
      configuration.attributes, try attributeVectors(), split, holdOut)
  }

  /// The embeddings of all photos by the inference network.
  public func attributeVectors() throws -> AttributeVectors {
    let positions = Array(store.dataset.items.indices)
    var values: [Float] = []
    let inferenceNetwork = inferenceNetwork
    network.setTraining(false)
    defer { network.setTraining(true) }
    try loader.plain(positions) { _, batch in
      values += withoutGradients { embed(batch, by: inferenceNetwork).values(as: Float.self) }
    }
    let whole = 0..<inferenceNetwork.dimensions
    return AttributeVectors(
      vectors: EmbeddingMatrix(dimensions: inferenceNetwork.dimensions, values: values),
      classes: classes,
      ranges: configuration.features == .embedding ? ranges : ranges.map { _ in whole })
  }

  /// Restores the weights with the best held-out score, where early stopping is on and there was a test; otherwise only
  /// recomputes the batch norms' statistics.
  public func restoreBest() throws {
    guard configuration.patience > 0, progress.stopping.bestScore != nil else {
      return try recomputeBatchNormStatistics()
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
