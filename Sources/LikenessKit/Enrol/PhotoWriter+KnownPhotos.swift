import GalleryCore

extension PhotoWriter {
  /// What became of what was said about a photo that the gallery has already.
  struct Annotation {
    /// Whether its face got the name.
    var isNamed = false
    /// Whether labels of its face changed.
    var isLabelled = false
    /// The other name that its face has; the one that was said was not given.
    var keptName: String?
  }

  /// Notes when photos were taken that the gallery has already and of which it was not read before.
  /// - Returns: of how many it is known now.
  /// - Throws: `GalleryError`
  func noteTimes(of photos: [PreparedPhoto]) throws -> Int {
    let known = photos.filter(\.isKnown).map { ($0.photo.digest, $0.photo.taken) }
    return known.isEmpty ? 0 : try store.note(taken: Dictionary(known) { first, _ in first })
  }

  /// Gives faces of a photo that the gallery has already the names of the regions that they lie in, where that was asked for.
  /// - Returns: nil where nothing is said of anybody.
  /// - Throws: `GalleryError`
  func annotateRegions(_ photo: PreparedPhoto) throws -> RegionNaming.Outcome? {
    guard let regions = photo.regions, let stored = try store.photo(digest: photo.photo.digest)
    else { return nil }
    return try RegionNaming(store: store).apply(regions, to: stored)
  }

  /// Gives the most prominent face of a photo that the gallery has already the name and labels that it was added with. A face
  /// that goes by another name keeps it.
  /// - Throws: `GalleryError`
  func annotate(_ photo: PreparedPhoto) throws -> Annotation {
    var annotation = Annotation()
    let subject = photo.subject
    guard subject.concernsKnownPhotos, let stored = try store.photo(digest: photo.photo.digest),
      let face = try store.faces(inPhoto: stored.id).first(where: { !$0.quality.isDoubtful })
    else { return annotation }
    if subject.isNameStated, let name = subject.name?.precomposedStringWithCanonicalMapping {
      if face.name == nil {
        try store.setName(name, face: face.id)
        annotation.isNamed = true
      } else if face.name != name {
        annotation.keptName = face.name
      }
    }
    if !subject.labels.isEmpty {
      let labels = subject.labels.mapValues { Optional($0) }
      annotation.isLabelled = try !store.setLabels([face.id: labels]).isEmpty
    }
    return annotation
  }
}
