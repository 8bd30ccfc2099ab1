import Foundation
import GalleryCore
import LikenessCore

/// Labels of faces, such as expression = happy. A face is referred to by its number, `#12`, or by `PHOTO#2` for the
/// second of a photo; several by a name, a photo with one face, a folder, or a pattern of paths with `*` or `?`.
/// Doubtful faces can be referred to by number or place in the photo only, and are no longer doubtful once labelled.
extension Likeness {
  /// Sets labels of faces; nil removes one.
  /// - Returns: the faces referred to, with their present labels, and how many of them changed.
  /// - Throws: `LikenessError`, `GalleryError`; nothing is changed then
  @discardableResult
  public func label(
    _ targets: [String], _ changes: LabelChanges
  ) throws -> (faces: [ListedFace], changed: Int) {
    let store = try writer()
    let ids = try faces(meant: targets, store)
    let changed = try store.setLabels(
      Dictionary(uniqueKeysWithValues: ids.map { ($0, changes) }))
    return (try listed(ids), changed.count)
  }

  /// Labels the most prominent face of each photo that is not doubtful, from a table or from file names.
  /// - Parameters:
  ///   - targets: which faces; all of the gallery if empty.
  ///   - source: the table, or the pattern of file names.
  /// - Returns: the faces with labels from the source, and how many of them changed.
  /// - Throws: `LikenessError.noLabels` if the source labels none of them, and as `label`
  @discardableResult
  public func label(
    _ targets: [String] = [], from source: LabelSource
  ) throws -> (faces: [ListedFace], changed: Int) {
    let store = try writer()
    let wanted = targets.isEmpty ? nil : Set(try faces(meant: targets, store))
    var changes: [FaceID: LabelChanges] = [:]
    for face in Self.subjects(of: try store.outlines()) where wanted?.contains(face.id) ?? true {
      let labels = source.labels(of: URL(fileURLWithPath: face.path)) ?? [:]
      if !labels.isEmpty { changes[face.id] = labels.mapValues(Optional.some) }
    }
    guard !changes.isEmpty else { throw LikenessError.noLabels(path: place.path) }
    let changed = try store.setLabels(changes)
    return (try listed(changes.keys.sorted()), changed.count)
  }

  /// Of each photo its most prominent face that is not doubtful; none where that was removed.
  static func subjects(of faces: [FaceOutline]) -> [FaceOutline] {
    Dictionary(grouping: faces, by: \.photo).values.compactMap { own in
      let inOrder = own.sorted { $0.ordinal < $1.ordinal }
      let subject = inOrder.enumerated().first { !$1.isDoubtful }
      return subject.flatMap { place, face in face.ordinal == place ? face : nil }
    }
  }

  /// Faces with their labels.
  /// - Throws: `LikenessError`, `GalleryError`
  public func labelled(_ targets: [String]) throws -> [ListedFace] {
    try listed(try faces(meant: targets, reader()))
  }

  /// Every label that is kept, and how many faces have it.
  /// - Throws: `GalleryError`
  public func labelCounts() throws -> [LabelCount] {
    try reader().labelCounts()
  }

  private func listed(_ ids: [FaceID]) throws -> [ListedFace] {
    let ids = Set(ids)
    return try faceList().filter { ids.contains($0.face) }
  }

  /// The faces that texts mean, each once, in the order of the texts.
  private func faces(meant targets: [String], _ store: any FaceStore) throws -> [FaceID] {
    let outlines = try store.outlines()
    // The name that the user gave counts more than the one that a face was added by.
    let given = try store.givenNames(of: outlines.map(\.id))
    var names: [String: [FaceID]] = [:]
    for face in outlines {
      if let name = given[face.id] ?? face.name { names[name, default: []].append(face.id) }
    }
    var seen: Set<FaceID> = []
    return try targets.flatMap { try faces(meant: $0, outlines, names, store) }
      .filter { seen.insert($0).inserted }
  }

  private func faces(
    meant text: String, _ outlines: [FaceOutline], _ names: [String: [FaceID]],
    _ store: any FaceStore
  ) throws -> [FaceID] {
    let lookup = NameLookup(text, among: names.keys.sorted())
    func named(_ name: String) -> [FaceID] { names[name] ?? [] }
    if case .found(let name) = lookup, name == text.precomposedStringWithCanonicalMapping {
      return named(name)
    }
    do {
      let found = try self.faces(writtenAs: text, store)
      guard found.count == 1 else {
        throw LikenessError.severalFaces(path: text, count: found.count)
      }
      return [found[0].id]
    } catch LikenessError.unknownPhoto(_, candidates: []) {
      // Perhaps several photos are meant, or a name that is spelt otherwise.
    }
    let several = outlines.filter { !$0.isDoubtful && Self.path($0.path, isMeantBy: text) }
    if !several.isEmpty { return several.map(\.id) }
    switch lookup {
    case .found(let name): return named(name)
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown(let near):
      let suffix = URL(fileURLWithPath: text).pathExtension.lowercased()
      if text.contains("/") || PhotoFormat.extensions.contains(suffix) {
        throw LikenessError.unknownPhoto(text, candidates: [])
      }
      throw LikenessError.unknownName(text, nearSpellings: near)
    }
  }

  /// Whether a photo lies in a folder, or its path or file name fits a pattern of the shell.
  private static func path(_ path: String, isMeantBy text: String) -> Bool {
    let whole = URL(fileURLWithPath: text).standardizedFileURL.path
    guard text.contains(where: { "*?[".contains($0) }) else {
      return path.hasPrefix(whole.hasSuffix("/") ? whole : whole + "/")
    }
    return text.contains("/")
      ? fnmatch(whole, path, 0) == 0
      : fnmatch(text, URL(fileURLWithPath: path).lastPathComponent, 0) == 0
  }
}
