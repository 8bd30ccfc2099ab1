import Foundation
import LikenessKit

extension ServerServices {
  var photoLimits: PhotoLimits {
    PhotoLimits(
      maximumPixels: configuration.maximumPixels, maximumBytes: configuration.uploadBytes,
      maximumMemory: configuration.decodingBytes, maximumSeconds: configuration.decodingSeconds,
      longestSide: configuration.longestSide)
  }

  /// For photos of the gallery, which may have come otherwise than as uploads: they may be larger, and take no more of the
  /// memory and the threads.
  func pictureLimits(longestSide: Int = PhotoLimits.default.longestSide) -> PhotoLimits {
    var limits = PhotoLimits.default
    limits.maximumMemory = configuration.decodingBytes
    limits.maximumSeconds = configuration.decodingSeconds
    limits.longestSide = longestSide
    return limits
  }

  /// Faces of a photo, on the threads that look at photos.
  /// - Throws: `PhotoError` and others
  func faces(
    on data: Data, title: String = "the photo", for client: Client
  ) async throws -> PhotoFaces {
    let (likeness, limits) = (likeness, photoLimits)
    let found = try await photos.run(for: client) {
      try likeness.analyze(try Photo.decode(data, limits: limits, path: title))
    }
    metrics.count(photos: 1, faces: found.faces.count)
    return found
  }

  /// Finds the faces of a photo and keeps them, each on its own threads.
  /// - Parameters:
  ///   - nameSource: whether regions in the photo name its faces.
  ///   - check: a look at what was found in between.
  func add(
    _ upload: PhotoUpload, for client: Client, nameSource: NameSource = .auto,
    _ check: @escaping @Sendable (PreparedPhoto) throws -> PreparedPhoto = { $0 }
  ) async throws -> AddedPhoto {
    var options = enrolment
    options.nameSource = nameSource
    let likeness = likeness
    while true {
      let prepared = try await photos.run(for: client) { [options] in
        try check(try likeness.prepare(upload, options))
      }
      metrics.count(photos: 1, faces: prepared.faces)
      do {
        let added = try await changes.run(for: client) { try likeness.add([prepared]) }
        guard let first = added.first else { throw ServerError.stopping }
        return first
      } catch is EnrolmentError {
        // Somebody removed the very photo just now, or gave the gallery another model: it is looked at as a new one.
        continue
      }
    }
  }

  /// Adds a face that the user drew, looked at and kept each on its own threads.
  func addFace(
    in box: Box, of photo: PhotoID, name: String?, for client: Client
  ) async throws -> FaceEntry {
    let (likeness, limits) = (likeness, photoLimits)
    while true {
      let prepared = try await photos.run(for: client) {
        try likeness.prepareFace(in: box, of: photo, name: name, limits: limits)
      }
      metrics.count(photos: 1, faces: 1)
      do {
        return try await changes.run(for: client) { try likeness.add(prepared) }
      } catch EnrolmentError.modelChanged {
        // Somebody gave the gallery another model: the face is embedded anew.
        continue
      }
    }
  }

  private var enrolment: EnrolmentOptions {
    var options = EnrolmentOptions()
    options.limits = photoLimits
    options.keeping = configuration.storesPhotos ? .photo : .embeddings
    return options
  }
}
