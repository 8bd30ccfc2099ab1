import Crypto
import Faces
import Foundation
import GalleryCore
import LikenessCore

extension OpenGallery {
  /// Looks for what is not as it should be: damage of the database, records that refer to nothing, embeddings that cannot
  /// be compared, kept photos without records and the reverse, an index that differs from the gallery, files that others
  /// can read, and files that were left behind.
  ///
  /// Of a gallery on a server, records and rows are compared.
  /// - Parameters:
  ///   - options: what is looked at, and whether it is repaired.
  ///   - isCancelled: asked between photos; once true, the rest of them is not read.
  /// - Returns: what was found, also where it was repaired.
  /// - Throws: `GalleryError`; `.inUse` where it is to be repaired while another program changes it. `IndexError`,
  ///   `LikenessError.tooLarge`
  public func check(
    _ options: CheckOptions = CheckOptions(), isCancelled: () -> Bool = { false }
  ) throws -> GalleryCheck {
    let started = Date()
    var check = GalleryCheck()
    // First, since a gallery that is opened for changes is closed to others.
    let exposed = place.isServer ? [] : ExposedFile.all(in: folder)
    do {
      // Who repairs keeps others from changing it meanwhile.
      let store = try options.repairs ? writer(isRepair: true) : reader()
      try requireRoom(for: store)
      if options.repairs {
        try examine(store, options, &check)
      } else {
        try withSession { try examine(reader(), options, &check) }
      }
      if !place.isServer {
        try checkPhotos(store, options, isCancelled, &check)
        checkLeftovers(options, &check)
      }
      withExtendedLifetime(store) {}
    } catch GalleryError.damaged(_, let detail) {
      check.findings.append(GalleryFinding(.database, "the database is damaged: \(detail)"))
    }
    if !exposed.isEmpty { tell(exposed, options, &check) }
    if options.repairs, !check.findings.isEmpty { forget() }
    check.seconds = Date().timeIntervalSince(started)
    return check
  }

  /// What one state of the gallery is enough for.
  private func examine(
    _ store: any FaceStore, _ options: CheckOptions, _ check: inout GalleryCheck
  ) throws {
    let model = try? store.embeddingModel()
    check.findings += try store.check(
      hasUnitLength: model.map { ModelStore().embedsToUnitLength($0.name) } ?? false,
      repairing: options.repairs)
    // Damage that stays would only be met again.
    guard check.findings.allSatisfy({ $0.kind != .database || $0.repaired }) else { return }
    check.photos = try store.photoCount()
    check.faces = try store.faceCount()
    let isComparable = check.findings.allSatisfy { $0.kind != .embedding || $0.repaired }
    if store.searching == nil, isComparable { try checkIndex(store, options, &check) }
  }

  // MARK: Kept photos

  /// A file younger than this, in seconds, may be of somebody who is just at work.
  static let settlingTime = 60.0

  private func checkPhotos(
    _ store: any FaceStore, _ options: CheckOptions, _ isCancelled: () -> Bool,
    _ check: inout GalleryCheck
  ) throws {
    guard check.photos != nil else { return }
    let kept = KeptPhotos(gallery: folder)
    let photos = try store.photos()
    var strays = kept.strays(besides: photos)
    if !options.repairs {
      strays.photos = strays.photos.filter(Self.isSettled)
      strays.unfinished = strays.unfinished.filter(Self.isSettled)
    }
    let named = GalleryFinding.counted(strays.photos.count, "kept photo")
    check.delete(strays.photos, .photo, "no record names \(named)", in: folder, options.repairs)
    let begun = GalleryFinding.counted(strays.unfinished.count, "unfinished photo")
    check.delete(
      strays.unfinished, .leftover, "there are \(begun)", in: folder, options.repairs)
    var (lost, altered) = ([PhotoID](), [PhotoID]())
    for photo in photos where photo.isKept {
      guard FileManager.default.fileExists(atPath: photo.path) else {
        // It may have been removed since.
        if try store.photo(id: photo.id) != nil { lost.append(photo.id) }
        continue
      }
      guard options.readsPhotos, !isCancelled() else { continue }
      let data = try? Data(contentsOf: URL(fileURLWithPath: photo.path), options: .alwaysMapped)
      let isWhole = data.map { SHA256.hash(data: $0).hexadecimal == photo.digest } ?? false
      if try !isWhole && store.photo(id: photo.id) != nil { altered.append(photo.id) }
    }
    for (photos, what) in [(lost, "lost"), (altered, "damaged")] where !photos.isEmpty {
      let count = GalleryFinding.counted(photos.count, "kept photo")
      check.findings.append(
        GalleryFinding(
          .photo,
          "\(count) \(photos.count == 1 ? "is" : "are") \(what): "
            + GalleryFinding.some(photos.map(\.reference)),
          count: photos.count))
    }
  }

  static func isSettled(_ file: URL) -> Bool {
    var status = stat()
    guard lstat(file.path, &status) == 0 else { return false }
    return Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > settlingTime
  }

  // MARK: Permissions

  /// Tells of files that others could use when the check began.
  private func tell(
    _ exposed: [ExposedFile], _ options: CheckOptions, _ check: inout GalleryCheck
  ) {
    // What the database keeps beside itself comes and goes, with its permissions.
    let names = Set(exposed.map(\.name))
    let open = exposed.filter { file in
      !["-wal", "-shm"].contains {
        file.name.hasSuffix($0) && names.contains(String(file.name.dropLast($0.count)))
      }
    }
    let count = GalleryFinding.counted(open.count, "file or folder", "files and folders")
    let text =
      "others than the owner may use \(count) of the gallery: "
      + GalleryFinding.some(open.map(\.name))
    // Also those that were made by looking.
    let isRepaired = options.repairs && ExposedFile.all(in: folder).allSatisfy { $0.hide() }
    check.findings.append(
      GalleryFinding(
        .permission, text, count: open.count, repair: "let the owner alone use them",
        done: isRepaired ? "let the owner alone use them" : nil))
  }
}

extension GalleryCheck {
  /// Tells of files that nothing needs, and deletes them where that is wanted.
  /// - Parameter text: what they are; their names are added.
  mutating func delete(
    _ files: [URL], _ kind: GalleryFinding.Kind, _ text: String, in folder: URL, _ isWanted: Bool
  ) {
    guard !files.isEmpty else { return }
    let names = files.map { file in
      file.path.hasPrefix(folder.path + "/")
        ? String(file.path.dropFirst(folder.path.count + 1)) : file.path
    }
    let isDone = isWanted && files.allSatisfy { unlink($0.path) == 0 || errno == ENOENT }
    let them = files.count == 1 ? "it" : "them"
    findings.append(
      GalleryFinding(
        kind, "\(text): \(GalleryFinding.some(names))", count: files.count,
        repair: "delete \(them)", done: isDone ? "deleted \(them)" : nil))
  }
}
