import LikenessCore

/// Options of an upgrade to another model.
public struct UpgradeOptions: Sendable {
  /// Whether to change the model even if more than `UpgradeSummary.maximumMissing` of the faces would have no embedding.
  public var allowsMissing = false
  /// What a photo may be at most, as when it was added.
  public var limits = PhotoLimits.default

  /// The model is not changed where more than `UpgradeSummary.maximumMissing` of the faces would have no
  /// embedding.
  public init() {}
}

/// The outcome of giving a gallery another model.
public struct UpgradeSummary: Sendable, Codable {
  /// A face that has no embedding of the new model: it is kept, but is never an answer.
  public struct Missing: Sendable, Codable, Equatable {
    /// The face's id in the gallery.
    public var face: FaceID
    /// The face's name.
    @OrNull public var name: String?
    /// The photo's path.
    public var photo: String
    /// Why it has no embedding, in one line.
    public var reason: String
  }

  /// How an upgrade ended.
  public enum Outcome: String, Sendable, Codable {
    /// The gallery had the model already, and no face that could get an embedding now.
    case nothingToDo
    /// The gallery has the model now, or faces that had no embedding got one.
    case done
    /// Too many faces would have no embedding: the gallery is unchanged, and the new embeddings are kept aside.
    case refused
    /// It was stopped: the gallery is unchanged, and the new embeddings are kept aside.
    case interrupted
  }

  /// The largest part of a gallery's faces that may be left without an embedding unless allowed explicitly.
  public static let maximumMissing = 0.01

  /// How it ended.
  public var outcome = Outcome.interrupted
  /// The model that was asked for.
  public var model: String
  /// The one that the gallery had.
  public var formerModel: String
  /// How many faces needed an embedding.
  public var faces = 0
  /// How many got one now.
  public var embedded = 0
  /// How many had got one earlier: in a run that was stopped, or when the gallery had this model before.
  public var earlier = 0
  /// Of those that got one now, how many the detector does not find any more: these were cut out where they were.
  public var atFormerPlace = 0
  /// Each face that has none, and why, in the order of their ids.
  public var missing: [Missing] = []
  /// The duration in seconds.
  public var seconds = 0.0

  var missesTooMany: Bool { Double(missing.count) > Self.maximumMissing * Double(faces) }

  init(model: String, formerModel: String) {
    (self.model, self.formerModel) = (model, formerModel)
  }
}
