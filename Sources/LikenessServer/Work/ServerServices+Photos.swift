import Foundation
import LikenessKit

extension ServerServices {
  var photoLimits: PhotoLimits {
    PhotoLimits(
      maximumPixels: configuration.maximumPixels, maximumBytes: configuration.uploadBytes,
      longestSide: configuration.longestSide)
  }

  /// Faces of a photo, on the threads that look at photos.
  /// - Throws: `PhotoError` and others
  func faces(on data: Data, title: String = "the photo") async throws -> PhotoFaces {
    let (likeness, limits) = (likeness, photoLimits)
    let found = try await photos.run {
      try likeness.analyze(try Photo.decode(data, limits: limits, path: title))
    }
    metrics.count(photos: 1, faces: found.faces.count)
    return found
  }

  /// Finds the faces of a photo and keeps them, each on its own threads.
  /// - Parameter check: a look at what was found in between.
  func add(
    _ upload: PhotoUpload,
    _ check: @escaping @Sendable (PreparedPhoto) throws -> PreparedPhoto = { $0 }
  ) async throws -> AddedPhoto {
    let (likeness, keeping, limits) = (likeness, keeping, photoLimits)
    while true {
      let prepared = try await photos.run {
        try check(try likeness.prepare(upload, keeping: keeping, limits: limits))
      }
      do {
        return try await add(prepared)
      } catch is PhotoUploadError {
        // Somebody removed the very photo just now, or gave the gallery another model: it is looked at as a new one.
        continue
      }
    }
  }

  private var keeping: PhotoKeeping { configuration.storesPhotos ? .photo : .embeddings }

  private func add(_ prepared: PreparedPhoto) async throws -> AddedPhoto {
    let (likeness, keeping) = (likeness, keeping)
    metrics.count(photos: 1, faces: prepared.faces)
    let added = try await changes.run { try likeness.add([prepared], keeping: keeping) }
    guard let first = added.first else { throw ServerError.stopping }
    return first
  }
}
