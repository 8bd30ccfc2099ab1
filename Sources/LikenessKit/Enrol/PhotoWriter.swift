import Foundation
import GalleryCore

/// Puts prepared photos into a gallery.
struct PhotoWriter {
  let store: any FaceStore
  /// Whose embeddings the photos have.
  let model: EmbeddingModel
  /// Whether a photo that the gallery has already is from now on where it was found last. Else it has to be there still.
  let updatesPaths: Bool
  /// Whether the gallery may have been given another model since the photos were prepared, as one that a server keeps
  /// open.
  let expectsModelChange: Bool

  /// Adds photos, all or none of them.
  /// - Returns: for each whether it is new.
  /// - Throws: `GalleryError`, `LikenessError.notWritable`, `EnrolmentError`; nothing is kept then.
  func write(_ photos: [PreparedPhoto]) throws -> [Bool] {
    guard photos.allSatisfy({ $0.isKnown || $0.model == model }) else {
      throw EnrolmentError.modelChanged
    }
    let rows = updatesPaths ? photos : photos.filter { !$0.isKnown }
    if !updatesPaths {
      for photo in photos where photo.isKnown { _ = try stored(photo) }
    }
    // Before the rows: a row without its photo would be half a photo, a file without its row is swept away.
    let kept = try keepOriginals(of: rows)
    do {
      var isNew = try store.add(
        rows.map(\.photo), model: model.name, modelFile: model.file, updatesPaths: updatesPaths)[
          ...]
      return photos.map { photo in photo.isKnown && !updatesPaths ? false : isNew.removeFirst() }
    } catch {
      for file in kept { unlink(file.path) }
      if expectsModelChange, case GalleryError.modelMismatch = error,
        try store.embeddingModel() != model
      {
        throw EnrolmentError.modelChanged
      }
      throw error
    }
  }

  /// A photo as it is in the gallery.
  /// - Throws: `EnrolmentError.removedMeanwhile`
  func stored(_ photo: PreparedPhoto) throws -> StoredPhoto {
    guard let stored = try store.photo(digest: photo.photo.digest) else {
      throw EnrolmentError.removedMeanwhile
    }
    return stored
  }

  /// Those of some photos that the gallery had when they were looked at, and has no longer.
  func gone(of photos: [PreparedPhoto]) throws -> [PreparedPhoto] {
    let known = photos.filter(\.isKnown)
    guard !known.isEmpty else { return [] }
    let there = try store.photos(digests: known.map(\.photo.digest))
    return known.filter { there[$0.photo.digest] == nil }
  }

  /// - Returns: the files that were written.
  private func keepOriginals(of photos: [PreparedPhoto]) throws -> [URL] {
    var written: [URL] = []
    for photo in photos {
      guard let original = photo.original, try store.photo(digest: photo.photo.digest) == nil
      else { continue }
      let file = original.keptPhotos.file(photo.photo.file.path)
      try original.keptPhotos.keep(original.data, at: file)
      written.append(file)
    }
    return written
  }
}
