import Foundation
import Gallery
import Search

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
  private(set) var changesSinceSaved: Int?

  static func file(of gallery: URL) -> URL { gallery.appendingPathComponent("faces.index") }

  /// The index of a gallery as it is now.
  /// - Throws: `GalleryError`, `IndexError`
  init(_ store: GalleryStore, at gallery: URL) throws {
    let state = try store.state()
    let file = Self.file(of: gallery)
    if FileManager.default.fileExists(atPath: file.path),
      let index = try? VectorIndex(contentsOf: file), let stamp = index.stamp,
      stamp.source == state.id, stamp.revision <= state.revision,
      index.dimensions == state.dimensions
    {
      self.index = index
      self.stamp = stamp
      changesSinceSaved = 0
      try update(to: store)
      return
    }
    let faces = try store.embeddings()
    index = try VectorIndex(dimensions: faces.embeddings.dimensions)
    try index.insert(faces.embeddings, ids: faces.faces, threads: ProcessorQuota.count)
    stamp = IndexStamp(source: state.id, revision: faces.revision)
  }

  /// Brings the index in step with its gallery.
  /// - Throws: `GalleryError`, `IndexError`
  mutating func update(to store: GalleryStore) throws {
    let state = try store.state()
    guard state.revision != stamp.revision else { return }
    let changed = try store.changedFaces(since: stamp.revision)
    var left = changed[...]
    while !left.isEmpty {
      let some = left.prefix(4096)
      left = left.dropFirst(some.count)
      let faces = try store.faces(ids: some)
      let present = Set(faces.map(\.0.id))
      try index.remove(some.filter { !present.contains($0) })
      guard !faces.isEmpty else { continue }
      try index.insert(
        EmbeddingMatrix(faces.map(\.1)), ids: faces.map(\.0.id), threads: ProcessorQuota.count)
    }
    stamp.revision = state.revision
    changesSinceSaved = changesSinceSaved.map { $0 + changed.count }
  }

  /// Whether a file should be written: there is none of a large gallery, or it is far behind.
  var isWorthSaving: Bool {
    guard index.count >= Self.fileThreshold else { return false }
    guard let changesSinceSaved else { return true }
    return changesSinceSaved * 50 > index.count
  }

  /// - Throws: `IndexError.cannotWrite`
  mutating func save(beside gallery: URL) throws {
    try index.save(to: Self.file(of: gallery), stamp: stamp)
    changesSinceSaved = 0
  }
}

/// What a gallery's index is.
public struct IndexSummary: Sendable, Codable {
  /// "exact" or "HNSW".
  public var kind: String
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
  /// What the gallery's index is, after its file was checked whole; nil without faces.
  /// - Throws: `GalleryError`, `IndexError`
  public func indexInfo() throws -> IndexSummary? {
    let store = try GalleryStore(at: gallery, access: .read)
    guard try store.summary().faces > 0 else { return nil }
    var index = try index(of: store)
    do throws(IndexError) {
      try index.verifyFile()
    } catch {
      // Made anew of the gallery, which is the truth.
      loadedIndex.withLock { $0 = nil }
      try? FileManager.default.removeItem(at: GalleryIndex.file(of: gallery))
      index = try self.index(of: store)
    }
    let info = try index.info()
    let file = GalleryIndex.file(of: gallery)
    return IndexSummary(
      kind: info.kind, faces: info.vectors, searchBytes: info.searchBytes,
      embeddingBytes: info.vectorBytes,
      fileBytes: try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize, recall: info.recall,
      beam: info.beam)
  }

  /// The index of the gallery as it is now; read or made at the first call, then kept in step.
  func index(of store: GalleryStore) throws -> VectorIndex {
    try loadedIndex.withLock { loaded in
      // A store that was altered behind its index is told apart by its id.
      if var known = loaded, known.stamp.source == (try store.state().id),
        known.stamp.revision <= (try store.state().revision)
      {
        loaded = nil
        try known.update(to: store)
        loaded = known
        return known.index
      }
      var made = try GalleryIndex(store, at: gallery)
      // The next program will be quicker; where it cannot be written, it will not.
      if made.isWorthSaving { try? made.save(beside: gallery) }
      loaded = made
      return made.index
    }
  }

  /// Writes the index's file after faces were added, if it is far behind.
  func refreshIndexFile(_ store: GalleryStore) throws {
    let faces = try store.summary().faces
    guard faces >= GalleryIndex.fileThreshold else { return }
    _ = try index(of: store)
    loadedIndex.withLock { loaded in
      if loaded?.isWorthSaving == true { try? loaded?.save(beside: gallery) }
    }
  }

  /// Takes faces that were removed out of the index's file too; nothing of them is left in it.
  /// - Throws: `IndexError`, if the file can be neither written anew nor deleted.
  func eraseFromIndexFile(_ store: GalleryStore) throws {
    let file = GalleryIndex.file(of: gallery)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    do {
      _ = try index(of: store)
      try loadedIndex.withLock { loaded in
        if (loaded?.index.count ?? 0) < GalleryIndex.fileThreshold {
          try FileManager.default.removeItem(at: file)
          loaded = nil
        } else {
          try loaded?.save(beside: gallery)
        }
      }
    } catch {
      // Without a file it is made of the gallery again.
      do {
        try FileManager.default.removeItem(at: file)
      } catch {
        throw IndexError.cannotWrite(path: file.path, reason: OutputFile.reason(error))
      }
    }
  }
}
