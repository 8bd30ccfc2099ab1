/// What a manifest says of a head on pairs of embeddings.
public struct HeadDescription: Codable, Sendable, Equatable {
  /// The model whose embeddings it was trained on.
  public var embedding: String
  /// The SHA-256 of that model's file where it was trained here, so that another one of its name is told
  /// from it.
  public var embeddingFile: String?
  /// In the order in which they stand.
  public var features: [PairFeature]
  /// The probability from which two faces are taken for one person.
  public var threshold: Float
  /// The data it was trained and tested on, in words.
  public var measuredOn: String

  /// What a head was trained on and decides by.
  public init(
    embedding: String, embeddingFile: String?, features: [PairFeature], threshold: Float,
    measuredOn: String
  ) {
    self.embedding = embedding
    self.embeddingFile = embeddingFile
    self.features = features
    self.threshold = threshold
    self.measuredOn = measuredOn
  }
}
