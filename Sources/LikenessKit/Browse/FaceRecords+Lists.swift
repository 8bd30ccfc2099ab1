import Foundation
import GalleryCore
import LikenessCore
import Projection

extension FaceRecords {
  /// Every face, in the order of their ids.
  /// - Parameters:
  ///   - withEmbeddings: whether faces have their embeddings with them.
  ///   - components: which principal components of all embeddings they have with them; nil for none.
  /// - Throws: `GalleryError`, and `ProjectionError` where there are no such components
  public func list(
    withEmbeddings: Bool = false, components: ComponentOptions? = nil
  ) throws -> [ListedFace] {
    let faces = try gallery.faces()
    let store = try gallery.reader()
    let (labels, hidden) = (try store.labels(), try store.hiddenFaces())
    let layout = try components.map { try faces.embeddings.components($0) }
    let rows = faces.faces.enumerated().map { ($1, Int?($0)) } + faces.unembedded.map { ($0, nil) }
    return rows.sorted { $0.0.id < $1.0.id }.map { face, row in
      ListedFace(
        face, photo: faces.photos[face.photo]?.path, labels: labels[face.id] ?? [:],
        isHidden: hidden.contains(face.id), isEmbedded: row != nil,
        embedding: withEmbeddings ? row.map { faces.embeddings[$0].values } : nil,
        components: row.flatMap { row in layout.map { $0[row].values } })
    }
  }

  /// The whole gallery as the bytes of a file.
  ///
  /// Labels have columns of a CSV that are called `label:KEY`.
  /// - Parameters:
  ///   - format: JSON, CSV or NPY.
  ///   - components: which principal components, fitted to all embeddings, doubtful faces' among them, replace
  ///     the embeddings; nil for the embeddings themselves. In a CSV their columns are `pc1`, `pc2` and so on.
  /// - Throws: `GalleryError`, `LikenessError.emptyGallery`, and `ProjectionError` where there are no such components
  public func exported(
    as format: EmbeddingFormat, components: ComponentOptions? = nil
  ) throws -> Data {
    var data = Data()
    try export(as: format, components: components) { data.append($0) }
    return data
  }

  /// The same piece by piece, in memory that does not grow with the gallery but for its components.
  /// - Parameters:
  ///   - format: the format of the file.
  ///   - components: replaces the embeddings with their principal components; nil keeps the embeddings.
  ///   - write: is given one piece after the other; not called where there is nothing to write.
  /// - Throws: as `exported`, and what `write` throws; `GalleryError.inUse` where a gallery on a server was changed
  ///   meanwhile, and `LikenessError.tooLarge` where it is too large for components
  public func export(
    as format: EmbeddingFormat, components: ComponentOptions? = nil,
    to write: (Data) throws -> Void
  ) throws {
    try gallery.withSession {
      let store = try gallery.reader()
      guard try store.hasFaces() else {
        throw LikenessError.emptyGallery(path: gallery.place.path)
      }
      // They are made of all embeddings at once.
      if components != nil { try gallery.requireRoom(for: store) }
      try FaceExport(of: store, as: format, components).write(to: write)
    }
  }
}

extension EmbeddingMatrix {
  /// Embeddings along their principal components, `(n, count)`.
  /// - Throws: `ProjectionError`
  func components(
    _ wanted: ComponentOptions
  ) throws(ProjectionError) -> EmbeddingMatrix {
    guard count > 1 else { throw .tooFewFaces(count) }
    try PCA.checkComponents(wanted.count, of: self)
    let pca = try PCA(self, standardizes: wanted.isStandardized)
    return EmbeddingMatrix(
      dimensions: wanted.count,
      values: try pca.layout(of: self, dimensions: wanted.count).coordinates)
  }
}
