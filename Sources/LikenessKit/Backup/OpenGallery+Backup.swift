import Foundation
import GalleryCore
import GallerySQLite

/// How a backup is made.
public struct BackupOptions: Sendable {
  /// What the backup is encrypted with; nil for not at all.
  public var passphrase: String?
  /// Takes the keys of the gallery's server along.
  public var includesKeys = false
  /// log2 of scrypt's cost N.
  var cost = BackupCipher.standardCost

  /// Not encrypted, without keys.
  public init() {}
}

/// What a backup holds.
public struct BackupSummary: Sendable, Codable {
  /// Where it is.
  public var path: String
  /// How many photos the gallery had.
  public var photos: Int
  /// How many faces it had.
  public var faces: Int
  /// How many photos it kept itself, all of which are in the backup.
  public var keptPhotos: Int
  /// Photos that it should have kept and whose files were gone already, by their paths in its folder.
  public var lostPhotos: [String]
  /// Kept photos that are in the backup as they were found, and are not what they were.
  public var damagedPhotos: [String]
  /// Whether the keys of the gallery's server are in it.
  public var keys: Bool
  /// Whether it takes a passphrase to read it.
  public var encrypted: Bool
  /// The size of the file.
  public var bytes: Int
  /// The duration in seconds.
  public var seconds: Double
}

extension OpenGallery {
  /// How often the database is copied anew where photos were removed while they were copied.
  private static let rounds = 10

  /// Where links lead, also where nothing is yet.
  private static func target(of file: URL) -> URL {
    var file = file
    // As many as the system follows.
    for _ in 0..<40 {
      guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: file.path) else {
        break
      }
      file =
        URL(fileURLWithPath: path, relativeTo: file.deletingLastPathComponent()).standardizedFileURL
    }
    return file
  }

  /// Writes the gallery as it is at one moment into one file, while others may change it.
  ///
  /// It holds the database and the photos that the gallery keeps itself. The index is made again of them. Neither the
  /// log of requests nor an unfinished upgrade to another model is in it, nor are the keys of the server unless asked for.
  /// - Parameters:
  ///   - file: replaced if it is there, once the backup is whole; readable by its owner alone.
  ///   - options: what is in the backup, and whether it is encrypted.
  ///   - isCancelled: asked between photos.
  ///   - progress: called with how many files are done and how many there are.
  /// - Throws: `BackupError`, `GalleryError`, `LikenessError.notWritable`
  public func backUp(
    to file: URL, _ options: BackupOptions = BackupOptions(), isCancelled: () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> BackupSummary {
    let started = Date()
    guard case .folder(let folder) = place else { throw BackupError.onServer(path: place.path) }
    // A link stays, and what it leads to is replaced.
    let file = Self.target(of: file.standardizedFileURL)
    // It might be meant to take the place of one of the gallery's files.
    let home = folder.standardizedFileURL.resolvingSymlinksInPath().path
    let target = file.deletingLastPathComponent().resolvingSymlinksInPath().path
    guard target != home, !target.hasPrefix(home + "/") else {
      throw BackupError.insideGallery(path: file.path)
    }
    guard BackupContents.mayReplace(file) else {
      throw BackupError.notReplaceable(path: file.path)
    }
    try OutputFile.checkWritable(file)
    let store = try GalleryStore(at: folder, access: .read)
    let copy = try DatabaseCopy(of: folder)
    let cipher = try options.passphrase.map {
      try BackupCipher(passphrase: $0, cost: options.cost)
    }
    let output = try BackupOutput(file, cipher: cipher)
    var archive = BackupArchive(output)
    try archive.add(
      BackupContents.head,
      try BackupContents.encoded(
        BackupContents.Head(
          format: BackupContents.format, program: LikenessVersion.current,
          created: started.formatted(.iso8601), gallery: try store.state().id)))
    var kept: Set<String> = []
    var damaged: [String] = []
    let (snapshot, lost) = try photosAndDatabase()
    func photosAndDatabase() throws -> (GallerySnapshot, [String]) {
      for _ in 0..<Self.rounds {
        // The database first: a photo's file is there before its record, and does not change. Only one that was removed
        // since may be gone; then this state cannot be had any more, but a later one can.
        let snapshot = try copy.take(of: store)
        var gone: [String] = []
        for path in snapshot.keptPhotos where !kept.contains(path) {
          if isCancelled() { throw BackupError.interrupted }
          guard BackupContents.isKeptPhoto(path),
            let data = try? Data(
              contentsOf: folder.appendingPathComponent(path), options: .alwaysMapped)
          else {
            gone.append(path)
            continue
          }
          try archive.add(path, data)
          // It is called by the digest of its content.
          if let digest = archive.members.last?.sha256, !path.contains(digest) {
            damaged.append(path)
          }
          kept.insert(path)
          progress(kept.count, snapshot.keptPhotos.count + 1)
        }
        // What still has its record was lost before.
        let isLost = try gone.allSatisfy { path in
          let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
          return try store.photo(digest: name) != nil
        }
        if isLost { return (snapshot, gone) }
      }
      throw BackupError.changing(path: folder.path)
    }
    if isCancelled() { throw BackupError.interrupted }
    try archive.add(
      BackupContents.database, try Data(contentsOf: copy.file, options: .alwaysMapped))
    let keys =
      options.includesKeys
      ? try? Data(contentsOf: folder.appendingPathComponent(BackupContents.keys)) : nil
    if let keys { try archive.add(BackupContents.keys, keys) }
    try archive.finish(
      BackupContents.Manifest(
        revision: snapshot.revision, photos: snapshot.photos, faces: snapshot.faces,
        members: archive.members, lost: lost))
    progress(snapshot.keptPhotos.count + 1, snapshot.keptPhotos.count + 1)
    return BackupSummary(
      path: file.path, photos: snapshot.photos, faces: snapshot.faces,
      keptPhotos: snapshot.keptPhotos.count - lost.count, lostPhotos: lost,
      damagedPhotos: damaged, keys: keys != nil,
      encrypted: cipher != nil, bytes: output.bytes,
      seconds: Date().timeIntervalSince(started))
  }
}

/// The place of a copy of the database while a backup is made of it: in the gallery's folder, which is as private as the
/// database itself, or with the temporary files where the folder cannot be written.
private final class DatabaseCopy {
  let file: URL
  private let lock: BackupLock?

  /// - Throws: `BackupError.inProgress`
  init(of gallery: URL) throws {
    lock = BackupLock(gallery: gallery)
    if lock != nil {
      file = BackupLock.copy(in: gallery)
    } else {
      guard access(gallery.path, W_OK) != 0 else {
        throw BackupError.inProgress(path: gallery.path)
      }
      file = FileManager.default.temporaryDirectory.appendingPathComponent(
        "likeness-\(UUID().uuidString).sqlite")
    }
    delete()
  }

  deinit { delete() }

  private func delete() {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink(file.path + suffix) }
  }

  func take(of store: GalleryStore) throws -> GallerySnapshot {
    delete()
    return try store.copyDatabase(to: file)
  }
}
