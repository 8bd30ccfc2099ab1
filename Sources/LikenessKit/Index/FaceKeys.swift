import LikenessCore
import VectorSearch

// An index is general, and its keys are numbers; in a gallery's index they are those of faces. Nothing else turns one into
// the other.

extension VectorIndex {
  /// Inserts the embeddings of some faces, `(n, d)`.
  /// - Throws: `IndexError`
  package func insert(
    _ embeddings: EmbeddingMatrix, faces: some Collection<FaceID>, threads: Int = defaultThreads,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(IndexError) {
    try insert(
      embeddings, ids: faces.lazy.map(\.rawValue), threads: threads, progress: progress)
  }

  /// The faces nearest to each of some that it holds, themselves among them.
  /// - Parameters:
  ///   - embeddings: of the faces, `(n, d)`.
  ///   - beam: from `memberBeam`; nil for a search as for any embeddings.
  /// - Throws: `IndexError`
  func search(
    _ embeddings: EmbeddingMatrix, of faces: some Collection<FaceID>, count: Int, beam: Int?,
    filter: SearchFilter, threads: Int
  ) throws(IndexError) -> [[Neighbor]] {
    try search(
      embeddings, of: faces.map(\.rawValue)[...], count: count, beam: beam, filter: filter,
      threads: threads)
  }

  /// Takes out those of some faces that it holds.
  /// - Returns: how many that were.
  /// - Throws: `IndexError`
  func remove(faces: some Collection<FaceID>) throws(IndexError) -> Int {
    try remove(faces.lazy.map(\.rawValue))
  }
}

extension Neighbor {
  /// The face that the embedding is of.
  package var face: FaceID { FaceID(id) }

  /// A face at a distance.
  init(face: FaceID, distance: Float) { self.init(id: face.rawValue, distance: distance) }
}

extension SearchFilter {
  /// Some faces only.
  static func faces(_ faces: some Sequence<FaceID>) -> SearchFilter {
    .ids(Set(faces.lazy.map(\.rawValue)))
  }

  /// All faces but one.
  package static func others(than face: FaceID) -> SearchFilter {
    .matching { $0 != face.rawValue }
  }

  /// All faces but some.
  package static func others(than faces: Set<FaceID>) -> SearchFilter {
    faces.isEmpty ? .all : .matching { !faces.contains(FaceID($0)) }
  }
}

extension NeighborTable {
  /// Searches for each of some faces among the others, some at a time.
  /// - Parameters:
  ///   - faces: rising; the index holds them.
  ///   - progress: as `init(of:in:ids:width:threads:progress:)` has it.
  /// - Throws: as that
  package init(
    of embeddings: EmbeddingMatrix, in index: VectorIndex, faces: [FaceID], width: Int,
    threads: Int = defaultThreads,
    progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    try self.init(
      of: embeddings, in: index, ids: faces.map(\.rawValue), width: width,
      threads: threads, progress: progress)
  }
}
