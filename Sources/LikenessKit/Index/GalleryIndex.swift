import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

/// The index of a gallery's faces, by their ids, in step with a revision of it.
///
/// A large gallery has it in a file beside the database. The gallery stays the truth: a file that is
/// damaged, of another gallery or missing is made anew, and one that is behind is brought up to date.
struct GalleryIndex: Sendable {
  /// From so many faces on, reading a file is quicker than making the index of the database.
  static let fileThreshold = 10_000

  let index: VectorIndex
  /// Which gallery, and which of its revisions.
  private(set) var stamp: IndexStamp
  /// How many faces came or went since the file was written; nil if there is no file.
  private var changesSinceSaved: Int?
  /// Whether the file holds a face that is not in the gallery any more.
  private(set) var fileHoldsRemoved = false

  static func file(of gallery: URL) -> URL { gallery.appendingPathComponent("faces.index") }

  /// The index of a gallery as it is now.
  /// - Throws: `GalleryError`, `IndexError`
  init(_ store: any FaceStore, at gallery: URL) throws {
    let file = Self.file(of: gallery)
    if FileManager.default.fileExists(atPath: file.path),
      let saved = GalleryIndex(contentsOf: file),
      try saved.isOf(store)
    {
      self = saved
      try update(to: store)
    } else {
      try self.init(of: store, at: gallery)
    }
  }

  /// As it was saved; nil if the file is of no use.
  private init?(contentsOf file: URL) {
    guard let index = try? VectorIndex(contentsOf: file), let stamp = index.stamp else {
      return nil
    }
    self.index = index
    self.stamp = stamp
    changesSinceSaved = 0
  }

  /// Made of all faces.
  private init(of store: any FaceStore, at gallery: URL) throws {
    let faces = try store.embeddings()
    for row in 0..<faces.faces.count {
      try Self.check(faces.embeddings[row], faces.embeddings.dimensions, faces.faces[row], store)
    }
    // A graph that cannot be kept is not worth its making.
    let isKept = access(gallery.path, W_OK) == 0
    index = try VectorIndex(
      dimensions: faces.embeddings.dimensions,
      graphThreshold: isKept ? VectorIndex.standardGraphThreshold : .max)
    try index.insert(faces.embeddings, faces: faces.faces, threads: ProcessorQuota.count)
    stamp = IndexStamp(
      source: try store.state().id, revision: faces.revision,
      mark: try store.mark(of: faces.revision))
    changesSinceSaved = nil
  }

  /// Whether the index is of an earlier or the present state of a gallery.
  func isOf(_ store: any FaceStore) throws -> Bool {
    let state = try store.state()
    return try state.id == stamp.source && state.revision >= stamp.revision
      && index.dimensions == state.dimensions ?? 0 && store.mark(of: stamp.revision) == stamp.mark
  }

  /// Brings the index in step with its gallery.
  /// - Throws: `GalleryError`, `IndexError`
  mutating func update(to store: any FaceStore) throws {
    let revision = try store.state().revision
    guard revision != stamp.revision else { return }
    let changed = try store.changedFaces(since: stamp.revision)
    let mark = try store.mark(of: revision)
    var left = changed[...]
    while !left.isEmpty {
      let some = left.prefix(4096)
      left = left.dropFirst(some.count)
      // Also those that come back under the number of one that went.
      if try index.remove(faces: some) > 0 { fileHoldsRemoved = changesSinceSaved != nil }
      let faces = try store.faces(ids: some)
      for (face, embedding) in faces {
        try Self.check(embedding, index.dimensions, face.id, store)
      }
      guard !faces.isEmpty else { continue }
      try index.insert(
        EmbeddingMatrix(faces.map(\.1)), faces: faces.map(\.0.id), threads: ProcessorQuota.count)
    }
    (stamp.revision, stamp.mark) = (revision, mark)
    changesSinceSaved = changesSinceSaved.map { $0 + changed.count }
  }

  private static func check(
    _ embedding: Embedding, _ dimensions: Int, _ face: FaceID, _ store: any FaceStore
  ) throws {
    guard embedding.count == dimensions, embedding.isFinite else {
      throw GalleryError.damaged(path: store.path, detail: "face \(face) has no whole embedding")
    }
  }

  /// Whether a file should be written: there is none of a large gallery, or it is far behind.
  private var isWorthSaving: Bool {
    guard index.count >= Self.fileThreshold else { return false }
    guard let changesSinceSaved else { return true }
    return changesSinceSaved * 50 > index.count
  }

  /// Writes the file if it is worth it, and in any case takes out of it who is not in the gallery any more.
  ///
  /// One process at a time, and only while the gallery is as the index is: a face that was removed
  /// meanwhile does not come back.
  /// - Throws: `GalleryError`, `IndexError`
  mutating func refreshFile(_ store: any FaceStore, at gallery: URL) throws {
    guard isWorthSaving || fileHoldsRemoved else { return }
    let file = Self.file(of: gallery)
    try IndexFileLock.held(at: gallery) {
      let state = try store.state()
      guard state.revision == stamp.revision, state.id == stamp.source else { return }
      if index.count < Self.fileThreshold {
        try VectorIndex.erase(file)
        changesSinceSaved = nil
      } else {
        try index.save(to: file, stamp: stamp)
        changesSinceSaved = 0
      }
      fileHoldsRemoved = false
    }
  }
}

