/// A description of a gallery's index.
public struct IndexSummary: Sendable, Codable {
  /// "exact" or "HNSW".
  public var kind: String
  /// How many faces are in it.
  public var faces: Int
  /// Bytes of codes, links and ids, which searches walk through.
  public var searchBytes: Int
  /// Bytes of whole embeddings, which are looked at last.
  public var embeddingBytes: Int
  /// Bytes of the index's file, where the gallery is large enough to have one.
  public var fileBytes: Int?
  /// The part of the true ten nearest that a search finds, as measured on the index; 1 if it is exact.
  public var recall: Double
  /// How many candidates a search follows for it.
  public var beam: Int?
}
