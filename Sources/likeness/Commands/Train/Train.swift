import ArgumentParser
import Faces
import Foundation
import LikenessKit
import MetricLearning

struct Train: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn embeddings from photos with labels, for galleries to use.",
    discussion: """
      DATA is a folder with a folder for each person; a folder of photos called as JAFFE's are \
      (KM.HA1.4.tiff: person, expression and number, number); or a CSV file with a column "path" \
      and a column for each attribute. The trained model goes to the models' folder under its \
      name: likeness add --model NAME uses it. Ctrl-C saves the run; --resume continues it.

      With --teacher the photos need no labels: the network learns to reproduce the embeddings of \
      another model, as a start for more training (--weights RUN/best.safetensors). With --loss \
      siamese a head is trained with the network, for likeness verify --head NAME.

      With --head siamese no photos are read: a small head learns from --pairs of a --gallery's \
      faces when two are one person, for likeness verify --head NAME.
      """)

  @Argument(help: "The photos with their labels; not with --resume.")
  var data: String?
  @OptionGroup(title: "Network") var network: NetworkArguments
  @OptionGroup(title: "Learning") var learning: LearningArguments
  @OptionGroup(title: "Verifying") var head: HeadArguments
  @Option(help: ArgumentHelp("The run's folder, new or empty. (default: run)", valueName: "dir"))
  var out: String?
  @Option(help: ArgumentHelp("Resume an interrupted run.", valueName: "dir"))
  var resume: String?
  @Option(
    help: ArgumentHelp("The model's name. (default: the run's folder)", valueName: "name"))
  var name: String?
  @Option(
    help:
      "The number of threads; by default one for each available processor. With one, the result is reproducible."
  )
  var threads: Int?
  @OptionGroup var output: OutputArguments

  func validate() throws {
    if head.head != nil {
      guard data == nil, resume == nil else {
        throw ValidationError("--head siamese takes neither photos nor --resume")
      }
      let ignored =
        network.given
        + learning.given.filter {
          !["epochs", "learning-rate", "patience", "seed"].contains($0)
        }
      if let first = ignored.first {
        throw ValidationError("--\(first) is for networks: --head siamese has no use for it")
      }
      if threads != nil {
        throw ValidationError("--threads is for networks: --head siamese has no use for it")
      }
      return
    }
    guard (data == nil) != (resume == nil) else {
      throw ValidationError("say either where the photos are or which run to --resume")
    }
    if resume != nil {
      guard out == nil else {
        throw ValidationError("--resume goes on in the run's own folder, without --out")
      }
      let given =
        network.given + learning.given + head.given + (threads == nil ? [] : ["threads"])
      if let first = given.first {
        throw ValidationError("--resume goes on as the run was begun, without --\(first)")
      }
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be from 1 to 256, not \(threads)")
    }
  }

  private struct Answer: Encodable {
    var model: String
    var run: String
    var photos: Int
    var skipped: [ChipStore.Skipped]
    var outcome: TrainingOutcome
  }

  func answer() throws {
    WaitingThreads.sleep()
    if head.head != nil { return try headTraining().answer() }
    // First of all: without it nothing below is of use.
    try Torch.load()
    let folder = RunFolder(URL(fileURLWithPath: resume ?? out ?? "run"))
    if resume == nil { try folder.checkFree() }
    let configuration = try resume == nil ? newConfiguration() : folder.readConfiguration()
    let model = name ?? configuration.model ?? folder.url.lastPathComponent
    try ModelStore().checkName(model)
    let interruption = Interruption()
    let store = try chips(configuration, interruption)
    let dataset = store.dataset
    try dataset.checkLearnable(configuration.attributes)
    let trainer = try Trainer(
      configuration, store: store, targets: store.targets, folder: folder)
    if resume == nil {
      try trainer.loadInitialWeights()
      try folder.create()
      try folder.write(configuration)
    } else {
      try trainer.resume()
    }

    var progress = TrainingLine(output, configuration)
    let outcome = try trainer.run(
      isCancelled: { interruption.isRequested }, onEvent: { progress.show($0) })
    progress.finish()
    if outcome.end == .interrupted {
      Console.note(
        "likeness: interrupted; go on with: likeness train --resume \(folder.url.relativePath)")
      throw ExitStatus.failed
    }
    try trainer.restoreBest()
    try trainer.export(as: model)
    let answer = Answer(
      model: model, run: folder.url.path, photos: dataset.count, skipped: store.skipped,
      outcome: outcome)
    if output.json { return try Console.json(answer) }
    show(answer, configuration)
  }

  private func headTraining() throws -> HeadTraining {
    let folder = RunFolder(URL(fileURLWithPath: out ?? "run"))
    var configuration = HeadConfiguration()
    configuration.features = try head.chosenFeatures
    if let seed = learning.seed { configuration.seed = seed }
    // A head's own are others than a network's.
    if let epochs = learning.epochs { configuration.epochs = epochs }
    if let patience = learning.patience { configuration.patience = patience }
    if let rate = learning.learningRate { configuration.learningRate = rate }
    if let pull = head.pull { configuration.pull = pull }
    configuration.hidden = head.hidden?.widths ?? []
    return HeadTraining(
      arguments: head, configuration: configuration, folder: folder,
      name: name ?? folder.url.lastPathComponent, output: output)
  }

  private func newConfiguration() throws -> TrainingConfiguration {
    let url = URL(fileURLWithPath: data ?? "")
    let dataset = try LabelledDataset.read(
      url, layout: learning.teacher == nil ? learning.layout : .unlabelled)
    var configuration = TrainingConfiguration()
    let attributes = learning.attributes(dataset)
    try learning.recipe?.apply(
      to: &configuration,
      combinations: attributes.map { try dataset.values(of: $0).count }.reduce(1, *))
    configuration.data = url.standardizedFileURL.path
    configuration.model = name
    configuration.threads = threads ?? ProcessorQuota.count
    let isShared = learning.shared || configuration.sharesVector
    try network.set(&configuration, heads: isShared ? 1 : attributes.count)
    try learning.set(&configuration, dataset)
    if configuration.loss.definition.trainsVerifier, configuration.features != .embedding {
      throw ValidationError(
        "--loss \(configuration.loss.rawValue) trains a head for the embedding: --features \(configuration.features.rawValue) is another"
      )
    }
    if let hidden = head.hidden {
      guard configuration.loss.uses(.hidden) else {
        let losses = TrainingConfiguration.Loss.names(using: .hidden).joined(separator: ", ")
        throw ValidationError("--hidden is for --loss \(losses) and --head siamese")
      }
      configuration.hidden = hidden.widths
    }
    if let teacher = configuration.teacher {
      // The teacher's own length, unless another is asked for, which cannot be compared.
      let length = try ModelStore().dimensions(ofEmbedding: teacher)
      guard network.dimensions == nil || network.dimensions == length else {
        throw ValidationError(
          "--teacher \(teacher) gives \(length) numbers, so --dimensions cannot differ")
      }
      configuration.dimensions = length
    }
    return configuration
  }

  private func chips(
    _ configuration: TrainingConfiguration, _ interruption: Interruption
  ) throws -> ChipStore {
    var dataset = try LabelledDataset.read(
      URL(fileURLWithPath: configuration.data), layout: configuration.layout)
    if configuration.firstOfEach { dataset = try dataset.firstOfEach(configuration.attributes) }
    var bar = ProgressBar(unit: "photos", isQuiet: output.quiet)
    defer { bar.finish() }
    let store: ChipStore
    do {
      store = try ChipStore.prepare(
        dataset, configuration.chips, jobs: ProcessorQuota.count,
        isTaught: configuration.teacher != nil,
        engine: {
          var options = FaceEngineOptions()
          options.model = configuration.teacher
          options.jobs = ProcessorQuota.count
          return try FaceEngine(options)
        },
        isCancelled: { interruption.isRequested }, progress: { bar.update($0, of: $1) })
    } catch is CancellationError {
      Console.note("likeness: interrupted before training began")
      throw ExitStatus.failed
    }
    bar.finish()
    if !output.quiet, let first = store.skipped.first {
      Console.note(
        "likeness: left out \(store.skipped.count) of \(dataset.count) photos, "
          + "first \(first.photo): \(first.reason)")
    }
    return store
  }

  private func show(_ answer: Answer, _ configuration: TrainingConfiguration) {
    var table = Table()
    let outcome = answer.outcome
    table.add("model", answer.model)
    table.add("photos", "\(answer.photos), \(answer.skipped.count) left out")
    table.add(
      "epochs",
      "\(outcome.metrics.count)"
        + (outcome.end == .stoppedEarly ? ", then the held-out score grew no more" : ""))
    let keepsBest = configuration.patience > 0
    let kept = keepsBest ? outcome.bestEpoch : outcome.metrics.last?.epoch
    let best = outcome.metrics.first { $0.epoch == kept }?.heldOut
    if let best, let kept {
      table.add(
        keepsBest ? "best" : "last",
        "epoch \(kept), score \(best.score.digits(3)) on held-out photos")
      for (attribute, recall) in best.recallAt1.sorted(by: { $0.key < $1.key }) {
        table.add("recall@1 \(attribute)", recall.digits(3))
      }
      if let similarity = best.similarity {
        table.add("like the teacher's", "cosine similarity \(similarity.digits(4))")
      }
      if let verification = best.verification { table.add("verification", verification.digits(3)) }
      if let algebra = best.algebra { table.add("algebra", algebra.digits(3)) }
    }
    table.add("time", ProgressBar.time(outcome.seconds))
    table.add("curves", answer.run + "/curves.svg")
    table.add("use it", "likeness add --model \(answer.model) --gallery DIR PHOTOS")
    if configuration.loss.definition.trainsVerifier {
      table.add(
        "verify", "likeness verify --model \(answer.model) --head \(answer.model) PHOTO PHOTO")
    }
    Console.print(table.text)
  }
}
