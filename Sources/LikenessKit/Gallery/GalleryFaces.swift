import GalleryCore
import LikenessCore

/// The faces of a gallery in memory, for those who need all of them.
package struct GalleryFaces: Sendable {
  /// Those that have an embedding.
  package let faces: [StoredFace]
  package let embeddings: EmbeddingMatrix
  /// Those that have none, for lists.
  package let unembedded: [StoredFace]
  package let revision: Int
  /// By id.
  package let photos: [PhotoID: StoredPhoto]

  init(_ store: any FaceStore) throws {
    let table = try store.faceTable()
    faces = table.faces
    embeddings = table.embeddings
    unembedded = table.unembedded
    revision = table.revision
    photos = Dictionary(uniqueKeysWithValues: try store.photos().map { ($0.id, $0) })
  }

  private init(
    faces: [StoredFace], embeddings: EmbeddingMatrix, revision: Int, photos: [PhotoID: StoredPhoto]
  ) {
    (self.faces, self.embeddings) = (faces, embeddings)
    unembedded = []
    (self.revision, self.photos) = (revision, photos)
  }

  /// The same without doubtful faces and those without an embedding; photos that show nothing else are still there.
  package var certain: GalleryFaces { certain(without: []) }

  /// The same without some faces.
  package func certain(without others: Set<FaceID>) -> GalleryFaces {
    let rows = faces.indices.filter {
      !faces[$0].quality.isDoubtful && !others.contains(faces[$0].id)
    }
    guard rows.count < faces.count || !unembedded.isEmpty else { return self }
    return GalleryFaces(
      faces: rows.map { faces[$0] }, embeddings: embeddings[rows], revision: revision,
      photos: photos)
  }
}
