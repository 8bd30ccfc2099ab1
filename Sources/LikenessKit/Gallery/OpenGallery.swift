import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore
import Synchronization
import VectorSearch

#if Milvus
  import GalleryMilvus
#endif

/// A gallery as this process has it open: its store, and what is kept in memory of it. It knows nothing of networks.
public final class OpenGallery: Sendable {
  /// Where the gallery lives.
  public let place: GalleryPlace
  /// Whether the gallery stays open between questions, as in a server.
  public let isKeptOpen: Bool

  /// In a larger gallery of a server faces are sorted into people in parts, and links counted by a sample.
  let facesHeldAtOnce: Int

  private let openReader = Mutex<GalleryStore?>(nil)
  private let openServer = Mutex<(any FaceStore)?>(nil)
  private let loadedFaces = Mutex<GalleryFaces?>(nil)
  private let index: KeptIndex
  /// How others let go of what they made of the gallery.
  private let dependents = Mutex<[@Sendable () -> Void]>([])

  init(_ place: GalleryPlace, keepsOpen: Bool, facesHeldAtOnce: Int) {
    self.place = place
    self.facesHeldAtOnce = facesHeldAtOnce
    isKeptOpen = keepsOpen
    index = KeptIndex(of: place.localFolder)
  }

  /// The folder that is the gallery, or what belongs to this machine of one that lives elsewhere.
  public var folder: URL { place.localFolder }

  // MARK: Stores

  /// The gallery for reading: opened for each question, or once where it is kept open.
  /// - Throws: `GalleryError`
  package func reader() throws -> any FaceStore {
    if let session = Self.session, session.owner === self { return session.store }
    return switch place {
    case .folder(let folder): try reader(of: folder)
    case .milvus(let address): try server(address)
    }
  }

  private func reader(of folder: URL) throws -> GalleryStore {
    guard isKeptOpen else { return try GalleryStore(at: folder, access: .read) }
    return try openReader.withLock { open in
      // A gallery that was put back from a copy is another file.
      if let open, open.isUnmoved { return open }
      let store = try GalleryStore(at: folder, access: .read)
      forget()
      open = store
      return store
    }
  }

  /// The gallery; nil where there is none.
  /// - Throws: `GalleryError` for one that cannot be read
  package func existingStore() throws -> (any FaceStore)? {
    do {
      return try reader()
    } catch GalleryError.missing {
      return nil
    }
  }

  /// The gallery, if it has faces.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`
  func storeWithFaces() throws -> any FaceStore {
    let store = try reader()
    guard try store.hasFaces() else { throw LikenessError.emptyGallery(path: place.path) }
    return store
  }

  /// The gallery for changes, one writer at a time. Others wait for it: let go of it where a turn is done.
  /// - Parameters:
  ///   - create: makes an empty gallery where there is none.
  ///   - isWholeTask: others are refused, rather than kept waiting, for as long as it is held.
  ///   - isOneOfMany: whether it is one of many turns, of which the first has erased what earlier removals had left.
  ///   - isRepair: whether what was left by others is looked for, and told, by the caller.
  /// - Throws: `GalleryError`; `.inUse` where the turn does not come within `GalleryStore.patience`
  package func writer(
    create: Bool = false, isWholeTask: Bool = false, isOneOfMany: Bool = false,
    isRepair: Bool = false
  ) throws -> any FaceStore {
    switch place {
    case .folder(let folder):
      let store = try GalleryStore(
        at: folder, access: .write, create: create, isBrief: !isWholeTask,
        patience: GalleryStore.patience, finishesErasing: !isOneOfMany)
      if !isOneOfMany, !isRepair { BackupLock.sweep(folder) }
      return store
    case .milvus(let address): return try server(address, create: create)
    }
  }

  /// A gallery on a server, which is reached once and for all: any number may read and write it.
  private func server(_ address: MilvusAddress, create: Bool = false) throws -> any FaceStore {
    #if Milvus
      try openServer.withLock { open in
        if let open { return open }
        // A question must not wait as long as a worker that fills a gallery.
        let gallery = try MilvusGallery(
          at: address, create: create, retryingFor: .seconds(isKeptOpen ? 10 : 90))
        open = gallery
        return gallery
      }
    #else
      throw GalleryError.failed(
        path: address.text, detail: "this build of Likeness does not support galleries in Milvus")
    #endif
  }

