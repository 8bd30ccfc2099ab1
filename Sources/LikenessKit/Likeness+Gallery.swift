import Foundation
import GalleryCore
import LikenessCore
import Projection

/// A photo of a gallery, as it is listed.
public struct ListedPhoto: Sendable, Codable {
  /// Its id in the gallery.
  public var id: PhotoID
  /// The path it was last seen at.
  public var photo: String
  /// The width of the upright photo, in pixels.
  public var width: Int
  /// The height of the upright photo, in pixels.
  public var height: Int
  /// All detections, doubtful ones among them.
  public var faces: Int
  /// How many of them are likely not faces.
  public var doubtful: Int
}

/// A face of a gallery, as it is listed and exported.
public struct ListedFace: Sendable, Codable {
  /// Its id in the gallery.
  public var face: FaceID
  /// The face's name; nil without one.
  public var name: String?
  /// The path of its photo.
  public var photo: String
  /// Its place among the faces of its photo, 0 for the most prominent.
  public var ordinal: Int
  /// Where it is, in pixels of the upright photo.
  public var box: Box
  /// How sure the detector was, from 0 to 1.
  public var score: Float
  /// How well it can be judged, from 0 to 1.
  public var quality: Double
  /// The probability that it is a face at all; nil if it was not measured.
  @OrNull public var confidence: Double?
  /// Whether it is likely not a face.
  public var doubtful: Bool
  /// Whether it has an embedding of the gallery's model, without which it is never an answer.
  public var embedded: Bool
  /// Five points, x and y.
  public var landmarks: [[Float]]
  /// The face's labels: values by key.
  public var labels: [String: String]
  /// The embedding, `(d,)`; only if requested.
  public var embedding: [Float]?
  /// The embedding along principal components; only if requested.
  public var components: [Float]?
}

/// Which principal components of a gallery's embeddings are wanted.
public struct ComponentOptions: Sendable, Equatable {
  /// How many, those of the largest variance first: up to the number of faces, or of the embeddings' dimensions where
  /// these are fewer.
  public var count: Int
  /// Whether dimensions are standardized first: less their mean, over their standard deviation.
  public var isStandardized: Bool

  /// The first `count` components, of dimensions as they are unless they are to be standardized.
  public init(count: Int, isStandardized: Bool = false) {
    (self.count, self.isStandardized) = (count, isStandardized)
  }
}

extension Likeness {
  /// What the gallery holds.
  /// - Throws: `GalleryError`
  public func info() throws -> GallerySummary {
    try reader().summary()
  }

  /// Every name, in order.
  /// - Throws: `GalleryError`
  public func names() throws -> [NameSummary] {
    try reader().names()
  }

  /// Every photo, in the order in which they were added.
  /// - Throws: `GalleryError`, `LikenessError.tooLarge`
  public func photos() throws -> [ListedPhoto] {
    let faces = try faces()
    let own = Dictionary(grouping: faces.faces + faces.unembedded, by: \.photo)
    return faces.photos.values.sorted { $0.id < $1.id }.map {
      ListedPhoto(
        id: $0.id, photo: $0.path, width: $0.width, height: $0.height,
        faces: own[$0.id, default: []].count,
        doubtful: own[$0.id, default: []].count(where: \.quality.isDoubtful))
    }
  }

  /// Every face, in the order of their ids.
  /// - Parameters:
  ///   - withEmbeddings: whether faces have their embeddings with them.
  ///   - components: which principal components of all embeddings they have with them; nil for none.
  /// - Throws: `GalleryError`, and `ProjectionError` where there are no such components
  public func faceList(
    withEmbeddings: Bool = false, components: ComponentOptions? = nil
  ) throws -> [ListedFace] {
    let faces = try faces()
    let labels = try reader().labels()
    let layout = try components.map { try self.components(of: faces.embeddings, $0) }
    let rows = faces.faces.enumerated().map { ($1, Int?($0)) } + faces.unembedded.map { ($0, nil) }
    return rows.sorted { $0.0.id < $1.0.id }.map { face, row in
      let place = face.geometry
      return ListedFace(
        face: face.id, name: face.name, photo: faces.photos[face.photo]?.path ?? "",
        ordinal: face.ordinal,
        box: place.box,
        score: face.score, quality: face.quality.overall,
        confidence: face.quality.confidence, doubtful: face.quality.isDoubtful,
        embedded: row != nil,
        landmarks: place.landmarkPairs,
        labels: labels[face.id] ?? [:],
        embedding: withEmbeddings ? row.map { faces.embeddings[$0].values } : nil,
        components: row.flatMap { row in layout.map { $0[row].values } })
    }
  }

