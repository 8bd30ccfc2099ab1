import ArgumentParser
import Faces
import Foundation
import LikenessCore
import MetricLearning

extension TrainingConfiguration.Backbone: ExpressibleByArgument {}
extension TrainingConfiguration.Loss: ExpressibleByArgument {}
extension TrainingConfiguration.Miner: ExpressibleByArgument {}
extension TrainingConfiguration.Pixels: ExpressibleByArgument {}
extension TrainingConfiguration.Features: ExpressibleByArgument {}
extension TrainingConfiguration.Optimizer: ExpressibleByArgument {}
extension TrainingConfiguration.Schedule: ExpressibleByArgument {}
extension TrainingRecipe: ExpressibleByArgument {}
extension EmbeddingDistance: ExpressibleByArgument {}
extension LossReduction: ExpressibleByArgument {}
extension ChipOptions.Cropping: ExpressibleByArgument {}
extension DatasetLayout: ExpressibleByArgument {}

/// What learns. What is not given stays as the recipe, or the configuration by itself, has it.
struct NetworkArguments: ParsableArguments {
  @Option(
    help:
      "mobilenet-v2 trains from scratch or from --weights; dlib fine-tunes dlib's face recognition network. (default: mobilenet-v2)"
  )
  var network: TrainingConfiguration.Backbone?
  @Option(
    help: ArgumentHelp(
      "The initial weights of MobileNetV2: safetensors with torchvision's names or of a run, or ONNX.",
      valueName: "file"))
  var weights: String?
  @Option(help: "The width multiplier of MobileNetV2, from 0.1 to 2. (default: 1)")
  var width: Double?
  @Option(
    help:
      "Width and height of the network's input, in pixels. (default: 128; for dlib 150, which it was made for)"
  )
  var size: Int?
  @Option(
    help:
      "How MobileNetV2's input is normalized: by ImageNet's mean and standard deviation, or to 0 to 1. (default: imagenet)"
  )
  var pixels: TrainingConfiguration.Pixels?
  @Option(
    help:
      "How many of dlib's 29 convolutions to use. (default: 21 for two attributes and more, else all)"
  )
  var depth: Int?
  @Option(
    help: ArgumentHelp(
      "How many of the first layers to freeze. (default: with --depth all of them, else 0)",
      valueName: "layers"))
  var freeze: Int?
  @Option(help: "The length of an embedding, or of each attribute's part. (default: 128)")
  var dimensions: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Embeddings of length 1, or as the last layer gives them. (default: --normalize)")
  var normalize: Bool?
  @Option(
    help:
      "What MobileNetV2's embedding is: the output that the loss sees, or the means or medians of the last feature maps. (default: embedding)"
  )
  var features: TrainingConfiguration.Features?
  @Option(
    help:
      "What to use of a photo: the largest face, the square in its centre, or the whole photo. (default: face)"
  )
  var crop: ChipOptions.Cropping?

  func validate() throws {
    if let width, !(0.1...2).contains(width) {
      throw ValidationError("--width must be from 0.1 to 2, not \(width)")
    }
    if let size, !(32...512).contains(size) {
      throw ValidationError("--size must be from 32 to 512, not \(size)")
    }
    if let dimensions, !(1...4096).contains(dimensions) {
      throw ValidationError("--dimensions must be from 1 to 4096, not \(dimensions)")
    }
    if let freeze, freeze < 0 { throw ValidationError("--freeze must not be negative") }
    if network == .dlib {
      let others: [(name: String, isGiven: Bool)] = [
        ("weights", weights != nil), ("width", width != nil), ("pixels", pixels != nil),
        ("features", features != nil && features != .embedding),
      ]
      if let other = others.first(where: \.isGiven) {
        throw ValidationError("--\(other.name) is for --network mobilenet-v2")
      }
    }
    guard let depth else { return }
    guard network == .dlib else { throw ValidationError("--depth is for --network dlib") }
    guard (1...DlibResNet.depth).contains(depth) else {
      throw ValidationError("--depth must be from 1 to \(DlibResNet.depth), not \(depth)")
    }
  }