  /// Keeps what was made of a gallery in it, where that can be done now. To look is not to change: it has
  /// to go on a read-only or full disk, and while photos are added.
  /// - Returns: false where the gallery cannot be changed now.
  /// - Throws: `GalleryError`, for anything else that goes wrong; and what `keep` throws.
  package func keepIfPossible(_ keep: (any FaceStore) throws -> Void) throws -> Bool {
    do {
      try keep(try writer())
      return true
    } catch GalleryError.readOnly, GalleryError.inUse, GalleryError.diskFull {
      return false
    }
  }

  // MARK: What it holds

  /// What the gallery holds.
  /// - Throws: `GalleryError`
  public func summary() throws -> GallerySummary { try reader().summary() }

  /// Counts the changes of the gallery.
  /// - Throws: `GalleryError`
  public func revision() throws -> Int { try reader().revision() }

  /// All faces of the gallery, read again when it has changed.
  /// - Throws: `GalleryError`, `LikenessError.tooLarge`
  package func faces() throws -> GalleryFaces {
    let store = try reader()
    try requireRoom(for: store)
    return try loadedFaces.withLock { loaded in
      if let loaded, loaded.revision == (try store.revision()) { return loaded }
      let table = try GalleryFaces(store)
      loaded = table
      return table
    }
  }

  // MARK: What questions need of it

  /// The embedding of a face, `(d,)`.
  /// - Throws: `LikenessError.unknownFace`; `.notEmbedded` where the face is there and has none
  func embedding(of face: FaceID, in store: any FaceStore) throws -> Embedding {
    if let embedding = try store.embedding(face: face) { return embedding }
    try requireFace(face, in: store)
    throw LikenessError.notEmbedded(
      face: face, reason: try store.unembeddedFaces()[face] ?? "it has none")
  }

  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  func requireFace(_ face: FaceID, in store: any FaceStore) throws {
    guard try store.face(id: face) != nil else { throw LikenessError.unknownFace(face) }
  }

  /// The name that a text means, of those that faces were added by or that the user gave to people.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `GalleryError`
  func name(_ text: String, in store: any FaceStore) throws -> String {
    switch try store.resolve(text) {
    case .found(let name): return name
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown(let near): throw LikenessError.unknownName(text, nearSpellings: near)
    }
  }

  /// The most faces of a gallery on a server that are brought here at once.
  private static let maximumInMemory = 3_000_000

  /// What needs all faces at once says so for a gallery that is made to be larger than a machine.
  /// - Throws: `LikenessError.tooLarge`
  package func requireRoom(for store: any FaceStore) throws {
    guard store.searching != nil else { return }
    let count = try store.faceCount()
    guard count <= Self.maximumInMemory else {
      throw LikenessError.tooLarge(path: place.path, faces: count, most: Self.maximumInMemory)
    }
  }

  // MARK: The index

  /// A description of the gallery's index, after verifying its file; nil for an empty gallery and for one on a server.
  /// - Throws: `GalleryError`, `IndexError`
  public func indexSummary() throws -> IndexSummary? {
    let store = try reader()
    guard store.searching == nil, try store.hasFaces() else { return nil }
    return try index.summary(of: store)
  }

  /// Does something with the index of all faces, and once more with a rebuilt one if it turns out to be damaged.
  package func withIndex<Result>(
    of store: any FaceStore, _ body: (VectorIndex) throws -> Result
  ) throws -> Result {
    try requireRoom(for: store)
    return try index.with(store, body)
  }

  /// Writes the index's file after faces were added, if it is far behind.
  func refreshIndexFile(_ store: any FaceStore) throws { try index.refreshFile(store) }

  /// Deletes the index's file, and makes it again where the gallery is large enough to have one.
  /// - Throws: `GalleryError`, `IndexError`
  func rebuildIndexFile(_ store: any FaceStore) throws { try index.rebuildFile(store) }

  // MARK: Letting go

  /// Has something done whenever what is kept in memory of the gallery's people and faces is let go of.
  func whenForgotten(_ body: @escaping @Sendable () -> Void) {
    dependents.withLock { $0.append(body) }
  }

  /// Lets go of what is kept in memory of the gallery's people and faces.
  func forget() {
    loadedFaces.withLock { $0 = nil }
    for forget in dependents.withLock({ $0 }) { forget() }
  }

  /// Lets go of all that was made of embeddings, after the gallery was made one of another model.
  func forgetEmbeddings() {
    index.forget()
    forget()
  }

  /// Lets go of faces that were removed, in memory and in the index's file.
  /// - Throws: `IndexError`, if the file can be neither written anew nor deleted.
  func forgetRemoved(from store: any FaceStore) throws {
    forget()
    try index.eraseRemoved(from: store)
  }
}
