import Foundation
import GalleryCore
import LikenessCore

/// A gallery on its way to a file: some faces at a time, in the order of their ids.
struct FaceExport {
  /// How many faces are in memory at a time.
  private static let pageSize = 1_000

  private let store: any FaceStore
  private let format: EmbeddingFormat
  private let components: (faces: [FaceID], values: EmbeddingMatrix)?

  /// - Throws: `GalleryError`, and `ProjectionError` where there are no such components
  init(
    of store: any FaceStore, as format: EmbeddingFormat, _ components: ComponentOptions?
  ) throws {
    (self.store, self.format) = (store, format)
    if let components {
      let faces = try store.embeddings()
      let values = try faces.embeddings.components(components)
      self.components = (faces.faces, values)
    } else {
      self.components = nil
    }
  }

  /// - Throws: `GalleryError`, `EncodingError`, and what `write` throws
  func write(to write: (Data) throws -> Void) throws {
    if format.hasRecords {
      try writeRecords(to: write)
    } else {
      try writeNumbers(to: write)
    }
  }

  private func writeRecords(to write: (Data) throws -> Void) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try format.write(EmbeddingTable(count: 0, dimensions: 0), to: write) { row in
      try eachFace { face in
        try row(EmbeddingRow(values: [], record: try encoder.encode(face)))
      }
    }
  }

  /// A row of numbers each: who has none is in no table of them.
  private func writeNumbers(to write: (Data) throws -> Void) throws {
    let others = try store.unembeddedFaces().keys.sorted()
    let embedded = try components?.faces.count ?? store.faceCount() - others.count
    let dimensions = try components?.values.dimensions ?? store.state().dimensions ?? 1
    let keys = try labelKeys(without: others)
    let header =
      ["face", "name", "photo", "x", "y", "width", "height", "score", "confidence", "quality"]
      + keys.map { "label:\($0)" }
    let columns = (0..<dimensions).map { components == nil ? "e\($0)" : "pc\($0 + 1)" }
    let table = EmbeddingTable(
      count: embedded, dimensions: dimensions, columns: header + columns)
    try format.write(table, to: write) { row in
      var count = 0
      try eachFace { face in
        guard let values = face.components ?? face.embedding else { return }
        let labels =
          [
            "\(face.face)", face.name ?? "", face.photo, "\(face.box.x)", "\(face.box.y)",
            "\(face.box.width)", "\(face.box.height)", "\(face.score)",
            face.confidence.map { "\($0)" } ?? "", "\(face.quality)",
          ] + keys.map { face.labels[$0] ?? "" }
        try row(EmbeddingRow(labels: labels, values: values))
        count += 1
      }
      // The head has said how many there are.
      guard count == embedded else { throw GalleryError.inUse(path: store.path, pid: nil) }
    }
  }

  /// The keys of the labels of faces that have an embedding, in order.
  /// - Parameter others: those that have none.
  private func labelKeys(without others: [FaceID]) throws -> [String] {
    var faces: [String: Int] = [:]
    for label in try store.labelCounts() { faces[label.key, default: 0] += label.faces }
    if !faces.isEmpty, !others.isEmpty {
      for face in try store.entries(of: others) {
        for key in face.labels.keys { faces[key, default: 0] -= 1 }
      }
    }
    return faces.filter { $0.value > 0 }.keys.sorted()
  }

  /// - Parameter body: is given all faces, with their embeddings or their components.
  private func eachFace(_ body: (ListedFace) throws -> Void) throws {
    var last = FaceID.beforeFirst
    var row = 0
    while true {
      let ids = try store.faces(after: last, limit: Self.pageSize)
      guard let end = ids.last else { return }
      for (face, photo, embedding) in try faces(ids) {
        var components: [Float]?
        if embedding != nil, let all = self.components {
          guard row < all.faces.count, all.faces[row] == face.face.id else {
            throw GalleryError.inUse(path: store.path, pid: nil)
          }
          components = all.values[row].values
          row += 1
        }
        try body(
          ListedFace(
            face.face, photo: photo, labels: face.labels, isHidden: face.isHidden,
            isEmbedded: embedding != nil,
            embedding: self.components == nil ? embedding?.values : nil, components: components))
      }
      last = end
    }
  }

  /// Some faces, those without an embedding among them.
  private func faces(
    _ ids: [FaceID]
  ) throws -> [(face: FaceEntry, photo: String?, embedding: Embedding?)] {
    var found: [FaceID: (face: FaceEntry, photo: String?, embedding: Embedding?)] = [:]
    for (face, embedding, photo) in try store.answers(of: ids) {
      found[face.face.id] = (face, photo.path, embedding)
    }
    for face in try store.entries(of: ids.filter { found[$0] == nil }) {
      found[face.face.id] = (face, try store.photo(id: face.face.photo)?.path, nil)
    }
    return ids.compactMap { found[$0] }
  }
}
