import Foundation
import LikenessCore

/// A store that finds the nearest faces by itself, as a server does whose galleries may be larger than a machine.
public protocol SearchingStore: FaceStore {
  /// The most candidates that one search gives.
  var maximumCandidateCount: Int { get }
  /// How many numbers the embeddings have; nil before the first face.
  func dimensions() throws(GalleryError) -> Int?

  /// The faces nearest to each of some embeddings by their L2 distance, the nearest first; equal distances in the
  /// order of ids.
  /// - Parameters:
  ///   - queries: `(n, d)`.
  ///   - count: the most for each, up to `maximumCandidateCount`.
  func nearest(
    _ queries: EmbeddingMatrix, count: Int, _ filter: FaceCondition
  ) throws(GalleryError) -> [[(face: FaceID, distance: Float)]]
  /// The same with the faces' embeddings, in no order.
  func candidates(
    for queries: EmbeddingMatrix, count: Int, _ filter: FaceCondition
  ) throws(GalleryError) -> [[(face: FaceID, embedding: Embedding)]]

  /// The embeddings of some faces.
  func embeddings(ids: [FaceID]) throws(GalleryError) -> FaceMatrix
  /// The embeddings of the faces of some photos.
  func embeddings(ofPhotos photos: [PhotoID]) throws(GalleryError) -> FaceMatrix
  /// Some faces without their embeddings.
  func outlines(of faces: [FaceID]) throws(GalleryError) -> [FaceOutline]
  /// Who some faces are, and what no clustering may change of it.
  func peopleAssignment(of faces: [FaceID]) throws(GalleryError) -> PeopleAssignment
  /// The faces that the user made one person with some.
  func togetherByEdit(with faces: [FaceID]) throws(GalleryError) -> Set<FaceID>

  /// How many faces were not sorted to people yet.
  func unsortedFaceCount() throws(GalleryError) -> Int
  /// Photos whose faces were not sorted to people yet, with no more than some faces together.
  func unsortedPhotos(mostFaces: Int) throws(GalleryError) -> [PhotoID]
  /// Says that the faces of some photos were sorted to people.
  func markSorted(photos: [PhotoID]) throws(GalleryError)

  /// What was kept of the links by `keepLinkCounts`; nil before.
  func linkCounts() throws(GalleryError) -> Data?
  /// Keeps how many links the faces have, and the rule that links them. They are derived from the faces, and no change of
  /// the gallery.
  /// - Parameter counts: JSON.
  func keepLinkCounts(_ counts: Data) throws(GalleryError)
}

extension SearchingStore {
  public var searching: (any SearchingStore)? { self }

  public func nearest(
    _ queries: EmbeddingMatrix, count: Int
  ) throws(GalleryError) -> [[(face: FaceID, distance: Float)]] {
    try nearest(queries, count: count, FaceCondition())
  }

  public func candidates(
    for queries: EmbeddingMatrix, count: Int
  ) throws(GalleryError) -> [[(face: FaceID, embedding: Embedding)]] {
    try candidates(for: queries, count: count, FaceCondition())
  }
}
