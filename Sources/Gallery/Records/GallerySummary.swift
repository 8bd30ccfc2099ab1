/// What a gallery holds.
public struct GallerySummary: Sendable, Codable {
  public var path: String
  public var photos: Int
  public var photosWithoutFace: Int
  public var faces: Int
  public var namedFaces: Int
  public var names: Int
  /// The model whose embeddings it holds; nil while it is empty.
  public var model: String?
  /// Of an embedding; nil while it is empty.
  public var dimensions: Int?
  /// On disk, all files together.
  public var bytes: Int
}

/// A name and how much goes by it.
public struct NameSummary: Sendable, Codable, Hashable {
  public var name: String
  public var photos: Int
  public var faces: Int
}

/// What was taken out of a gallery.
public struct RemovalReceipt: Sendable, Codable, Equatable {
  public var names: [String] = []
  public var photos: [String] = []
  public var faces: [Int64] = []

  public init() {}

  public var isEmpty: Bool { names.isEmpty && photos.isEmpty && faces.isEmpty }
}
