import Faces
import Foundation
import GalleryCore
import LikenessCore

extension Likeness {
  /// Adds a face that no detector found to a photo of the gallery, in a box that the user drew.
  ///
  /// The detector looks at the box from close by, and sees most such faces. Where it sees none, the landmarks are estimated
  /// (`StoredFace.hasEstimatedLandmarks`): the embedding is less certain then, and the face is doubtful like a detection that
  /// looks as little like a face, unless it is given a name. Otherwise it is a face like any other from then on. It stays
  /// when its photo is added again and when the gallery is given another model.
  /// - Parameters:
  ///   - box: in pixels of the upright photo at full size.
  ///   - photo: its file has to be there still.
  ///   - name: what the face is added by; nil for none.
  ///   - limits: the limits for decoding the photo.
  /// - Throws: `LikenessError.badBox` where half of the box or more lies outside of the photo, or a side is shorter than
  ///   `minimumDrawnSide`; `LikenessError.unknownPhoto`, `.photoUnavailable`; `GalleryError.faceExists` where a face of the photo
  ///   is in that place already, and others; `InferenceError`, `ModelError`
  public func addFace(
    in box: Box, of photo: PhotoID, name: String? = nil, limits: PhotoLimits = .default
  ) throws -> FaceEntry {
    while true {
      let prepared = try prepareFace(in: box, of: photo, name: name, limits: limits)
      do {
        return try add(prepared)
      } catch EnrolmentError.modelChanged {
        continue
      }
    }
  }

  /// A side of a box that is drawn has at least so many pixels: the smallest faces that are detected.
  public static let minimumDrawnSide = 12.0

  /// A face in a box that the user drew, ready to be added.
  public struct PreparedFace: Sendable {
    var face: NewFace
    let photo: PhotoID
    let model: EmbeddingModel
  }

  /// The first half of adding a face that the user drew: looks for it and embeds it. May be called from any number of threads
  /// at once.
  /// - Throws: as `addFace(in:of:name:limits:)`
  public func prepareFace(
    in box: Box, of photo: PhotoID, name: String? = nil, limits: PhotoLimits = .default
  ) throws -> PreparedFace {
    let store = try gallery.reader()
    guard let stored = try store.photo(id: photo) else {
      throw LikenessError.unknownPhoto(photo.reference, candidates: [])
    }
    try Self.check(box, width: stored.width, height: stored.height)
    let name = try name.map { try GalleryCore.GalleryNames.usable($0, gallery.place.path) }
    let others = try store.faces(inPhoto: photo)
    func refuse(_ face: StoredFace) -> GalleryError {
      .faceExists(path: gallery.place.path, face: face.id)
    }
    if let known = others.first(where: { $0.geometry.box.isSamePlace(as: box) }) {
      throw refuse(known)
    }
    let pixels: Photo
    do {
      pixels = try stored.decoded(limits: limits)
    } catch {
      throw LikenessError.photoUnavailable(stored.name, reason: error.reason)
    }
    let (drawn, model) = try networks.face(
      drawnIn: box, of: pixels, turned: stored.turned, besides: others.map(\.geometry.box))
    switch drawn {
    case .known(let place): throw refuse(others[place])
    case .face(let face):
      var new = NewFace(
        face, name: name, labels: [:], thumbnail: try face.chip.photo.jpegData(quality: 85))
      new.isDrawn = true
      // What the user says something of is a face.
      if name != nil { new.quality.confidence = 1 }
      return PreparedFace(face: new, photo: photo, model: model)
    }
  }

  /// The second half of adding a face that the user drew: puts it into the gallery.
  /// - Throws: `GalleryError`, `EnrolmentError.modelChanged`; nothing is kept then.
  public func add(_ face: PreparedFace) throws -> FaceEntry {
    try add(face, to: gallery.writer())
  }

  /// Adds a face that the user drew again to the photo that its file holds now, if that shows the same face in the same
  /// place: a program may have written the file anew.
  /// - Parameter store: the gallery, open for changes.
  /// - Returns: the face on the new photo; nil where it is not there.
  func redraw(
    _ face: StoredFace, of former: StoredPhoto, on photo: StoredPhoto, in store: any FaceStore
  ) throws -> FaceID? {
    guard (former.width, former.height) == (photo.width, photo.height),
      let embedding = try store.embedding(face: face.id)
    else { return nil }
    let verification = networks.verification
    do {
      var prepared = try prepareFace(in: face.geometry.box, of: photo.id)
      let new = prepared.face.embedding
      guard new.count == embedding.count,
        verification.probability(at: verification.metric.distance(new, embedding)) > 0.5
      else { return nil }
      if !face.quality.isDoubtful { prepared.face.quality.confidence = 1 }
      return try add(prepared, to: store).face.id
    } catch is LikenessError {
      return nil
    } catch GalleryError.faceExists {
      return nil
    }
  }

  private func add(_ prepared: PreparedFace, to store: any FaceStore) throws -> FaceEntry {
    let (face, model) = (prepared.face, prepared.model)
    let id: FaceID
    do {
      id = try store.add(
        face, toPhoto: prepared.photo, model: model.name, modelFile: model.file)
    } catch GalleryError.unknownPhoto(_, let photo) {
      throw LikenessError.unknownPhoto(photo.reference, candidates: [])
    } catch {
      if gallery.isKeptOpen, case .modelMismatch = error, try store.embeddingModel() != model {
        throw EnrolmentError.modelChanged
      }
      throw error
    }
    guard let entry = try store.entries(of: [id]).first else {
      throw LikenessError.unknownFace(id)
    }
    return entry
  }

  /// - Throws: `LikenessError.badBox`
  private static func check(_ box: Box, width: Int, height: Int) throws {
    guard [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) else {
      throw LikenessError.badBox(reason: "its numbers are not finite")
    }
    guard min(box.width, box.height) >= minimumDrawnSide else {
      throw LikenessError.badBox(
        reason: "its sides must have at least \(Int(minimumDrawnSide)) pixels")
    }
    let frame = Box(x: 0, y: 0, width: Double(width), height: Double(height))
    guard box.intersection(frame).area > box.area / 2 else {
      throw LikenessError.badBox(
        reason: "it lies outside of the photo, which has \(width) × \(height) pixels")
    }
  }
}