  /// The options that were given.
  var given: [String] {
    let options: [(name: String, isGiven: Bool)] = [
      ("network", network != nil), ("weights", weights != nil), ("width", width != nil),
      ("size", size != nil), ("pixels", pixels != nil), ("depth", depth != nil),
      ("freeze", freeze != nil), ("dimensions", dimensions != nil),
      ("normalize", normalize != nil), ("features", features != nil), ("crop", crop != nil),
    ]
    return options.filter(\.isGiven).map(\.name)
  }

  /// - Parameter heads: how many attributes have a part of their own.
  /// - Throws: `ValidationError`
  func set(_ configuration: inout TrainingConfiguration, heads: Int) throws {
    if let network { configuration.backbone = network }
    let isDlib = configuration.backbone == .dlib
    if let width { configuration.width = width }
    if let pixels { configuration.pixels = pixels }
    if let weights {
      configuration.weights = URL(fileURLWithPath: weights).standardizedFileURL.path
    }
    // Later layers tell people apart, and have forgotten how each looks just now.
    configuration.depth = depth ?? (isDlib && heads > 1 ? 21 : nil)
    configuration.frozenLayers = freeze ?? configuration.depth ?? 0
    if let dimensions { configuration.dimensions = dimensions }
    if let normalize { configuration.isNormalized = normalize }
    if let features { configuration.features = features }
    if configuration.features != .embedding, heads > 1 {
      throw ValidationError(
        "--features \(configuration.features.rawValue) is one vector for all attributes: it needs --shared, or one attribute"
      )
    }
    if let size {
      configuration.chips.side = size
    } else if isDlib {
      configuration.chips.side = 150
    }
    let smallest = isDlib ? DlibResNet.smallestSide(depth: configuration.depth) : 32
    guard configuration.chips.side >= smallest else {
      throw ValidationError(
        "--size must be at least \(smallest) for this much of dlib's network, not \(configuration.chips.side)"
      )
    }
    configuration.chips.margin = configuration.chips.side / 8
    if let crop { configuration.chips.cropping = crop }
  }
}

/// How it learns, and from what.
struct LearningArguments: ParsableArguments {
  @Option(
    help:
      "A published training recipe, which the other options modify: mercari learns a person and an expression in one vector."
  )
  var recipe: TrainingRecipe?
  @Option(
    help: ArgumentHelp(
      "Learn the embeddings of a model, such as sface, from photos without labels.",
      valueName: "model"))
  var teacher: String?
  @Option(help: "Where the labels are; detected by default.")
  var layout: DatasetLayout?
  @Option(
    help: ArgumentHelp(
      "The attributes to learn, such as person,expression. (default: all attributes)",
      valueName: "names"
    ))
  var heads: String?
  @Flag(help: "All attributes share one vector, as published, instead of each having a part of it.")
  var shared = false
  @Flag(help: "Only the first photo of each person with each expression, and so on.")
  var firstOfEach = false
  @Option(help: "The loss to minimize. (default: triplet)")
  var loss: TrainingConfiguration.Loss?
  @Option(
    help:
      "Which triplets to learn from. (default: batch-all; for a shared vector sampled)"
  )
  var miner: TrainingConfiguration.Miner?
  @Option(
    help:
      "Of --loss \(TrainingConfiguration.Loss.names(using: .margin).joined(separator: ", ")), in distances of embeddings. (default: 0.3)"
  )
  var margin: Double?
  @Option(help: "The distance of the triplet losses. (default: euclidean)")
  var distance: EmbeddingDistance?
  @Option(
    help:
      "How the losses of triplets are reduced: the mean of all, the mean of those above 0, or their sum. (default: active for batch-all, else mean)"
  )
  var reduction: LossReduction?
  @Option(help: "The number of passes over all photos. (default: 100; for a head 300)")
  var epochs: Int?
  @Option(help: "P: the number of people in a batch. (default: 8)")
  var people: Int?
  @Option(
    help:
      "K: the number of photos of each. A batch of sampled triplets has a third of P times K. (default: 6)"
  )
  var photos: Int?
  @Option(help: "The optimizer. (default: adamw)")
  var optimizer: TrainingConfiguration.Optimizer?
  @Option(
    help: "The learning rate. (default: 0.003; for dlib 0.0001, where it is frozen 0.002)")
  var learningRate: Double?
  @Option(
    help:
      "How the learning rate changes: warm-up and cosine decay, or constant. (default: cosine)"
  )
  var schedule: TrainingConfiguration.Schedule?
  @Option(help: "The weight decay. (default: 0.0001)")
  var decay: Double?
  @OptionGroup var views: AugmentationArguments
  @Option(
    help: ArgumentHelp(
      "What to hold out for testing: people (a fifth of them), people:NAME,NAME, cells:FOLD (of each person one expression), photos, or none. (default: cells:0 for two attributes and more, photos for a teacher, else people)",
      valueName: "what"))
  var holdOut: HeldOut?
  @Option(
    help:
      "Stop after this many tests without a better score, or three after a perfect one, and keep the best; 0 to keep what stands at the end. (default: 20; for a head 30)"
  )
  var patience: Int?
  @Option(
    help: "The same seed, photos, machine and one thread give the same network. (default: 1)")
  var seed: UInt64?

