import LikenessCore

/// The model whose embeddings a gallery holds, or is to hold.
public struct EmbeddingModel: Sendable, Codable, Hashable {
  /// The model's name, as `ModelStore` has it.
  public var name: String
  /// The SHA-256 of its file, which identifies it among those of its name; nil if unknown.
  public var file: String?

  /// A model by its name, and by its file where that is known.
  public init(name: String, file: String? = nil) { (self.name, self.file) = (name, file) }
}

/// Why a face has no embedding of the gallery's model, and the last one that it had.
public struct MissingEmbedding: Sendable, Equatable {
  /// In words, such as that the photo is gone.
  public var reason: String
  /// The model of `former`; nil where the face never had one.
  public var formerModel: EmbeddingModel?
  /// Empty where the face never had one.
  public var former: Embedding

  /// A reason, with the face's last embedding and that embedding's model.
  public init(reason: String, formerModel: EmbeddingModel?, former: Embedding) {
    (self.reason, self.formerModel, self.former) = (reason, formerModel, former)
  }
}
