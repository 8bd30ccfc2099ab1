import ArgumentParser
import Foundation
import MetricLearning

extension TrainingConfiguration.Backbone: ExpressibleByArgument {}
extension TrainingConfiguration.Loss: ExpressibleByArgument {}
extension TrainingConfiguration.Miner: ExpressibleByArgument {}
extension ChipOptions.Cropping: ExpressibleByArgument {}
extension DatasetLayout: ExpressibleByArgument {}

/// What learns.
struct NetworkArguments: ParsableArguments {
  @Option(
    help:
      "mobilenet-v2 learns from nothing or --weights; dlib goes on from dlib's face recognition network."
  )
  var network: TrainingConfiguration.Backbone = .mobileNetV2
  @Option(
    help: ArgumentHelp(
      "What MobileNetV2 begins with: safetensors with torchvision's names or of a run, or ONNX.",
      valueName: "file"))
  var weights: String?
  @Option(help: "Times the channels of MobileNetV2, from 0.1 to 2.")
  var width = 1.0
  @Option(help: "Width and height of what the network sees, in pixels; dlib's was made for 150.")
  var size: Int?
  @Option(
    help:
      "How many of dlib's 29 convolutions are used, with what they see where. (default: 21 for two attributes and more, else all)"
  )
  var depth: Int?
  @Option(
    help: ArgumentHelp(
      "How many of the first layers stay as they are. (default: with --depth all of them, else 0)",
      valueName: "layers"))
  var freeze: Int?
  @Option(help: "The length of an embedding, or of each attribute's part.")
  var dimensions = 128
  @Option(
    help: "What is seen of a photo: the largest face, the square in its centre, or the whole of it."
  )
  var crop: ChipOptions.Cropping = .face

  func validate() throws {
    guard (0.1...2).contains(width) else {
      throw ValidationError("--width must be from 0.1 to 2, not \(width)")
    }
    if let size, !(32...512).contains(size) {
      throw ValidationError("--size must be from 32 to 512, not \(size)")
    }
    guard (1...4096).contains(dimensions) else {
      throw ValidationError("--dimensions must be from 1 to 4096, not \(dimensions)")
    }
    if let freeze, freeze < 0 { throw ValidationError("--freeze must not be negative") }
    if weights != nil, network != .mobileNetV2 {
      throw ValidationError("--weights are for --network mobilenet-v2")
    }
    guard let depth else { return }
    guard network == .dlib else { throw ValidationError("--depth is for --network dlib") }
    guard (1...DlibResNet.depth).contains(depth) else {
      throw ValidationError("--depth must be from 1 to \(DlibResNet.depth), not \(depth)")
    }
  }

  /// The options that are not as they are by default.
  func given() throws -> [String] {
    let plain = try Self.parse([])
    return [
      ("network", network != plain.network), ("weights", weights != nil),
      ("width", width != plain.width), ("size", size != nil),
      ("depth", depth != nil), ("freeze", freeze != nil),
      ("dimensions", dimensions != plain.dimensions), ("crop", crop != plain.crop),
    ].filter(\.1).map(\.0)
  }

  /// - Parameter heads: how many attributes have a part of their own.
  /// - Throws: `ValidationError`
  func set(_ configuration: inout TrainingConfiguration, heads: Int) throws {
    configuration.backbone = network
    configuration.width = width
    configuration.weights = weights.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
    // Later layers tell people apart, and have forgotten how each looks just now.
    configuration.depth = depth ?? (network == .dlib && heads > 1 ? 21 : nil)
    configuration.frozenLayers = freeze ?? configuration.depth ?? 0
    configuration.dimensions = dimensions
    configuration.chips.side = size ?? (network == .dlib ? 150 : 128)
    let smallest = network == .dlib ? DlibResNet.smallestSide(depth: configuration.depth) : 32
    guard configuration.chips.side >= smallest else {
      throw ValidationError(
        "--size must be at least \(smallest) for this much of dlib's network, not \(configuration.chips.side)"
      )
    }
    configuration.chips.margin = configuration.chips.side / 8
    configuration.chips.cropping = crop
  }
}

