import Foundation
import GalleryCore
import LikenessCore
import Synchronization
import VectorSearch

/// The index of a gallery in memory, kept in step with it.
final class KeptIndex: Sendable {
  /// The gallery's folder; of one on a server, what belongs to it on this machine.
  private let folder: URL
  private let loaded = Mutex<GalleryIndex?>(nil)
  /// Of a gallery that finds faces by itself.
  private let passing = Mutex<(revision: Int, index: VectorIndex)?>(nil)

  init(of folder: URL) { self.folder = folder }

  private var file: URL { GalleryIndex.file(of: folder) }

  /// Lets go of what is in memory.
  func forget() {
    loaded.withLock { $0 = nil }
    passing.withLock { $0 = nil }
  }

  /// Does something with the index of all faces, and once more with a rebuilt one if it turns out to be damaged.
  func with<Result>(
    _ store: any FaceStore, _ body: (VectorIndex) throws -> Result
  ) throws -> Result {
    guard store.searching == nil else { return try body(passingIndex(of: store)) }
    do {
      return try body(try index(of: store))
    } catch IndexError.damaged {
      loaded.withLock { $0 = nil }
      try? VectorIndex.erase(file)
      return try body(try index(of: store))
    }
  }

  /// The index of the gallery as it is now; read or made at the first call, then kept in step.
  private func index(of store: any FaceStore) throws -> VectorIndex {
    try loaded.withLock { loaded in
      var known = loaded
      loaded = nil
      if let index = known, try index.isOutlived(at: folder) || !index.isOf(store) { known = nil }
      // Damage may come to light after the file was opened.
      if let index = known, (try? index.index.check()) == nil {
        try VectorIndex.erase(file)
        known = nil
      }
      var index = try known ?? GalleryIndex(store, at: folder)
      try index.update(to: store)
      try index.calibrate(store)
      // The next program will be quicker; where it cannot be written, it will not.
      try? index.refreshFile(store, at: folder)
      loaded = index
      return index.index
    }
  }

  /// Of all faces of a gallery that has none of its own here; for as long as it does not change.
  private func passingIndex(of store: any FaceStore) throws -> VectorIndex {
    try passing.withLock { known in
      if let known, try store.revision() == known.revision { return known.index }
      known = nil
      let faces = try store.embeddings()
      let index = try VectorIndex(dimensions: faces.embeddings.dimensions)
      try index.insert(
        faces.embeddings, faces: faces.faces, threads: ProcessorQuota.count,
        progress: IndexProgress.update(_:of:))
      known = (faces.revision, index)
      return index
    }
  }

  /// A description of the index, after verifying its file.
  func summary(of store: any FaceStore) throws -> IndexSummary {
    let info = try with(store) { index in
      try index.verifyFile()
      return try index.info()
    }
    return IndexSummary(
      kind: info.kind, faces: info.vectors, searchBytes: info.searchBytes,
      embeddingBytes: info.vectorBytes,
      fileBytes: try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize, recall: info.recall,
      beam: info.beam, measurement: info.measurement.map(RecallMeasurement.init))
  }

  /// Writes the file after faces were added, if it is far behind.
  func refreshFile(_ store: any FaceStore) throws {
    guard store.searching == nil else { return }
    if try store.summary().faces >= GalleryIndex.fileThreshold { _ = try index(of: store) }
  }

  /// Deletes the file, and makes it again where the gallery is large enough to have one.
  /// - Throws: `GalleryError`, `IndexError`
  func rebuildFile(_ store: any FaceStore) throws {
    forget()
    try IndexFileLock.held(at: folder) { try VectorIndex.erase(file) }
    try refreshFile(store)
  }

  /// Takes faces that were removed out of the file too; nothing of them is left in it.
  /// - Throws: `IndexError`, if the file can be neither written anew nor deleted.
  func eraseRemoved(from store: any FaceStore) throws {
    guard store.searching == nil else { return }
    // A writer of it has not seen the removal yet and is waited for.
    guard FileManager.default.fileExists(atPath: file.path + ".lock") else { return }
    try IndexFileLock.held(at: folder) {}
    do {
      if FileManager.default.fileExists(atPath: file.path) {
        _ = try index(of: store)
        let isClean = loaded.withLock { $0?.fileHoldsRemoved == false }
        if isClean { return }
      }
    } catch {
      // Without a file it is made of the gallery again.
    }
    try VectorIndex.erase(file)
    loaded.withLock { $0 = nil }
  }
}
