import LikenessCore

/// What a gallery is, and which state it is in.
public protocol GalleryStateReading: AnyObject, Sendable {
  /// Everything that `body` reads through the store, on the thread that called, is of one state of the gallery, where the
  /// store can see to it.
  func withSnapshot<Value>(_ body: () throws -> Value) throws -> Value
  /// Where it is, for messages.
  var path: String { get }
  func summary() throws(GalleryError) -> GallerySummary
  /// Which gallery this is, in which state, and how many numbers its embeddings have; nil before the first face.
  func state() throws(GalleryError) -> (id: String, revision: Int, dimensions: Int?)
  /// Another number after every change.
  func revision() throws(GalleryError) -> Int
  /// What tells a revision from another of the same number, after the gallery was put back from a copy.
  func mark(of revision: Int) throws(GalleryError) -> String
  /// The model whose embeddings the gallery holds, with its file; nil while it is empty.
  func embeddingModel() throws(GalleryError) -> EmbeddingModel?
  /// Quicker than to count them.
  func hasFaces() throws(GalleryError) -> Bool
  func faceCount() throws(GalleryError) -> Int
  /// How many faces have an embedding and are not doubtful.
  func certainFaceCount() throws(GalleryError) -> Int
  func photoCount() throws(GalleryError) -> Int
}
