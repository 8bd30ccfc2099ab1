import Foundation
import GalleryCore
import LikenessCore

/// Labels of faces, such as expression = happy. A doubtful face is no longer doubtful once it is labelled. The label `person`
/// is the name that a face goes by.
public struct GalleryLabels: Sendable {
  let gallery: OpenGallery
  let names: GalleryNames

  /// Sets labels of faces; nil removes one.
  /// - Returns: the faces with their present labels, and how many of them changed.
  /// - Throws: `GalleryError.unknownFace` and others; nothing is changed then
  @discardableResult
  public func set(
    _ changes: LabelChanges, of faces: [FaceID]
  ) throws -> (faces: [ListedFace], changed: Int) {
    let changed = try set(Dictionary(faces.map { ($0, changes) }) { first, _ in first })
    return (try self.faces(faces), changed.count)
  }

  /// - Returns: the faces that changed.
  @discardableResult
  private func set(_ changes: [FaceID: LabelChanges]) throws -> Set<FaceID> {
    var (labels, names) = (changes, [FaceID: String?]())
    for (face, changes) in changes {
      guard let name = changes[LabelSource.person] else { continue }
      names[face] = name
      // What earlier versions kept beside the name goes.
      labels[face]?[LabelSource.person] = .some(nil)
    }
    // First what is wrong with any of them.
    for name in names.values.compactMap({ $0 }) {
      _ = try GalleryCore.GalleryNames.usable(name, gallery.place.path)
    }
    let labelled = try gallery.writer().setLabels(labels)
    return try self.names.assign(names).union(labelled)
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
    let wanted = faces.map { Set($0) }
    var changes: [FaceID: LabelChanges] = [:]
    for face in Self.subjects(of: try gallery.reader().outlines())
    where wanted?.contains(face.id) ?? true {
      let labels = source.labels(of: URL(fileURLWithPath: face.path)) ?? [:]
      if !labels.isEmpty { changes[face.id] = labels.mapValues(Optional.some) }
    }
    guard !changes.isEmpty else { throw LikenessError.noLabels(path: gallery.place.path) }
    let changed = try set(changes)
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

  /// Every label that is kept, and how many faces have it; names are not among them.
  /// - Throws: `GalleryError`
  public func counts() throws -> [LabelCount] {
    try gallery.reader().labelCounts().filter { $0.key != LabelSource.person }
  }

  /// Sets labels of one face: values by key, nil to remove one.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func set(_ changes: LabelChanges, ofFace face: FaceID) throws {
    try gallery.requireFace(face, in: gallery.reader())
    try set([face: changes])
  }
}
