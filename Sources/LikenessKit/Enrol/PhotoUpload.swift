import Crypto
import Faces
import Foundation
import GalleryCore
import LikenessCore

/// A photo that comes without a file, such as from a browser.
public struct PhotoUpload: Sendable {
  /// The bytes of an image file.
  public var data: Data
  /// The title that users know it by; never part of a path.
  public var title: String
  /// The name of the most prominent face that is not doubtful.
  public var name: String?
  /// What else is said about it: values by key.
  public var labels: [String: String]

  /// An image file's bytes with what is said about them.
  public init(data: Data, title: String, name: String? = nil, labels: [String: String] = [:]) {
    (self.data, self.title, self.name, self.labels) = (data, title, name, labels)
  }
}

/// An analysed photo, ready to be added.
public struct PreparedPhoto: Sendable {
  let photo: NewPhoto
  let data: Data
  let format: PhotoFormat
  /// Whether its content is in the gallery already, so that no detection was run.
  public let isKnown: Bool
  /// Of the embeddings of its faces; nil where no detection was run.
  let model: EmbeddingModel?
  /// How many faces were found that are not doubtful.
  public var faces: Int { photo.faces.count - doubtful }
  /// How many detections are likely not faces.
  public var doubtful: Int { photo.faces.count { $0.quality.isDoubtful } }

  /// The same photo without doubtful detections and those of a lower score.
  public func keepingFaces(ofScore score: Float) -> PreparedPhoto {
    var kept = photo
    kept.faces.removeAll { $0.score < score || $0.quality.isDoubtful }
    return PreparedPhoto(
      photo: kept, data: data, format: format, isKnown: isKnown, model: model)
  }
}

/// The outcome of adding a photo.
public struct AddedPhoto: Sendable {
  /// Its id in the gallery.
  public let photo: PhotoID
  /// False where its content was there already.
  public let isNew: Bool
  /// The ids of its faces, the most prominent first.
  public let faces: [FaceID]
}

/// Why an analysed photo was not added.
public enum PhotoUploadError: Error, Sendable {
  /// It was in the gallery when it was prepared and has been removed since: prepare it again.
  case wentMeanwhile
  /// The gallery was given another model since: prepare the photo again.
  case modelChanged
}

/// What a gallery keeps of photos that come without a file.
public enum PhotoKeeping: Sendable {
  /// The photo itself, in the gallery's folder.
  case photo
  /// Embeddings and positions of the faces, without any picture.
  case embeddings
}

extension Likeness {
  /// Finds and embeds the faces of a photo to be added, unless the gallery has it already. May be called from any number
  /// of threads at once.
  /// - Throws: `PhotoError`, `InferenceError`, `ModelError`, `GalleryError`
  public func prepare(
    _ upload: PhotoUpload, keeping: PhotoKeeping = .photo, limits: PhotoLimits = .default
  ) throws -> PreparedPhoto {
    guard let format = PhotoFormat.sniff(upload.data) else {
      // Says what it is instead.
      _ = try Photo.decode(upload.data, limits: limits, path: upload.title)
      throw PhotoError.notAnImage(path: upload.title)
    }
    let digest = SHA256.hash(data: upload.data).hexadecimal
    let path =
      keeping == .photo && keepsFiles
      ? KeptPhotos(gallery: gallery).path(digest: digest, format: format) : "upload:\(digest)"
    let file = PhotoFile(
      path: path, bytes: upload.data.count, modified: Date().timeIntervalSince1970)
    if try existingPhoto(digest) != nil {
      return PreparedPhoto(
        photo: NewPhoto(digest: digest, file: file, width: 0, height: 0, turned: 0, faces: []),
        data: upload.data, format: format, isKnown: true, model: nil)
    }
    let photo = try Photo.decode(upload.data, limits: limits, path: upload.title)
    let model = EmbeddingModel(try engine())
    let found = try analyze(photo)
    let new = NewPhoto(
      digest: digest, file: file, width: found.width, height: found.height, turned: found.turned,
      detector: options.detector.rawValue, title: upload.title,
      faces: try [NewFace](found, name: upload.name, labels: upload.labels).map { face in
        var face = face
        if keeping == .embeddings { face.thumbnail = Data() }
        return face
      })
    // Where the gallery became one of another model in between, the photo is of none, and looked at again.
    return PreparedPhoto(
      photo: new, data: upload.data, format: format, isKnown: false,
      model: found.model == model.name ? model : nil)
  }

