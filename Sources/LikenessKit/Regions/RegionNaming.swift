import Foundation
import GalleryCore
import LikenessCore
import PhotoMetadata

/// Gives faces of a gallery the names that regions in files say, where they go by none.
struct RegionNaming {
  let store: any FaceStore
  /// Whether nothing is to be changed.
  var isDryRun = false

  /// What became of the names that are said of a photo.
  struct Outcome {
    /// How many faces got a name.
    var named = 0
    /// The names that faces go by, and the other ones that the file says, which were not given.
    var kept: [(name: String, said: String)] = []
    /// Names of people who are on the photo somewhere.
    var candidates: [String] = []
    /// Whether these are others than were known.
    var hasNewCandidates = false
    /// Whether the photo was cropped since its regions were written.
    var isCropped = false
  }

  /// - Throws: `GalleryError`
  func apply(_ reading: RegionReading, to photo: StoredPhoto) throws -> Outcome {
    var outcome = Outcome()
    var faces = try store.faces(inPhoto: photo.id)
    let naming = try reading.naming(
      of: faces.map(\.geometry.box), width: photo.width, height: photo.height,
      known: { try store.names(writtenAs: $0) })
    outcome.isCropped = naming.isCropped
    for (place, name) in naming.names.sorted(by: { $0.key < $1.key }) {
      if let known = faces[place].name {
        if known != name { outcome.kept.append((known, name)) }
        continue
      }
      if !isDryRun { try store.setName(name, face: faces[place].id) }
      outcome.named += 1
    }
    if !isDryRun, outcome.named > 0 { faces = try store.faces(inPhoto: photo.id) }
    let shown = Set(faces.compactMap(\.name)).union(naming.names.values)
    outcome.candidates = naming.candidates.filter { !shown.contains($0) }
    let former = try store.candidates(ofPhotos: [photo.id])[photo.id] ?? []
    outcome.hasNewCandidates = former != outcome.candidates
    if outcome.hasNewCandidates, !isDryRun {
      try store.note(candidates: [photo.digest: outcome.candidates])
    }
    return outcome
  }
}
