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
  }

  /// Removes the photos that were in files before what is in them now. Their faces that the new photo shows as well hand their
  /// names, labels and people on.
  /// - Parameter contents: the photos that were found in the files, which the gallery has, by the files' paths.
  /// - Throws: `GalleryError`
  func replaceFormer(
    in contents: [String: FileContent], _ verification: Verification
  ) throws -> [String: Replacement] {
    var replacements: [String: Replacement] = [:]
    let paths = contents.keys.sorted()
    for start in stride(from: 0, to: paths.count, by: 256) {
      let some = Array(paths[start..<min(paths.count, start + 256)])
      let former = try store.photos(paths: some)
        .filter { $0.digest != contents[$0.path]?.digest && !$0.isKept && $0.title == nil }
      for (path, photos) in Dictionary(grouping: former, by: \.path) {
        guard let looked = contents[path], let current = try store.photo(digest: looked.digest),
          // Where the file has changed again, another process may have added what is in it now.
          PhotoFile(onDisk: path).map({ $0 == looked.file }) ?? true
        else { continue }
        replacements[path] = try replace(photos, by: current, verification)
      }
    }
    return replacements
  }

  private func replace(
    _ former: [StoredPhoto], by current: StoredPhoto, _ verification: Verification
  ) throws -> Replacement {
    var replacement = Replacement()
    let faces = try store.faces(ids: try store.faces(inPhoto: current.id).map(\.id))
    for old in former {
      let oldFaces = try store.faces(inPhoto: old.id)
      let pairs = Self.pairs(
        try store.faces(ids: oldFaces.map(\.id)), faces, verification)
      for face in oldFaces {
        if let heir = pairs[face.id] {
          try handOn(face, to: heir)
        } else if let name = face.name {
          replacement.lostNames.append(name)
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
      try store.setName(name, face: heir)
    }
  }
}
