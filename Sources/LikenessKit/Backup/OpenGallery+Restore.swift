import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore

/// What was restored from a backup.
public struct RestoreSummary: Sendable, Codable {
  /// Where the gallery is.
  public var path: String
  /// When the backup was made, ISO 8601.
  public var created: String
  /// How many photos the gallery has.
  public var photos: Int
  /// How many faces it has.
  public var faces: Int
  /// How many photos it keeps itself.
  public var keptPhotos: Int
  /// Photos that it should keep, and that were lost before the backup was made, by their paths in its folder.
  public var lostPhotos: [String]
  /// Whether the keys of the gallery's server came with it.
  public var keys: Bool
  /// The duration in seconds.
  public var seconds: Double
}

extension OpenGallery {
  /// Makes the gallery of a backup. It appears when all of it was compared with what the backup says of itself, and is on
  /// the disk; else nothing of it stays.
  /// - Parameters:
  ///   - file: what `backUp` has written.
  ///   - passphrase: nil for one that is not encrypted.
  ///   - isCancelled: asked between pieces of the backup.
  ///   - progress: called with how many bytes of the backup were read, and how many there are.
  /// - Throws: `BackupError`, `GalleryError`, `LikenessError.notWritable`
  public func restore(
    from file: URL, passphrase: String? = nil, isCancelled: () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> RestoreSummary {
    let started = Date()
    guard case .folder(let folder) = place else { throw BackupError.onServer(path: place.path) }
    let target = folder.standardizedFileURL.resolvingSymlinksInPath()
    guard Self.isFree(target) else { throw BackupError.occupied(path: folder.path) }
    let input = try BackupInput(file, passphrase: passphrase)
    let fresh = try FreshFolder(beside: target)
    var archive = BackupArchiveReader(input)
    let (head, manifest) = try Self.unpack(&archive, into: fresh, isCancelled, progress)
    let names = Set(manifest.members.map(\.name))
    let kept = try Self.complete(fresh.url, manifest, input)
    try fresh.move(to: target)
    forgetEmbeddings()
    return RestoreSummary(
      path: folder.path, created: head.created, photos: manifest.photos, faces: manifest.faces,
      keptPhotos: kept, lostPhotos: manifest.lost,
      keys: names.contains(BackupContents.keys), seconds: Date().timeIntervalSince(started))
  }

  /// Whether there is nothing, or an empty folder.
  private static func isFree(_ folder: URL) -> Bool {
    var status = stat()
    guard lstat(folder.path, &status) == 0 else { return errno == ENOENT }
    return (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.isEmpty ?? false
  }

  private static func unpack(
    _ archive: inout BackupArchiveReader, into fresh: FreshFolder, _ isCancelled: () -> Bool,
    _ progress: (Int, Int) -> Void
  ) throws -> (BackupContents.Head, BackupContents.Manifest) {
    let input = archive.input
    guard let first = try archive.next(), first.name == BackupContents.head else {
      throw input.damaged("it does not begin as a backup")
    }
    let (head, entry) = try archive.decoded(first, as: BackupContents.Head.self)
    guard head.format <= BackupContents.format else {
      throw BackupError.newerVersion(path: input.path)
    }
    var members = [entry]
    var manifest: BackupContents.Manifest?
    while let member = try archive.next() {
      if isCancelled() { throw BackupError.interrupted }
      guard manifest == nil else { throw input.damaged("there is a file behind its manifest") }
      if member.name == BackupContents.manifest {
        manifest = try archive.decoded(member, as: BackupContents.Manifest.self).value
      } else {
        members.append(
          try fresh.write(member.name) { write in try archive.read(member, write) })
        progress(input.bytesRead, input.size)
      }
    }
    guard let manifest, manifest.members == members,
      members.contains(where: { $0.name == BackupContents.database })
    else { throw input.damaged("its files are not those of its manifest") }
    return (head, manifest)
  }

  /// Opens the gallery, which brings an older one up to date, looks whether it has its photos, and makes its index.
  /// - Returns: how many photos it keeps itself.
  private static func complete(
    _ folder: URL, _ manifest: BackupContents.Manifest, _ input: BackupInput
  ) throws -> Int {
    do {
      let store = try GalleryStore(at: folder, access: .write)
      let photos = try store.photos()
      let lost = Set(manifest.lost.map { folder.appendingPathComponent($0).path })
      for photo in photos where photo.isKept && !lost.contains(photo.path) {
        guard FileManager.default.fileExists(atPath: photo.path) else {
          throw input.damaged("\(photo.id.reference) is not in it")
        }
      }
      // Those that were removed while the backup was made.
      KeptPhotos(gallery: folder).sweep(keeping: photos)
      // Whoever asks first makes it where it cannot be made here.
      try? OpenGallery(.folder(folder), keepsOpen: false, facesHeldAtOnce: .max)
        .refreshIndexFile(store)
      return photos.count { $0.isKept && !lost.contains($0.path) }
    } catch GalleryError.newerVersion {
      throw BackupError.newerVersion(path: input.path)
    } catch GalleryError.damaged(_, let detail) {
      throw input.damaged(detail)
    } catch GalleryError.notAGallery {
      throw input.damaged("its database is not that of a gallery")
    }
  }
}

/// A folder under a passing name, which is deleted unless it gets its own.
private final class FreshFolder {
  let url: URL
  private let target: URL
  private var isMoved = false

  /// - Throws: `LikenessError.notWritable`
  init(beside target: URL) throws {
    self.target = target
    let parent = target.deletingLastPathComponent()
    url = parent.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).new")
    do {
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    } catch {
      throw LikenessError.notWritable(path: target.path, reason: OutputFile.reason(error))
    }
    guard mkdir(url.path, 0o700) == 0 else { throw failure() }
  }

  deinit {
    if !isMoved { try? FileManager.default.removeItem(at: url) }
  }

  private func failure() -> LikenessError { .notWritable(target, errno) }

  /// Writes a file, in a folder of its own where its name has one.
  /// - Throws: `LikenessError.notWritable`, and what `body` throws
  func write<Result>(_ name: String, _ body: ((Data) throws -> Void) throws -> Result) throws
    -> Result
  {
    let place = url.appendingPathComponent(name)
    try? FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let descriptor = open(place.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    return try body { data in
      do {
        try handle.write(contentsOf: data)
      } catch {
        throw LikenessError.notWritable(path: target.path, reason: OutputFile.reason(error))
      }
    }
  }

  /// Gives it its name, once all of it is on the disk.
  /// - Throws: `LikenessError.notWritable`, `BackupError.occupied`
  func move(to target: URL) throws {
    for file in ExposedFile.all(in: url) where !file.hide() { throw failure() }
    let inside = FileManager.default.enumerator(atPath: url.path)?.allObjects as? [String] ?? []
    for name in [""] + inside {
      let descriptor = open("\(url.path)/\(name)", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure() }
      defer { close(descriptor) }
      guard fsync(descriptor) == 0 else { throw failure() }
    }
    // In place of an empty folder, too.
    guard rename(url.path, target.path) == 0 else {
      if [ENOTEMPTY, EEXIST].contains(errno) { throw BackupError.occupied(path: target.path) }
      throw failure()
    }
    isMoved = true
    BackupOutput.synchronize(target.deletingLastPathComponent())
  }
}
