import Foundation
import GalleryCore
import LikenessCore

/// Labels of faces, such as expression = happy. A doubtful face is no longer doubtful once it is labelled.
public struct GalleryLabels: Sendable {
  let gallery: OpenGallery

  /// Sets labels of faces; nil removes one.
  /// - Returns: the faces with their present labels, and how many of them changed.
  /// - Throws: `GalleryError.unknownFace` and others; nothing is changed then
  @discardableResult
  public func set(
    _ changes: LabelChanges, of faces: [FaceID]
  ) throws -> (faces: [ListedFace], changed: Int) {
    let changed = try gallery.writer().setLabels(
      Dictionary(faces.map { ($0, changes) }) { first, _ in first })
    return (try self.faces(faces), changed.count)
  }

  /// Labels the most prominent face of each photo that is not doubtful, from a table or from file names.
  /// - Parameters:
  ///   - faces: which faces; nil for all of the gallery.
  ///   - source: the table, or the pattern of file names.
  /// - Returns: the faces with labels from the source, and how many of them changed.
  /// - Throws: `LikenessError.noLabels` if the source labels none of them, and as `set(_:of:)`
  @discardableResult
  public func set(
    of faces: [FaceID]? = nil, from source: LabelSource
  ) throws -> (faces: [ListedFace], changed: Int) {
    let store = try gallery.writer()
    let wanted = faces.map { Set($0) }
    var changes: [FaceID: LabelChanges] = [:]
    for face in Self.subjects(of: try store.outlines()) where wanted?.contains(face.id) ?? true {
      let labels = source.labels(of: URL(fileURLWithPath: face.path)) ?? [:]
      if !labels.isEmpty { changes[face.id] = labels.mapValues(Optional.some) }
    }
    guard !changes.isEmpty else { throw LikenessError.noLabels(path: gallery.place.path) }
    let changed = try store.setLabels(changes)
    return (try self.faces(changes.keys.sorted()), changed.count)
  }

  /// Of each photo its most prominent face that is not doubtful; none where that was removed.
  static func subjects(of faces: [FaceOutline]) -> [FaceOutline] {
    Dictionary(grouping: faces, by: \.photo).values.compactMap { own in
      let inOrder = own.sorted { $0.ordinal < $1.ordinal }
      let subject = inOrder.enumerated().first { !$1.isDoubtful }
      return subject.flatMap { place, face in face.ordinal == place ? face : nil }
    }
  }

  /// Faces with their labels, in the order of their ids.
  /// - Throws: `GalleryError`
  public func faces(_ faces: [FaceID]) throws -> [ListedFace] {
    let faces = Set(faces)
    return try FaceRecords(gallery: gallery).list().filter { faces.contains($0.face) }
  }

  /// Every label that is kept, and how many faces have it.
  /// - Throws: `GalleryError`
  public func counts() throws -> [LabelCount] {
    try gallery.reader().labelCounts()
  }

  /// Sets labels of one face: values by key, nil to remove one.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func set(_ changes: LabelChanges, ofFace face: FaceID) throws {
    let store = try gallery.writer()
    try gallery.requireFace(face, in: store)
    try store.setLabels([face: changes])
  }
}
