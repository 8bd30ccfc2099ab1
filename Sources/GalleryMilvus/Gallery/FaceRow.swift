import Foundation
import GalleryCore
import LikenessCore

/// How the faces of a gallery lie in Milvus: a row each, by a number that follows from its photo's content.
enum FaceFields {
  static let id = "id"
  static let photo = "photo"
  static let ordinal = "ordinal"
  static let name = "name"
  static let quality = "quality"
  static let labels = "labels"
  static let details = "details"
  static let origin = "origin"
  static let embedding = "embedding"

  /// All but the embedding.
  static let plain = [id, photo, ordinal, name, quality, labels, details, origin]
  static let all = plain + [embedding]

  static func schema(dimensions: Int) -> [MilvusCollection.Field] {
    [
      .init(name: id, kind: .integer, isKey: true),
      .init(name: photo, kind: .integer, isAskedFor: true),
      .init(name: ordinal, kind: .integer),
      // Empty for none.
      .init(name: name, kind: .text(2_000), isAskedFor: true),
      // Of all parts together, from 0 to 1, and 1 less for doubtful faces, 3 less for those without an embedding, 5
      // less where both is so: these are told apart also in collections that were made before there were any.
      .init(name: quality, kind: .number),
      .init(name: labels, kind: .object),
      .init(name: details, kind: .object),
      .init(name: origin, kind: .object),
      .init(name: embedding, kind: .vector(dimensions)),
    ]
  }
}

/// What is known of a face besides.
struct FaceDetails: Codable, Equatable {
  var x, y, width, height: Double
  var landmarks: [Float]
  var score: Float
  var size, sharpness, yaw, pitch, roll, inside: Double
  /// Nil in rows of earlier versions.
  var confidence: Double?
  var brightness: Double?
  var contrast: Double?
  var hasThumbnail: Bool
  /// What the model says of attributes, by key.
  var attributes: [String: [Float]]
  /// Why it has no embedding: that of its row is zero.
  var missing: Missing?
  /// Whether the user drew its box; nil in rows of earlier versions, and for all other faces.
  var isDrawn: Bool?

  struct Missing: Codable, Equatable {
    var reason: String
    /// Of the last embedding that it had.
    var formerModel: EmbeddingModel?
    var former: [Float]

    var asKept: MissingEmbedding {
      MissingEmbedding(reason: reason, formerModel: formerModel, former: Embedding(former))
    }
  }

  init(_ face: NewFace) {
    let (place, quality) = (face.geometry.box, face.quality)
    (x, y, width, height) = (place.x, place.y, place.width, place.height)
    (landmarks, score) = (face.geometry.landmarks, face.score)
    (size, sharpness, inside) = (quality.size, quality.sharpness, quality.inside)
    (yaw, pitch, roll) = (quality.yaw, quality.pitch, quality.roll)
    confidence = quality.confidence
    (brightness, contrast) = (quality.brightness, quality.contrast)
    hasThumbnail = !face.thumbnail.isEmpty
    attributes = face.attributes.mapValues(\.values)
    isDrawn = face.isDrawn ? true : nil
    missing = face.missing.map {
      Missing(reason: $0.reason, formerModel: $0.formerModel, former: $0.former.values)
    }
  }

  var geometry: FaceGeometry {
    FaceGeometry(x: x, y: y, width: width, height: height, landmarks: landmarks)
  }

  var quality: FaceQuality {
    FaceQuality(
      size: size, sharpness: sharpness, yaw: yaw, pitch: pitch, roll: roll, inside: inside,
      confidence: confidence, brightness: brightness, contrast: contrast)
  }
}

/// A photo as it stands with each of its faces, so that an answer needs no second look, and once for itself.
struct PhotoOrigin: Codable, Equatable {
  var digest: String
  var path: String
  var bytes: Int
  /// Seconds since 1970.
  var modified: Double
  var width, height, turned: Int
  var detector: String?
  var title: String?
  /// Seconds since 1970.
  var added: Double
  /// By the camera's clock, as 2004-05-06T07:08:09; empty if the file does not say it, nil if nobody looked.
  var taken: String?
  /// Names of people whom it shows somewhere; nil for none, as in rows of earlier versions.
  var candidates: [String]?

  init(_ photo: NewPhoto, added: Date) {
    (digest, path) = (photo.digest, photo.file.path)
    (bytes, modified) = (photo.file.bytes, photo.file.modified)
    (width, height, turned) = (photo.width, photo.height, photo.turned)
    (detector, title, self.added) = (photo.detector, photo.title, added.timeIntervalSince1970)
    taken = photo.taken.stored
    candidates = photo.candidates.isEmpty ? nil : photo.candidates
  }

  /// Where a photo's record is found by: a path, as far as there is room for it.
  static func text(ofPath path: String) -> String {
    path.utf8.count <= 2_000 ? path : String(decoding: path.utf8.suffix(1_900), as: UTF8.self)
  }

  func stored(_ id: PhotoID) -> StoredPhoto {
    StoredPhoto(
      id: id, digest: digest, path: path, width: width, height: height, turned: turned,
      detector: detector, added: Date(timeIntervalSince1970: added),
      taken: PhotoTaken(stored: taken), title: title, isKept: false)
  }
}

