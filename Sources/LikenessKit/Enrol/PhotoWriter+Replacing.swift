import GalleryCore
import LikenessCore

extension PhotoWriter {
  /// What was found in a file.
  struct FileContent {
    var digest: String
    /// The file as it was then.
    var file: PhotoFile
  }

  /// What became of the photos that a file held before its content changed.
  struct Replacement {
    /// How many there were.
    var photos = 0
    /// The names of their faces that the new photo does not show.
    var lostNames: [String] = []
    /// How many of their faces without a name were drawn by the user and are not on the new photo.
    var lostDrawn = 0
  }

  /// Adds a face that the user drew on a former photo to the present one, or returns nil where it is not there.
  typealias Redrawing = (
    _ face: StoredFace, _ former: StoredPhoto, _ current: StoredPhoto, _ store: any FaceStore
  ) throws -> FaceID?

  /// The files that held other photos before than were found in them, by their paths.
  /// - Throws: `GalleryError`
  func filesWithFormer(in contents: [String: FileContent]) throws -> [String] {
    var found: Set<String> = []
    let paths = contents.keys.sorted()
    for start in stride(from: 0, to: paths.count, by: 256) {
      let some = Array(paths[start..<min(paths.count, start + 256)])
      found.formUnion(
        try store.photos(paths: some).filter { isFormer($0, contents[$0.path]) }.map(\.path))
    }
    return found.sorted()
  }

  private func isFormer(_ photo: StoredPhoto, _ content: FileContent?) -> Bool {
    photo.digest != content?.digest && !photo.isKept && photo.title == nil
  }

  /// Removes the photos that were in a file before what is in it now. Their faces that the new photo shows as well hand their
  /// names, labels and people on.
  /// - Parameters:
  ///   - content: the photo that was found in the file.
  ///   - redraw: for faces that the user drew, which no detector finds on the new photo either.
  /// - Returns: nil where the gallery has not got that, or the file holds something else by now, which another process may
  ///   have added.
  /// - Throws: `GalleryError`, and what `redraw` throws
  func replaceFormer(
    in path: String, by content: FileContent, _ verification: Verification, redraw: Redrawing
  ) throws -> Replacement? {
    let former = try store.photos(paths: [path]).filter { isFormer($0, content) }
    guard !former.isEmpty, let current = try store.photo(digest: content.digest),
      PhotoFile(onDisk: path).map({ $0 == content.file }) ?? true
    else { return nil }
    return try replace(former, by: current, verification, redraw)
  }

  private func replace(
    _ former: [StoredPhoto], by current: StoredPhoto, _ verification: Verification,
    _ redraw: Redrawing
  ) throws -> Replacement {
    var replacement = Replacement()
    let faces = try store.faces(ids: try store.faces(inPhoto: current.id).map(\.id))
    for old in former {
      let oldFaces = try store.faces(inPhoto: old.id)
      let pairs = Self.pairs(
        try store.faces(ids: oldFaces.map(\.id)), faces, verification)
      for face in oldFaces {
        if let heir = try pairs[face.id]
          ?? (face.isDrawn ? redraw(face, old, current, store) : nil)
        {
          try handOn(face, to: heir)
        } else if let name = face.name {
          replacement.lostNames.append(name)
        } else if face.isDrawn {
          replacement.lostDrawn += 1
        }
      }
      try store.remove(photo: old.id)
      replacement.photos += 1
    }
    return replacement
  }

  /// Which faces show the same person, each at most once, the nearest first.
  private static func pairs(
    _ old: [(StoredFace, Embedding)], _ new: [(StoredFace, Embedding)],
    _ verification: Verification
  ) -> [FaceID: FaceID] {
    var candidates: [(distance: Float, old: FaceID, new: FaceID)] = []
    for (face, embedding) in old {
      for (heir, other) in new where embedding.count == other.count {
        let distance = verification.metric.distance(embedding, other)
        if verification.probability(at: distance) > 0.5 {
          candidates.append((distance, face.id, heir.id))
        }
      }
    }
    var (pairs, taken) = ([FaceID: FaceID](), Set<FaceID>())
    for candidate in candidates.sorted(by: { $0.distance < $1.distance })
    where pairs[candidate.old] == nil && taken.insert(candidate.new).inserted {
      pairs[candidate.old] = candidate.new
    }
    return pairs
  }

  private func handOn(_ face: StoredFace, to heir: FaceID) throws {
    let known = try store.labels(face: heir)
    let labels = try store.labels(face: face.id).filter { known[$0.key] == nil }
    if !labels.isEmpty { try store.setLabels([heir: labels.mapValues { Optional($0) }]) }
    try store.handOnPerson(of: face.id, to: heir)
    if let name = face.name, try store.face(id: heir)?.name == nil {
      // Earlier versions kept names that are refused now.
      try store.setName(GalleryCore.GalleryNames.cleaned(name), face: heir)
    }
  }
}