  /// Whether photos lie in the gallery's folder: of one that many machines share, their small pictures are kept only.
  private var keepsFiles: Bool { !place.isServer }

  private func existingPhoto(_ digest: String) throws -> StoredPhoto? {
    do {
      return try reader().photo(digest: digest)
    } catch GalleryError.missing {
      return nil
    }
  }

  /// Adds prepared photos, all or none of them.
  /// - Throws: `GalleryError`, `LikenessError.notWritable`, `PhotoUploadError`; nothing is kept then.
  public func add(
    _ photos: [PreparedPhoto], keeping: PhotoKeeping = .photo
  ) throws -> [AddedPhoto] {
    // No gallery is made where the networks cannot be loaded.
    _ = try engine()
    let store = try writer(create: true)
    let model = EmbeddingModel(try engine())
    guard photos.allSatisfy({ $0.isKnown || $0.model == model }) else {
      throw PhotoUploadError.modelChanged
    }
    for photo in photos where photo.isKnown {
      guard try store.photo(digest: photo.photo.digest) != nil else {
        throw PhotoUploadError.wentMeanwhile
      }
    }
    // Before the rows: a row without its photo would be half a photo, a file without its row is swept away.
    var written: [URL] = []
    if keeping == .photo, keepsFiles {
      let kept = KeptPhotos(gallery: gallery)
      for photo in photos where !photo.isKnown {
        if try store.photo(digest: photo.photo.digest) != nil { continue }
        let file = kept.file(photo.photo.file.path)
        try kept.keep(photo.data, at: file)
        written.append(file)
      }
    }
    let new = photos.filter { !$0.isKnown }.map(\.photo)
    var isNew: [Bool]
    do {
      isNew = try store.add(
        new, model: model.name, modelFile: model.file, updatesPaths: false)
    } catch {
      for file in written { unlink(file.path) }
      // Of a server's gallery it shows here only.
      if isKeptOpen, case GalleryError.modelMismatch = error, try store.embeddingModel() != model {
        throw PhotoUploadError.modelChanged
      }
      throw error
    }
    return try photos.map { photo in
      let wasAdded = photo.isKnown ? false : isNew.removeFirst()
      // The lock is ours: no other process removes it.
      guard let stored = try store.photo(digest: photo.photo.digest) else {
        throw PhotoUploadError.wentMeanwhile
      }
      return AddedPhoto(
        photo: stored.id, isNew: wasAdded, faces: try store.faces(inPhoto: stored.id).map(\.id))
    }
  }

  /// Makes an empty gallery where there is none, and completes what a killed process left half
  /// done.
  /// - Throws: `GalleryError`
  public func recover() throws {
    let store = try writer(create: true)
    guard keepsFiles else { return }
    // No other process may add the photo whose file is about to be deleted.
    try withExtendedLifetime(store) {
      KeptPhotos(gallery: gallery).sweep(keeping: try store.photos())
    }
  }

  /// A photo of the gallery, from its file.
  /// - Throws: `LikenessError.unknownPhoto`, `PhotoError`, `GalleryError`
  public func photo(_ id: PhotoID, limits: PhotoLimits = .default) throws -> Photo {
    guard let stored = try reader().photo(id: id) else {
      throw LikenessError.unknownPhoto("\(id)", candidates: [])
    }
    // Errors are to call it as people do, not by where it lies.
    let data = try Photo.read(contentsOf: URL(fileURLWithPath: stored.path), limits: limits)
    return try Photo.decode(data, limits: limits, path: stored.name)
  }
}

extension EmbeddingModel {
  /// As a gallery keeps it.
  init(_ engine: FaceEngine) {
    self.init(name: engine.embeddingModel.name, file: engine.embeddingFile)
  }
}