  /// Embeddings along their principal components, `(n, count)`.
  /// - Throws: `ProjectionError`
  private func components(
    of embeddings: EmbeddingMatrix, _ wanted: ComponentOptions
  ) throws(ProjectionError) -> EmbeddingMatrix {
    guard embeddings.count > 1 else { throw .tooFewFaces(embeddings.count) }
    try PCA.checkComponents(wanted.count, of: embeddings)
    let pca = try PCA(embeddings, standardizes: wanted.isStandardized)
    return EmbeddingMatrix(
      dimensions: wanted.count,
      values: try pca.layout(of: embeddings, dimensions: wanted.count).coordinates)
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
  /// - Parameter write: is given one piece after the other; not called where there is nothing to write.
  public func export(
    as format: EmbeddingFormat, components: ComponentOptions? = nil,
    to write: (Data) throws -> Void
  ) throws {
    let table = try faces()
    guard !table.faces.isEmpty || !table.unembedded.isEmpty else {
      throw LikenessError.emptyGallery(path: place.path)
    }
    let list = try faceList(
      withEmbeddings: format.hasRecords && components == nil,
      components: format.hasRecords ? components : nil)
    if format.hasRecords { return try format.write(records: list, to: write) }
    // A row of numbers each: who has none is in no table of them.
    let embedded = list.filter(\.embedded)
    let keys = Set(embedded.flatMap(\.labels.keys)).sorted()
    let numbers =
      try components.map { try self.components(of: table.embeddings, $0) } ?? table.embeddings
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

  /// Removes a name from the gallery, with all of its faces: those added by it, and those of the person whom the user gave
  /// it, after new faces were assigned to people.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `GalleryError`, `IndexError`
  public func remove(name: String) throws -> RemovalReceipt {
    var store = try reader()
    let found = try self.name(name, in: store)
    let isPerson = try store.person(named: found) != nil
    store = try isPerson ? storeForEdits() : writer()
    return try removed(try store.remove(name: found), store)
  }

  /// Removes a photo from the gallery.
  /// - Throws: `LikenessError.unknownPhoto`, `GalleryError`
  public func remove(photo: PhotoID) throws -> RemovalReceipt {
    let store = try writer()
    let receipt = try store.remove(photo: photo)
    guard !receipt.isEmpty else { throw LikenessError.unknownPhoto("\(photo)", candidates: []) }
    return try removed(receipt, store)
  }

  /// Removes a person from the gallery, with all of its faces.
  /// - Throws: `LikenessError.unknownPerson`, `GalleryError`
  public func remove(person: PersonID) throws -> RemovalReceipt {
    let store = try storeForEdits()
    let faces = try store.faces(ofPeople: [person])
    guard !faces.isEmpty else { throw LikenessError.unknownPerson(person) }
    return try removed(try store.remove(faces: faces.sorted()), store)
  }

  /// Removes faces from the gallery in one transaction; faces that do not exist are not in the receipt.
  /// - Throws: `GalleryError`
  public func remove(faces: [FaceID]) throws -> RemovalReceipt {
    let store = try writer()
    let receipt = try store.remove(faces: faces)
    return receipt.isEmpty ? receipt : try removed(receipt, store)
  }

  /// Removes one face from the gallery.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func remove(face: FaceID) throws -> RemovalReceipt {
    let store = try writer()
    let receipt = try store.remove(face: face)
    guard !receipt.isEmpty else { throw LikenessError.unknownFace(face) }
    return try removed(receipt, store)
  }

  private func removed(
    _ receipt: RemovalReceipt, _ store: any FaceStore
  ) throws -> RemovalReceipt {
    forget()
    try eraseFromIndexFile(store)
    return receipt
  }
}