/// The right to write a gallery's index file, for which others wait.
private enum IndexFileLock {
  /// - Throws: `IndexError.cannotWrite`, and what `body` throws
  static func held<Result>(at gallery: URL, _ body: () throws -> Result) throws -> Result {
    let path = GalleryIndex.file(of: gallery).path + ".lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw IndexError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw IndexError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
      }
    }
    return try body()
  }
}

/// A description of a gallery's index.
public struct IndexSummary: Sendable, Codable {
  /// "exact" or "HNSW".
  public var kind: String
  /// How many faces are in it.
  public var faces: Int
  /// Bytes of codes, links and ids, which searches walk through.
  public var searchBytes: Int
  /// Bytes of whole embeddings, which are looked at last.
  public var embeddingBytes: Int
  /// Bytes of the index's file, where the gallery is large enough to have one.
  public var fileBytes: Int?
  /// The part of the true ten nearest that a search finds, as measured on the index; 1 if it is exact.
  public var recall: Double
  /// How many candidates a search follows for it.
  public var beam: Int?
}

extension Likeness {
  /// A description of the gallery's index, after verifying its file; nil for an empty gallery and for one on a server.
  /// - Throws: `GalleryError`, `IndexError`
  public func indexInfo() throws -> IndexSummary? {
    let store = try reader()
    guard store.searching == nil, try store.hasFaces() else { return nil }
    let info = try withIndex(of: store) { index in
      try index.verifyFile()
      return try index.info()
    }
    let file = GalleryIndex.file(of: gallery)
    return IndexSummary(
      kind: info.kind, faces: info.vectors, searchBytes: info.searchBytes,
      embeddingBytes: info.vectorBytes,
      fileBytes: try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize, recall: info.recall,
      beam: info.beam)
  }

  /// The index of the gallery as it is now; read or made at the first call, then kept in step.
  func index(of store: any FaceStore) throws -> VectorIndex {
    try loadedIndex.withLock { loaded in
      var known = loaded
      loaded = nil
      if let index = known, try !index.isOf(store) { known = nil }
      // Damage may come to light after the file was opened.
      if let index = known, (try? index.index.check()) == nil {
        try VectorIndex.erase(GalleryIndex.file(of: gallery))
        known = nil
      }
      var index = try known ?? GalleryIndex(store, at: gallery)
      try index.update(to: store)
      // The next program will be quicker; where it cannot be written, it will not.
      try? index.refreshFile(store, at: gallery)
      loaded = index
      return index.index
    }
  }

  /// The most faces of a gallery on a server that are brought here at once.
  static let mostInMemory = 3_000_000

  /// What needs all faces at once says so for a gallery that is made to be larger than a machine.
  /// - Throws: `LikenessError.tooLarge`
  func requireRoom(for store: any FaceStore) throws {
    guard store.searching != nil else { return }
    let count = try store.faceCount()
    guard count <= Self.mostInMemory else {
      throw LikenessError.tooLarge(path: place.path, faces: count, most: Self.mostInMemory)
    }
  }

  /// Of all faces of a gallery that has none of its own here; for as long as it does not change.
  private func passingIndex(of store: any FaceStore) throws -> VectorIndex {
    try requireRoom(for: store)
    return try passingIndex.withLock { known in
      if let known, try store.revision() == known.revision { return known.index }
      known = nil
      let faces = try store.embeddings()
      let index = try VectorIndex(dimensions: faces.embeddings.dimensions)
      try index.insert(faces.embeddings, faces: faces.faces, threads: ProcessorQuota.count)
      known = (faces.revision, index)
      return index
    }
  }

  /// Does something with the index of all faces, and once more with a rebuilt one if it turns out to be damaged.
  package func withIndex<Result>(
    of store: any FaceStore, _ body: (VectorIndex) throws -> Result
  ) throws -> Result {
    guard store.searching == nil else { return try body(passingIndex(of: store)) }
    do {
      return try body(try index(of: store))
    } catch IndexError.damaged {
      loadedIndex.withLock { $0 = nil }
      try? VectorIndex.erase(GalleryIndex.file(of: gallery))
      return try body(try index(of: store))
    }
  }

  /// Writes the index's file after faces were added, if it is far behind.
  func refreshIndexFile(_ store: any FaceStore) throws {
    guard store.searching == nil else { return }
    if try store.summary().faces >= GalleryIndex.fileThreshold { _ = try index(of: store) }
  }

  /// Takes faces that were removed out of the index's file too; nothing of them is left in it.
  /// - Throws: `IndexError`, if the file can be neither written anew nor deleted.
  func eraseFromIndexFile(_ store: any FaceStore) throws {
    guard store.searching == nil else { return }
    let file = GalleryIndex.file(of: gallery)
    // A writer of it has not seen the removal yet and is waited for.
    guard FileManager.default.fileExists(atPath: file.path + ".lock") else { return }
    try IndexFileLock.held(at: gallery) {}
    do {
      if FileManager.default.fileExists(atPath: file.path) {
        _ = try index(of: store)
        let isClean = loadedIndex.withLock { $0?.fileHoldsRemoved == false }
        if isClean { return }
      }
    } catch {
      // Without a file it is made of the gallery again.
    }
    try VectorIndex.erase(file)
    loadedIndex.withLock { $0 = nil }
  }
}
