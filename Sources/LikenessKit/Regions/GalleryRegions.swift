import Crypto
import Faces
import Foundation
import GalleryCore
import LikenessCore
import PhotoMetadata

/// Names in photos' files and in files beside them, as other programs read and write them.
///
/// See `Documentation/Regions.md`.
public struct GalleryRegions: Sendable {
  let gallery: OpenGallery

  /// Those of some photos of which one turn is taken.
  private static let atOnce = 32

  // MARK: Reading

  /// Reads the files of photos that the gallery has, and gives faces without a name the names of the regions that they lie in.
  /// Faces that go by another name keep it. Names without a region become candidates of their photo, which the review offers.
  /// - Parameters:
  ///   - photos: nil for all.
  ///   - isDryRun: whether nothing is to be changed.
  ///   - isCancelled: checked every few photos.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `GalleryError`
  public func read(
    _ photos: [PhotoID]? = nil, limits: PhotoLimits = .default, isDryRun: Bool = false,
    isCancelled: () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> RegionSummary {
    var summary = RegionSummary()
    let isDone = try eachTurn(photos, isCancelled, progress) { ids in
      let stored = try gallery.reader()
      var found: [(StoredPhoto, RegionReading)] = []
      for id in ids {
        guard let photo = try stored.photo(id: id) else { continue }
        summary.photos += 1
        do {
          let data = try photo.bytes(limits: limits)
          if let reading = RegionReading(data, at: photo.ownFile) { found.append((photo, reading)) }
        } catch let error as StoredPhoto.Unavailable {
          summary.skipped.append(.init(photo: photo.title ?? photo.path, reason: error.reason))
        }
      }
      guard !found.isEmpty else { return }
      let store = isDryRun ? stored : try gallery.writer(isOneOfMany: true)
      for (photo, reading) in found {
        // Another process may have removed it meanwhile.
        guard let photo = try store.photo(id: photo.id) else { continue }
        let outcome = try RegionNaming(store: store, isDryRun: isDryRun).apply(reading, to: photo)
        summary.take(outcome, reading.people.faults, photo.title ?? photo.path)
      }
    }
    summary.interrupted = !isDone
    return summary
  }

  // MARK: Writing

  /// Writes the names of photos' faces beside them or into them. Faces that are doubtful or hidden are left out.
  ///
  /// What other programs wrote stays. A photo whose file changed since it was added is skipped, as is one that the gallery keeps
  /// itself.
  /// - Parameters:
  ///   - photos: nil for all.
  ///   - place: sidecars, or the photos' own files, which the gallery knows by their new content then.
  ///   - isDryRun: whether nothing is to be written.
  ///   - isCancelled: checked every few photos.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `LikenessError.filesKnownByContent` for files of a gallery on a server; `GalleryError`
  public func write(
    _ photos: [PhotoID]? = nil, to place: TagPlace = .sidecar, limits: PhotoLimits = .default,
    isDryRun: Bool = false, isCancelled: () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> TagSummary {
    if place == .file, gallery.place.isServer {
      throw LikenessError.filesKnownByContent(path: gallery.place.path)
    }
    var summary = TagSummary()
    let isDone = try eachTurn(photos, isCancelled, progress) { ids in
      for id in ids { try write(id, to: place, limits, isDryRun, &summary) }
    }
    summary.interrupted = !isDone
    return summary
  }

  /// Names of people who are on a photo somewhere, as its file says.
  /// - Throws: `GalleryError`
  public func candidates(of photo: PhotoID) throws -> [String] {
    try gallery.reader().candidates(ofPhotos: [photo])[photo] ?? []
  }

  /// A sidecar with the names of a photo's faces and nothing else, for whoever has the photo elsewhere.
  /// - Throws: `LikenessError.unknownPhoto`, `.photoUnavailable`; `MetadataError`, `GalleryError`
  public func sidecar(of id: PhotoID, limits: PhotoLimits = .default) throws -> Data {
    let store = try gallery.reader()
    guard let photo = try store.photo(id: id) else {
      throw LikenessError.unknownPhoto(id.reference, candidates: [])
    }
    let data: Data
    do {
      data = try photo.bytes(limits: limits)
    } catch {
      throw LikenessError.photoUnavailable(photo.name, reason: error.reason)
    }
    return try PhotoTagger(
      try tags(of: id, store), of: data, at: URL(fileURLWithPath: photo.name), width: photo.width,
      height: photo.height
    ).sidecarBytes()
  }

  private func tags(of photo: PhotoID, _ store: any FaceStore) throws -> [FaceTag] {
    try store.entries(of: try store.faces(inPhoto: photo).map(\.id)).compactMap { entry in
      guard let name = entry.name, !entry.isHidden, !entry.face.quality.isDoubtful else {
        return nil
      }
      return FaceTag(name: name, box: entry.face.geometry.box)
    }
  }

  private func write(
    _ id: PhotoID, to place: TagPlace, _ limits: PhotoLimits, _ isDryRun: Bool,
    _ summary: inout TagSummary
  ) throws {
    let store = try gallery.reader()
    guard let photo = try store.photo(id: id) else { return }
    summary.photos += 1
    let tags = try tags(of: id, store)
    guard !tags.isEmpty else {
      summary.unnamed += 1
      return
    }
    func skip(_ reason: String) {
      summary.skipped.append(.init(photo: photo.title ?? photo.path, reason: reason))
    }
    guard let url = photo.ownFile else { return skip("it has no file of its own here") }
    do {
      let data = try photo.bytes(limits: limits)
      let tagger = PhotoTagger(
        tags, of: data, at: url, width: photo.width, height: photo.height)
      // Nobody adds the file as another photo before the gallery knows that it is this one.
      let writer = place == .file && !isDryRun ? try gallery.writer(isOneOfMany: true) : nil
      let outcome = try tagger.write(to: place, isDryRun: isDryRun)
      summary.take(outcome, photo)
      guard let writer, let changed = outcome.photo else { return }
      guard let file = PhotoFile(onDisk: url.path) else { return }
      _ = try writer.note(
        content: SHA256.hash(data: changed).hexadecimal, of: id, former: photo.digest, file: file)
    } catch let error as StoredPhoto.Unavailable {
      skip(error.reason)
    } catch let error as MetadataError {
      skip(error.reason)
    }
  }

  // MARK: Turns

  /// - Returns: false where it was cancelled.
  private func eachTurn(
    _ photos: [PhotoID]?, _ isCancelled: () -> Bool, _ progress: (Int, Int) -> Void,
    _ body: ([PhotoID]) throws -> Void
  ) throws -> Bool {
    let total = try photos?.count ?? gallery.reader().photoCount()
    var (done, last) = (0, PhotoID.beforeFirst)
    while true {
      let some =
        try photos.map { Array($0.dropFirst(done).prefix(Self.atOnce)) }
        ?? gallery.reader().photos(after: last, limit: Self.atOnce).map(\.photo.id)
      guard let end = some.last else { return true }
      guard !isCancelled() else { return false }
      try body(some)
      (done, last) = (done + some.count, end)
      progress(min(done, total), total)
    }
  }
}

extension StoredPhoto {
  /// Its file, where that is the user's; nil where the gallery keeps the photo itself or has none of it.
  package var ownFile: URL? {
    isKept || path.hasPrefix("upload:") ? nil : URL(fileURLWithPath: path)
  }
}