/// How it learns, and from what.
struct LearningArguments: ParsableArguments {
  @Option(help: "Where the labels stand; found out by default.")
  var layout: DatasetLayout?
  @Option(
    help: ArgumentHelp(
      "What is told apart, such as person,expression. (default: all attributes)", valueName: "names"
    ))
  var heads: String?
  @Flag(help: "All attributes share one vector, as published, instead of each having a part of it.")
  var shared = false
  @Option(help: "What is made small.")
  var loss: TrainingConfiguration.Loss = .triplet
  @Option(help: "Which triplets are learnt from; sampled: half of them for each attribute.")
  var miner: TrainingConfiguration.Miner?
  @Option(help: "Of the triplet and contrastive losses, in distances of vectors of length 1.")
  var margin = 0.3
  @Option(help: "How often all photos are learnt from. (default: 100; for a head 300)")
  var epochs: Int?
  @Option(help: "P: of how many people a batch has photos.")
  var people = 8
  @Option(help: "K: how many photos of each.")
  var photos = 6
  @Option(help: "How far a step goes. (default: 0.001; for dlib 0.0001, where it is frozen 0.002)")
  var learningRate: Double?
  @Option(
    help: ArgumentHelp(
      "What is kept for tests: people (a fifth of them), people:NAME,NAME, cells:FOLD (of each person one expression), photos, or none. (default: cells:0 for two attributes and more, else people)",
      valueName: "what"))
  var holdOut: HeldOut?
  @Option(
    help:
      "Stop after this many tests without a better score, or three after a perfect one, and keep the best; 0 to keep what stands at the end. (default: 20; for a head 30)"
  )
  var patience: Int?
  @Option(help: "The same seed, photos, machine and one thread give the same network.")
  var seed: UInt64 = 1

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
    for (name, value, most) in [
      ("epochs", epochs ?? 1, 1_000_000), ("people", people, 1000), ("photos", photos, 1000),
    ] where !(1...most).contains(value) {
      throw ValidationError("--\(name) must be from 1 to \(most), not \(value)")
    }
    guard people * photos <= 4096 else {
      throw ValidationError("a batch of \(people) times \(photos) photos is more than 4096")
    }
    guard people > 1 || loss == .arcFace || miner == .sampled else {
      throw ValidationError("--people must be at least 2: one person is nearest to nobody else")
    }
    guard margin > 0, margin.isFinite else {
      throw ValidationError("--margin must be above 0, not \(margin)")
    }
    if let learningRate, !(learningRate > 0 && learningRate < 10) {
      throw ValidationError("--learning-rate must lie between 0 and 10, not \(learningRate)")
    }
    if let patience, patience < 0 { throw ValidationError("--patience must not be negative") }
    if miner != nil, !loss.takesTriplets {
      throw ValidationError(
        "--miner is for the triplet losses: \(loss.rawValue) takes all of a batch")
    }
  }

  /// The options that are not as they are by default.
  func given(besides others: Set<String> = []) throws -> [String] {
    let plain = try Self.parse([])
    return [
      ("layout", layout != nil), ("heads", heads != nil), ("shared", shared),
      ("loss", loss != plain.loss), ("miner", miner != nil), ("margin", margin != plain.margin),
      ("epochs", epochs != nil), ("people", people != plain.people),
      ("photos", photos != plain.photos), ("learning-rate", learningRate != nil),
      ("hold-out", holdOut != nil), ("patience", patience != nil),
      ("seed", seed != plain.seed),
    ].filter { $0.1 && !others.contains($0.0) }.map(\.0)
  }

  /// What is told apart.
  func attributes(_ dataset: LabelledDataset) -> [String] {
    heads?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      ?? dataset.attributes
  }

  /// - Throws: `DatasetError`, `ValidationError`
  func set(_ configuration: inout TrainingConfiguration, _ dataset: LabelledDataset) throws {
    configuration.layout = layout
    let attributes = attributes(dataset)
    configuration.attributes = attributes
    guard !attributes.isEmpty, Set(attributes).count == attributes.count else {
      throw ValidationError("--heads must name each attribute once, not \(heads ?? "")")
    }
    try dataset.checkLearnable(attributes)
    configuration.sharesVector = shared && attributes.count > 1
    configuration.loss = loss
    configuration.miner = miner ?? (configuration.sharesVector ? .sampled : configuration.miner)
    configuration.margin = margin
    if let epochs { configuration.epochs = epochs }
    (configuration.people, configuration.photos) = (people, photos)
    let isFrozen = configuration.frozenLayers >= configuration.depth ?? DlibResNet.depth
    configuration.learningRate =
      learningRate ?? (configuration.backbone != .dlib ? 1e-3 : isFrozen ? 2e-3 : 1e-4)
    if let patience { configuration.patience = patience }
    // Where no test decides anything, they only show how it goes.
    if patience == 0 { configuration.testEvery = 10 }
    configuration.seed = seed
    switch holdOut ?? (attributes.count > 1 ? .cells(0) : .people) {
    case .people: configuration.holdOut = .values(of: attributes[0], share: 0.2)
    case .named(let people): configuration.holdOut = .named(people, of: attributes[0])
    case .photos: configuration.holdOut = .photos(share: 0.2, evenlyOver: attributes[0])
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
