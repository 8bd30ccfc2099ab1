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
      let place = face.geometry
      return ListedFace(
        face: face.id, name: face.name, photo: faces.photos[face.photo]?.path ?? "",
        ordinal: face.ordinal,
        box: place.box,
        score: face.score, quality: face.quality.overall,
        confidence: face.quality.confidence, doubtful: face.quality.isDoubtful,
        hidden: hidden.contains(face.id), drawn: face.isDrawn, embedded: row != nil,
        landmarks: place.landmarkPairs,
        labels: labels[face.id] ?? [:],
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

  /// The same piece by piece.
  /// - Parameters:
  ///   - format: the format of the file.
  ///   - components: replaces the embeddings with their principal components; nil keeps the embeddings.
  ///   - write: is given one piece after the other; not called where there is nothing to write.
  public func export(
    as format: EmbeddingFormat, components: ComponentOptions? = nil,
    to write: (Data) throws -> Void
  ) throws {
    let table = try gallery.faces()
    guard !table.faces.isEmpty || !table.unembedded.isEmpty else {
      throw LikenessError.emptyGallery(path: gallery.place.path)
    }
    let list = try self.list(
      withEmbeddings: format.hasRecords && components == nil,
      components: format.hasRecords ? components : nil)
    if format.hasRecords { return try format.write(records: list, to: write) }
    // A row of numbers each: who has none is in no table of them.
    let embedded = list.filter(\.embedded)
    let keys = Set(embedded.flatMap(\.labels.keys)).sorted()
    let numbers =
      try components.map { try table.embeddings.components($0) } ?? table.embeddings
    try numbers.write(
      as: format,
      labels: embedded.map { face in
        [
          "\(face.face)", face.name ?? "", face.photo, "\(face.box.x)", "\(face.box.y)",
          "\(face.box.width)", "\(face.box.height)", "\(face.score)",
          face.confidence.map { "\($0)" } ?? "", "\(face.quality)",
        ] + keys.map { face.labels[$0] ?? "" }
      },
      header: [
        "face", "name", "photo", "x", "y", "width", "height", "score", "confidence", "quality",
      ] + keys.map { "label:\($0)" },
      column: { components == nil ? "e\($0)" : "pc\($0 + 1)" }, to: write)
  }
}

extension EmbeddingMatrix {
  /// Embeddings along their principal components, `(n, count)`.
  /// - Throws: `ProjectionError`
  fileprivate func components(
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