extension NewPhoto {
  init(_ origin: PhotoOrigin, faces: [NewFace]) {
    self.init(
      digest: origin.digest,
      file: PhotoFile(path: origin.path, bytes: origin.bytes, modified: origin.modified),
      width: origin.width, height: origin.height, turned: origin.turned,
      detector: origin.detector, title: origin.title, faces: faces)
    added = Date(timeIntervalSince1970: origin.added)
    taken = PhotoTaken(stored: origin.taken)
    candidates = origin.candidates ?? []
  }
}

/// A row of the collection of faces.
struct FaceRow {
  var id: FaceID
  var photo: PhotoID
  var ordinal: Int64
  /// What it was added by; empty for none.
  var name: String
  var quality: Double
  var labels: [String: String]
  var details: FaceDetails
  var origin: PhotoOrigin
  /// Empty where it was not asked for.
  var embedding: [Float]

  var isEmbedded: Bool { details.missing == nil }

  /// - Parameter name: the name that it goes by.
  func stored(name: String?) -> StoredFace {
    StoredFace(
      id: id, photo: photo, ordinal: Int(ordinal), name: name, geometry: details.geometry,
      score: details.score, quality: details.quality, isDrawn: details.isDrawn ?? false)
  }

  /// - Parameter name: the name that it goes by.
  func outline(name: String?) -> FaceOutline {
    FaceOutline(
      id: id, photo: photo, path: origin.path, ordinal: Int(ordinal), name: name,
      isDoubtful: details.quality.isDoubtful, isEmbedded: isEmbedded)
  }

  func content(thumbnail: Data) -> NewFace {
    var content = NewFace(
      name: name.isEmpty ? nil : name, geometry: details.geometry, score: details.score,
      quality: details.quality, embedding: Embedding(isEmbedded ? embedding : []),
      attributes: details.attributes.mapValues { Embedding($0) }, thumbnail: thumbnail,
      labels: labels)
    content.ordinal = Int(ordinal)
    content.isDrawn = details.isDrawn ?? false
    content.missing = details.missing?.asKept
    return content
  }

  /// - Parameters:
  ///   - name: the name that it goes by.
  ///   - isHidden: whether the user hid it, by itself or with its person.
  func entry(person: PersonID?, name: String?, isHidden: Bool) -> FaceEntry {
    FaceEntry(
      face: stored(name: name), person: person, labels: labels,
      hasThumbnail: details.hasThumbnail, isEmbedded: isEmbedded, isHidden: isHidden)
  }
}

extension [FaceRow] {
  /// - Throws: `DecodingError` where the rows are not such as Likeness writes
  init(_ rows: Rows) throws {
    let (ids, photos, ordinals) = (
      rows.integers(FaceFields.id), rows.integers(FaceFields.photo),
      rows.integers(FaceFields.ordinal)
    )
    let (names, qualities) = (rows.texts(FaceFields.name), rows.numbers(FaceFields.quality))
    let (labels, details, origins) = (
      rows.objects(FaceFields.labels), rows.objects(FaceFields.details),
      rows.objects(FaceFields.origin)
    )
    let (values, dimensions) = rows.vectors(FaceFields.embedding)
    let counts = [photos.count, ordinals.count, names.count, qualities.count]
    guard
      (counts + [labels.count, details.count, origins.count]).allSatisfy({ $0 == ids.count }),
      dimensions == 0 || values.count == ids.count * dimensions
    else { throw MilvusGalleryError.foreign }
    guard ordinals.allSatisfy({ Int64(0)...Int64(Int32.max) ~= $0 }) else {
      throw MilvusGalleryError.foreign
    }
    let decoder = JSONDecoder()
    self = try ids.indices.map { row in
      FaceRow(
        id: FaceID(ids[row]), photo: PhotoID(photos[row]), ordinal: ordinals[row], name: names[row],
        quality: qualities[row],
        labels: try decoder.decode([String: String].self, from: labels[row]),
        details: try decoder.decode(FaceDetails.self, from: details[row]),
        origin: try decoder.decode(PhotoOrigin.self, from: origins[row]),
        embedding: [Float](values[row * dimensions..<(row + 1) * dimensions]))
    }
    guard allSatisfy(\.details.geometry.isPossible) else { throw MilvusGalleryError.foreign }
  }

  func columns() throws -> Rows {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Rows([
      (FaceFields.id, .integers(map(\.id.rawValue))),
      (FaceFields.photo, .integers(map(\.photo.rawValue))),
      (FaceFields.ordinal, .integers(map(\.ordinal))), (FaceFields.name, .texts(map(\.name))),
      (FaceFields.quality, .numbers(map(\.quality))),
      (FaceFields.labels, .objects(try map { try encoder.encode($0.labels) })),
      (FaceFields.details, .objects(try map { try encoder.encode($0.details) })),
      (FaceFields.origin, .objects(try map { try encoder.encode($0.origin) })),
      (
        FaceFields.embedding,
        .vectors(flatMap(\.embedding), dimensions: first?.embedding.count ?? 1)
      ),
    ])
  }
}

/// What is in a gallery's collections and was not written by Likeness.
enum MilvusGalleryError: Error { case foreign }
