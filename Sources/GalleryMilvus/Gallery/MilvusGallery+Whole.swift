import Foundation
import GalleryCore
import LikenessCore

/// All faces in memory, for those who need them all.
extension MilvusGallery {
  public func faceTable() throws(GalleryError) -> FaceTable {
    let revision = try revision()
    let rule = try NamingRule(self)
    var (faces, missing, values) = ([StoredFace](), [StoredFace](), [Float]())
    try all {
      try eachRow(withEmbeddings: true) { row in
        let face = row.stored(name: rule.name(of: row))
        if row.isEmbedded {
          faces.append(face)
          values += row.embedding
        } else {
          missing.append(face)
        }
        return true
      }
    }
    return FaceTable(
      faces: faces,
      embeddings: EmbeddingMatrix(dimensions: try dimensions() ?? 1, values: values),
      unembedded: missing, revision: revision)
  }

  public func embeddings() throws(GalleryError) -> FaceMatrix {
    let revision = try revision()
    var rows: [FaceRow] = []
    try all {
      try eachRow(withEmbeddings: true) { row in
        rows.append(row)
        return true
      }
    }
    return matrix(rows, dimensions: try dimensions() ?? 1, revision: revision)
  }

  /// Those of the faces of some photos.
  public func embeddings(ofPhotos photos: [PhotoID]) throws(GalleryError) -> FaceMatrix {
    let revision = try revision()
    return matrix(
      try rows(ofPhotos: photos, withEmbeddings: true).sorted { $0.id < $1.id },
      dimensions: try dimensions() ?? 1, revision: revision)
  }

  /// Those of some faces that are there.
  public func embeddings(ids: [FaceID]) throws(GalleryError) -> FaceMatrix {
    let revision = try revision()
    return matrix(
      try rows(of: ids.sorted(), withEmbeddings: true), dimensions: try dimensions() ?? 1,
      revision: revision)
  }

  private func matrix(_ all: [FaceRow], dimensions: Int, revision: Int) -> FaceMatrix {
    let rows = all.filter(\.isEmbedded)
    return FaceMatrix(
      faces: rows.map(\.id), photos: rows.map(\.photo),
      embeddings: EmbeddingMatrix(dimensions: dimensions, values: rows.flatMap(\.embedding)),
      doubtful: Set(rows.filter(\.details.quality.isDoubtful).map(\.id)), revision: revision)
  }

  public func outlines() throws(GalleryError) -> [FaceOutline] {
    let rule = try NamingRule(self)
    var outlines: [FaceOutline] = []
    try all {
      try eachRow { row in
        outlines.append(row.outline(name: rule.name(of: row)))
        return true
      }
    }
    return outlines
  }

  /// Those of some faces that are there, in the order given.
  public func outlines(of faces: [FaceID]) throws(GalleryError) -> [FaceOutline] {
    let rows = try plainRows(of: faces)
    let names = try names(of: rows)
    return rows.map { $0.outline(name: names[$0.id]) }
  }

  public func labels() throws(GalleryError) -> [FaceID: [String: String]] {
    var labels: [FaceID: [String: String]] = [:]
    try all {
      try eachRow { row in
        if !row.labels.isEmpty { labels[row.id] = row.labels }
        return true
      }
    }
    return labels
  }

  public func attributeVectors() throws(GalleryError) -> [FaceID: [String: Embedding]] {
    var vectors: [FaceID: [String: Embedding]] = [:]
    try all {
      try eachRow { row in
        let own = row.details.attributes
        if !own.isEmpty { vectors[row.id] = own.mapValues { Embedding($0) } }
        return true
      }
    }
    return vectors
  }

  public func contents(ofPhotos ids: [PhotoID]) throws(GalleryError) -> [PhotoContent] {
    var faces: [PhotoID: [FaceRow]] = [:]
    for row in try rows(ofPhotos: ids, withEmbeddings: true) {
      faces[row.photo, default: []].append(row)
    }
    let pictures = faces.values.joined().filter(\.details.hasThumbnail).map(\.id)
    let jpegs = Dictionary(uniqueKeysWithValues: zip(pictures, try thumbnails(faces: pictures)))
    var contents: [PhotoContent] = []
    for record in try records(ids.map { Record.key(photo: $0) }) {
      let own = faces[PhotoID(record.number), default: []].sorted { $0.ordinal < $1.ordinal }
      let origin = try origin(record)
      let photo = NewPhoto(
        origin,
        faces: own.map { $0.content(thumbnail: jpegs[$0.id].flatMap(\.self) ?? Data()) })
      contents.append(
        PhotoContent(
          id: PhotoID(record.number), photo: photo, faces: own.map(\.id), isKept: false))
    }
    return contents.sorted { $0.id < $1.id }
  }

  public func photos() throws(GalleryError) -> [StoredPhoto] {
    var photos: [StoredPhoto] = []
    for record in try records(.photo) { photos.append(try photo(record)) }
    return photos.sorted { $0.id < $1.id }
  }
}
