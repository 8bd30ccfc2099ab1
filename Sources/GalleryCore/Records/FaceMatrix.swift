import LikenessCore

/// All embeddings of a gallery in one matrix, with the ids of their faces and photos: what an index is
/// built from. Row `i` of each member is of the same face.
public struct FaceMatrix: Sendable {
  /// The faces' ids, rising, `(n,)`.
  public let faces: [FaceID]
  /// The ids of the photos that they are in, `(n,)`.
  public let photos: [PhotoID]
  /// `(n, d)`; d is 1 in a gallery without faces.
  public let embeddings: EmbeddingMatrix
  /// The faces that are likely not faces.
  public let doubtful: Set<FaceID>
  /// The gallery's revision that this is.
  public let revision: Int

  /// The faces of a gallery at a revision; all arrays have a row for each face.
  public init(
    faces: [FaceID], photos: [PhotoID], embeddings: EmbeddingMatrix, doubtful: Set<FaceID> = [],
    revision: Int
  ) {
    (self.faces, self.photos, self.embeddings) = (faces, photos, embeddings)
    (self.doubtful, self.revision) = (doubtful, revision)
  }

  /// The same without doubtful faces.
  public var certain: FaceMatrix {
    guard !doubtful.isEmpty else { return self }
    let rows = faces.indices.filter { !doubtful.contains(faces[$0]) }
    return FaceMatrix(
      faces: rows.map { faces[$0] }, photos: rows.map { photos[$0] },
      embeddings: embeddings[rows], revision: revision)
  }
}
