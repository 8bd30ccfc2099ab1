import GalleryCore
import LikenessCore

extension PhotoWriter {
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

  /// Removes the photos that were in files before what is in them now. Their faces that the new photo shows as well hand their
  /// names, labels and people on.
  /// - Parameters:
  ///   - digests: of the photos that are in the files now, which the gallery has, by the files' paths.
  ///   - redraw: for faces that the user drew, which no detector finds on the new photo either.
  /// - Throws: `GalleryError`, and what `redraw` throws
  func replaceFormer(
    in digests: [String: String], _ verification: Verification, redraw: Redrawing
  ) throws -> [String: Replacement] {
    var replacements: [String: Replacement] = [:]
    let paths = digests.keys.sorted()
    for start in stride(from: 0, to: paths.count, by: 256) {
      let some = Array(paths[start..<min(paths.count, start + 256)])
      let former = try store.photos(paths: some)
        .filter { $0.digest != digests[$0.path] && !$0.isKept && $0.title == nil }
      for (path, photos) in Dictionary(grouping: former, by: \.path) {
        guard let digest = digests[path], let current = try store.photo(digest: digest) else {
          continue
        }
        replacements[path] = try replace(photos, by: current, verification, redraw)
      }
    }
    return replacements
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
      try store.setName(name, face: heir)
    }
  }
}