  enum HeldOut: ExpressibleByArgument {
    case people, photos, none
    case cells(Int)
    case named([String])

    init?(argument: String) {
      switch argument {
      case "people": self = .people
      case "photos": self = .photos
      case "none": self = .none
      case _ where argument.hasPrefix("people:"):
        let names = argument.dropFirst(7).split(separator: ",").map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        guard !names.isEmpty, !names.contains("") else { return nil }
        self = .named(names)
      default:
        guard argument.hasPrefix("cells:"), let fold = Int(argument.dropFirst(6)), fold >= 0 else {
          return nil
        }
        self = .cells(fold)
      }
    }
  }

  func validate() throws {
    let counts: [(name: String, value: Int?, range: ClosedRange<Int>)] = [
      ("epochs", epochs, 0...1_000_000), ("people", people, 1...1000),
      ("photos", photos, 1...1000),
    ]
    for (name, value, range) in counts {
      if let value, !range.contains(value) {
        throw ValidationError(
          "--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
      }
    }
    let standard = TrainingConfiguration()
    let (people, photos) = (people ?? standard.people, photos ?? standard.photos)
    guard people * photos <= 4096 else {
      throw ValidationError("a batch of \(people) times \(photos) photos is more than 4096")
    }
    guard
      people > 1 || loss?.definition.needsTwoClasses == false
        || miner?.definition.usesSampledTriplets == true || recipe != nil || teacher != nil
    else {
      throw ValidationError("--people must be at least 2: one person is nearest to nobody else")
    }
    if let margin, !(margin > 0 && margin.isFinite) {
      throw ValidationError("--margin must be above 0, not \(margin)")
    }
    if let learningRate, !(learningRate > 0 && learningRate < 10) {
      throw ValidationError("--learning-rate must lie between 0 and 10, not \(learningRate)")
    }
    if let decay, !(decay >= 0 && decay < 1) {
      throw ValidationError("--decay must be from 0 to below 1, not \(decay)")
    }
    if let patience, patience < 0 { throw ValidationError("--patience must not be negative") }
    let loss = loss ?? standard.loss
    for option in LossOption.allCases where given.contains(option.rawValue) && !loss.uses(option) {
      let users = TrainingConfiguration.Loss.names(using: option).joined(separator: ", ")
      throw ValidationError(
        option == .margin
          ? "--margin is for --loss \(users): \(loss.rawValue) has none that could be set"
          : "--\(option.rawValue) is for the triplet losses: \(loss.rawValue) takes all of a batch")
    }
    if teacher != nil {
      let labelled = given.filter {
        [
          "recipe", "layout", "heads", "shared", "first-of-each", "loss", "miner", "margin",
          "distance", "reduction",
        ].contains($0)
      }
      if let first = labelled.first {
        throw ValidationError("--\(first) is for labels: --teacher learns without them")
      }
      switch holdOut {
      case nil, .photos, .some(.none): break
      default: throw ValidationError("with --teacher, --hold-out is photos or none")
      }
    }
  }

  /// The options that were given.
  var given: [String] {
    let options: [(name: String, isGiven: Bool)] = [
      ("recipe", recipe != nil), ("teacher", teacher != nil), ("layout", layout != nil),
      ("heads", heads != nil), ("shared", shared), ("first-of-each", firstOfEach),
      ("loss", loss != nil), ("miner", miner != nil), ("margin", margin != nil),
      ("distance", distance != nil), ("reduction", reduction != nil),
      ("epochs", epochs != nil), ("people", people != nil), ("photos", photos != nil),
      ("optimizer", optimizer != nil), ("learning-rate", learningRate != nil),
      ("schedule", schedule != nil), ("decay", decay != nil),
      ("hold-out", holdOut != nil), ("patience", patience != nil), ("seed", seed != nil),
    ]
    return options.filter(\.isGiven).map(\.name) + views.given
  }

  /// What is told apart.
  func attributes(_ dataset: LabelledDataset) -> [String] {
    heads?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      ?? dataset.attributes
  }

  /// - Throws: `DatasetError`, `ValidationError`
  func set(_ configuration: inout TrainingConfiguration, _ dataset: LabelledDataset) throws {
    configuration.layout = layout ?? (teacher == nil ? nil : .unlabelled)
    configuration.teacher = teacher.map(ModelStore.embeddingName)
    let attributes = attributes(dataset)
    configuration.attributes = attributes
    if teacher == nil {
      guard !attributes.isEmpty, Set(attributes).count == attributes.count else {
        throw ValidationError("--heads must name each attribute once, not \(heads ?? "")")
      }
      try dataset.checkLearnable(attributes)
    }
    configuration.sharesVector = (shared || configuration.sharesVector) && attributes.count > 1
    if firstOfEach { configuration.firstOfEach = true }
    if let loss { configuration.loss = loss }
    if let miner {
      configuration.miner = miner
    } else if configuration.sharesVector {
      configuration.miner = .init(SampledMiner.self)
    }
    if let margin { configuration.margin = margin }
    if let distance { configuration.distance = distance }
    if let reduction { configuration.reduction = reduction }
    if let epochs { configuration.epochs = epochs }
    if let people { configuration.people = people }
    if let photos { configuration.photos = photos }
    if let optimizer { configuration.optimizer = optimizer }
    if let schedule { configuration.schedule = schedule }
    if let decay { configuration.weightDecay = decay }
    if let learningRate {
      configuration.learningRate = learningRate
    } else if recipe == nil {
      let isFrozen = configuration.frozenLayers >= configuration.depth ?? DlibResNet.depth
      configuration.learningRate = configuration.backbone != .dlib ? 3e-3 : isFrozen ? 2e-3 : 1e-4
    }
    views.set(&configuration.augmentation)
    if let patience { configuration.patience = patience }
    // Where no test decides anything, they only show how it goes.
    if configuration.patience == 0 { configuration.testEvery = 10 }
    if let seed { configuration.seed = seed }
    let standard: HeldOut =
      recipe != nil ? .none : teacher != nil ? .photos : attributes.count > 1 ? .cells(0) : .people
    switch holdOut ?? standard {
    case .people: configuration.holdOut = .values(of: attributes[0], share: 0.2)
    case .named(let people): configuration.holdOut = .named(people, of: attributes[0])
    case .photos:
      configuration.holdOut =
        attributes.first.map { .photos(share: 0.2, evenlyOver: $0) } ?? .anyPhotos(share: 0.05)
    case .cells(let fold):
      guard attributes.count > 1 else {
        throw ValidationError(
          "--hold-out cells needs two attributes, such as --heads person,expression")
      }
      configuration.holdOut = .cells(attributes[0], attributes[1], fold: fold)
    case .none: configuration.holdOut = nil
    }
  }
}
