import Foundation

/// All that decides how a run goes: the same configuration, photos, seed, one thread and one machine give
/// the same network to the bit.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  public enum Backbone: String, Codable, Sendable, CaseIterable {
    /// Learns from nothing, or from `weights`.
    case mobileNetV2 = "mobilenet-v2"
    /// Begins as dlib's face recognition network.
    case dlib
  }

  /// How pixels are given to MobileNetV2.
  public enum Pixels: String, Codable, Sendable, CaseIterable {
    /// Less ImageNet's means, over its deviations.
    case imageNet = "imagenet"
    /// From 0 to 1.
    case unit
  }

  /// What of a network is the embedding of a face.
  public enum Features: String, Codable, Sendable, CaseIterable {
    /// What its last linear layer gives, which the loss is computed of.
    case embedding
    /// The means of MobileNetV2's last maps, 1280 numbers.
    case pooled
    /// Their medians.
    case median
  }

  public enum Optimizer: String, Codable, Sendable, CaseIterable {
    /// Adam, with weights that decay by themselves.
    case adamW = "adamw"
    case adam
    /// Gradient descent with a momentum of 0.9.
    case sgd
  }

  public enum Schedule: String, Codable, Sendable, CaseIterable {
    /// Warms up over a tenth of the steps, then falls along a cosine to a hundredth.
    case cosine
    case constant
  }

  /// What the model is called that comes of it.
  public var model: String?
  /// Where the photos were.
  public var data = ""
  public var layout: DatasetLayout?
  public var backbone = Backbone.mobileNetV2
  /// A file of weights that MobileNetV2 begins with.
  public var weights: String?
  /// Times the channels of MobileNetV2.
  public var width = 1.0
  public var pixels = Pixels.imageNet
  public var features = Features.embedding
  /// How many of dlib's convolutions are used, with what they see where; nil for all, and the mean over the
  /// picture.
  public var depth: Int?
  /// How many of the backbone's first layers stay as they are.
  public var frozenLayers = 0
  public var chips = ChipOptions()
  /// Whether only the first photo of each combination of attributes counts.
  public var firstOfEach = false
  public var augmentation = Augmentation.standard
  /// The attributes to learn, the most important first.
  public var attributes = ["person"]
  /// How long each attribute's part of an embedding is; of all of it where they share it.
  public var dimensions = 128
  /// Whether all attributes are in one vector, as published, or each in a part of its own.
  public var sharesVector = false
  /// Whether the parts of all attributes but the first are compared after what somebody looks like was taken out:
  /// the mean of their other faces in the batch.
  public var takesPersonOut = true
  /// Whether embeddings have a length of 1.
  public var isNormalized = true
  public var loss = Loss(HardTripletLoss.self)
  /// The name of a model whose embeddings are to be learnt, without labels; nil for none.
  public var teacher: String?
  /// Of the triplet and contrastive losses, in units of `distance`.
  public var margin = 0.3
  /// Between the embeddings of a triplet.
  public var distance = EmbeddingDistance.euclidean
  /// Of the triplets' losses; nil for the mean of the active ones where all triplets are learnt from, else of all.
  public var reduction: LossReduction?
  /// The widths of a Siamese head's hidden layers.
  public var hidden: [Int] = []
  /// Hard triplets alone make a network that begins with near equal embeddings shrink them to a point.
  public var miner = Miner(BatchAllMiner.self)
  /// P and K of a batch: values of the first attribute, and photos of each.
  public var people = 8
  public var photos = 6
  /// With sampled triplets, whether an epoch has each photo once as an anchor, for one attribute at a time, instead of
  /// once for each attribute.
  public var anchorsOnce = false
  public var epochs = 100
  public var optimizer = Optimizer.adamW
  public var schedule = Schedule.cosine
  public var learningRate = 1e-3
  public var weightDecay = 1e-4
  /// What is held out of training; nil to learn from everything, without tests.
  public var holdOut: HoldOut?
  /// The number of epochs from one test to the next.
  public var testEvery = 2
  /// After how many tests without a better score to stop, and to keep the best; 0 to keep the last.
  public var patience = 20
  public var seed: UInt64 = 1
  /// How many threads compute.
  public var threads = 1
  /// How many threads make batches.
  public var workers = 1

  public init() {}

  /// Reads JSON in which what earlier versions did not know yet is missing, and stays as it is by default.
  /// - Throws: `DecodingError`
  init(completing json: Data) throws {
    func object(_ data: Data) throws -> [String: Any] {
      guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: [], debugDescription: "it is not a JSON object"))
      }
      return object
    }
    func completed(_ known: [String: Any], _ standard: [String: Any]) -> [String: Any] {
      standard.merging(known) { standard, known in
        guard let inner = standard as? [String: Any], let own = known as? [String: Any] else {
          return known
        }
        return completed(own, inner)
      }
    }
    let (known, standard) = (
      try object(json), try object(JSONEncoder().encode(TrainingConfiguration()))
    )
    // What every version wrote.
    guard known["data"] != nil, known["epochs"] != nil else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it says neither what is learnt from nor how often")
      )
    }
    self = try JSONDecoder().decode(
      Self.self, from: JSONSerialization.data(withJSONObject: completed(known, standard)))
  }
}
