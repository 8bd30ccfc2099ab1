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

  public enum Loss: String, Codable, Sendable, CaseIterable {
    case triplet
    case softTriplet = "soft-triplet"
    case contrastive
    case nPair = "n-pair"
    case multiSimilarity = "multi-similarity"
    case arcFace = "arcface"
    case siamese

    /// Whether it learns from triplets that a miner picks.
    public var takesTriplets: Bool { self == .triplet || self == .softTriplet }
  }

  public enum Miner: String, Codable, Sendable, CaseIterable {
    case batchHard = "batch-hard"
    case batchAll = "batch-all"
    case semiHard = "semi-hard"
    case distanceWeighted = "distance-weighted"
    case random
    /// The sampler picks them before anything is known of the embeddings, the same number for each
    /// attribute.
    case sampled
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
  /// How many of dlib's convolutions are used, with what they see where; nil for all, and the mean over the
  /// picture.
  public var depth: Int?
  /// How many of the backbone's first layers stay as they are.
  public var frozenLayers = 0
  public var chips = ChipOptions()
  public var augmentation = Augmentation.standard
  /// What is told apart, the most telling first.
  public var attributes = ["person"]
  /// How long each attribute's part of an embedding is; of all of it where they share it.
  public var dimensions = 128
  /// Whether all attributes are in one vector, as published, or each in a part of its own.
  public var sharesVector = false
  /// Whether the parts of all attributes but the first are compared after what somebody looks like was taken out:
  /// the mean of their other faces in the batch.
  public var takesPersonOut = true
  public var loss = Loss.triplet
  /// Of the triplet and contrastive losses, in distances of vectors of length 1.
  public var margin = 0.3
  /// Hard triplets alone make a network that begins with near equal embeddings shrink them to a point.
  public var miner = Miner.batchAll
  /// P and K of a batch: values of the first attribute, and photos of each.
  public var people = 8
  public var photos = 6
  public var epochs = 100
  public var learningRate = 1e-3
  public var weightDecay = 1e-4
  /// What is not learnt from; nil to learn from everything, without tests.
  public var holdOut: HoldOut?
  /// A test after every so many epochs.
  public var testEvery = 2
  /// After how many tests without a better score to stop, and to keep the best; 0 to keep the last.
  public var patience = 20
  public var seed: UInt64 = 1
  /// How many threads compute.
  public var threads = 1
  /// How many threads make batches.
  public var workers = 1

  public init() {}
}
