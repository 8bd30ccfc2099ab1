import Crypto
import Faces
import Foundation
import GalleryCore
import LikenessCore

/// Covers the faces that a removal takes out in the copies of photos that the gallery keeps and that show others, too.
///
/// Each photo has a turn of its own, in which only the finished picture is put in the place of the former one: others change
/// the gallery meanwhile. What they did is looked at again before faces are removed.
struct FaceBlurring {
  let gallery: OpenGallery
  let removal: Removal

  /// A photo, with those of its faces that go and those that stay.
  private struct Shared {
    var photo: StoredPhoto
    var going: [StoredFace]
    var staying: [StoredFace]
  }

  /// What was covered in a photo, and the digest that it has since.
  private struct Covered {
    var digest: String
    var faces: Set<FaceID>
  }

  private var covered: [PhotoID: Covered] = [:]
  /// Photos whose pictures are lost: there is nothing to be seen any more.
  private var lost: Set<PhotoID> = []

  init(_ removal: Removal, in gallery: OpenGallery) {
    (self.removal, self.gallery) = (removal, gallery)
  }

  private var isWanted: Bool { removal.sharedPhotos == .blur && !gallery.place.isServer }

  /// Covers what is not covered yet.
  /// - Throws: `PhotoError` where a picture cannot be read, `LikenessError.notWritable`, `GalleryError`
  mutating func cover() throws {
    guard isWanted else { return }
    let store = try gallery.reader()
    for shared in try sharedPhotos(store) where !isDone(shared) { try cover(shared, store) }
  }

  /// Whether nothing is left to be covered.
  /// - Parameter store: the gallery, opened for changes, so that this stays so.
  func isDone(in store: any FaceStore) throws -> Bool {
    guard isWanted else { return true }
    return try sharedPhotos(store).allSatisfy { isDone($0) }
  }

  /// Marks the photos of a receipt in which faces were covered.
  func mark(_ receipt: inout RemovalReceipt) {
    for at in receipt.sharedPhotos.indices {
      receipt.sharedPhotos[at].isBlurred = covered[receipt.sharedPhotos[at].id] != nil
    }
  }

  private func isDone(_ shared: Shared) -> Bool {
    if lost.contains(shared.photo.id) { return true }
    guard let covered = covered[shared.photo.id] else { return false }
    return covered.digest == shared.photo.digest
      && shared.going.allSatisfy { covered.faces.contains($0.id) }
  }

  private func sharedPhotos(_ store: any FaceStore) throws -> [Shared] {
    let going = try store.faces(of: removal)
    return try Set(try store.photos(ofFaces: going).values).sorted().compactMap { id in
      guard let photo = try store.photo(id: id), photo.isKept else { return nil }
      let faces = try store.faces(inPhoto: id)
      let shared = Shared(
        photo: photo, going: faces.filter { going.contains($0.id) },
        staying: faces.filter { !going.contains($0.id) })
      return shared.staying.isEmpty ? nil : shared
    }
  }

  private mutating func cover(_ shared: Shared, _ store: any FaceStore) throws {
    let photo = shared.photo
    // The whole picture, at its own size: it takes the place of the former one.
    let limits = PhotoLimits(workingPixels: PhotoLimits.default.maximumPixels)
    let former = URL(fileURLWithPath: photo.path)
    guard FileManager.default.fileExists(atPath: former.path) else {
      lost.insert(photo.id)
      return
    }
    let data = try Photo.read(contentsOf: former, limits: limits)
    let picture = try Photo.decode(data, limits: limits, path: photo.name)
      .covering(shared.going.map(\.geometry.box))
    let (encoded, format) = try Self.encoded(picture, as: PhotoFormat.sniff(data))
    let keptPhotos = KeptPhotos(gallery: gallery.folder)
    let digest = SHA256.hash(data: encoded).hexadecimal
    let path = keptPhotos.path(digest: digest, format: format)
    let file = keptPhotos.file(path)
    let kept = KeptPicture(
      digest: digest,
      file: PhotoFile(
        path: path, bytes: encoded.count, modified: Date().timeIntervalSince1970),
      thumbnails: try thumbnails(of: shared, in: picture, store))
    let writer = try gallery.writer()
    guard try writer.photo(id: photo.id)?.digest == photo.digest else { return }
    // The file first: a row without it would be half a photo, a file without its row is swept away.
    try keptPhotos.keep(encoded, at: file)
    do {
      _ = try writer.replacePicture(of: photo.id, photo.digest, by: kept)
    } catch {
      if file.path != photo.path { unlink(file.path) }
      throw error
    }
    let before = covered[photo.id].map { $0.digest == photo.digest ? $0.faces : [] } ?? []
    covered[photo.id] = Covered(digest: digest, faces: before.union(shared.going.map(\.id)))
  }

  /// Of the format that it had, where that can be written; what loses nothing stays so. No metadata comes along, and with it no
  /// small picture of the whole.
  private static func encoded(
    _ picture: Photo, as format: PhotoFormat?
  ) throws(PhotoError) -> (Data, PhotoFormat) {
    switch format {
    case .png, .bmp, .gif, .pnm, .tiff: (try picture.pngData(), .png)
    case .jpeg, .webp, .heic, .avif, nil: (try picture.jpegData(quality: 95), .jpeg)
    }
  }

  /// New small pictures of the faces that stay, where the covered one may be seen beside them.
  private func thumbnails(
    of shared: Shared, in picture: Photo, _ store: any FaceStore
  ) throws -> [FaceID: Data] {
    var thumbnails: [FaceID: Data] = [:]
    for face in shared.staying {
      // They show half of a face's size around it.
      let around = face.geometry.box.grown(by: 0.5)
      let isTouched = shared.going.contains {
        around.overlap(Photo.cover(of: $0.geometry.box)) > 0
      }
      guard isTouched, try store.thumbnail(face: face.id) != nil, let landmarks = face.landmarks
      else { continue }
      thumbnails[face.id] = try FaceChip.portrait(from: picture, landmarks: landmarks).photo
        .jpegData(quality: 85)
    }
    return thumbnails
  }
}
