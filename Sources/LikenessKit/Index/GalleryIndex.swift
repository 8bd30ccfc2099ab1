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
  /// From so many on, they are linked, which takes long; other numbers are for tests.
  @TaskLocal static var graphThreshold: Int = VectorIndex.standardGraphThreshold

  let index: VectorIndex
  /// Which gallery, and which of its revisions.
  private(set) var stamp: IndexStamp
  /// How many faces came or went since the file was written; nil if there is no file.
  private var changesSinceSaved: Int?
  /// Whether the file holds a face that is not in the gallery any more.
  private(set) var fileHoldsRemoved = false
  /// Whether the file does not have the recall that was measured last.
  private var fileLacksRecall = false

  static func file(of gallery: URL) -> URL { gallery.appendingPathComponent("faces.index") }

  /// Whether it compares all faces for as long as another process makes a graph of them, which is then read from the file.
  private(set) var isPassing = false

  /// The index of a gallery as it is now.
  ///
  /// One process makes the graph of a large gallery and writes its file; others answer exactly meanwhile.
  /// - Throws: `GalleryError`, `IndexError`
  init(_ store: any FaceStore, at gallery: URL) throws {
    if let saved = try Self.saved(store, at: gallery) {
      self = saved
      return
    }
    guard try store.faceCount() >= Self.graphThreshold else {
      try self.init(of: store, isGraph: access(gallery.path, W_OK) == 0)
      return
    }
    switch IndexBuildLock.request(at: gallery) {
    case .granted(let lock):
      self = try withExtendedLifetime(lock) {
        // Somebody may have written it since it was looked for.
        if let saved = try Self.saved(store, at: gallery) { return saved }
        var index = try GalleryIndex(of: store, isGraph: true)
        try index.update(to: store)
        // Whoever waits for the file would measure it, too.
        try index.calibrate(store)
        try? index.refreshFile(store, at: gallery)
        return index
      }
    case .taken:
      try self.init(of: store, isGraph: false)
      isPassing = true
    case .pointless:
      // A graph that cannot be kept is not worth its making.
      try self.init(of: store, isGraph: false)
    }
  }

  /// Whether it is to be let go of, since another process has made the graph or has given it up.
  func isOutlived(at gallery: URL) -> Bool {
    guard isPassing else { return false }
    // A file says nothing: it may be the one that is of no use.
    if case .taken = IndexBuildLock.request(at: gallery) { return false }
    return true
  }

  /// That of the file, brought in step; nil where the file is of no use.
  private static func saved(_ store: any FaceStore, at gallery: URL) throws -> GalleryIndex? {
    let file = Self.file(of: gallery)
    guard FileManager.default.fileExists(atPath: file.path),
      var saved = GalleryIndex(contentsOf: file), try saved.isOf(store)
    else { return nil }
    try saved.update(to: store)
    return saved
  }

  /// As it was saved; nil if the file is of no use.
  private init?(contentsOf file: URL) {
    guard let index = try? VectorIndex(contentsOf: file) else { return nil }
    self.init(saved: index)
  }

  /// An index that was read from its file; nil if it was made of nothing in particular.
  init?(saved index: VectorIndex) {
    guard let stamp = index.stamp else { return nil }
    self.index = index
    self.stamp = stamp
    changesSinceSaved = 0
  }

  /// Made of all faces.
  /// - Parameter isGraph: whether they are linked where there are many.
  private init(of store: any FaceStore, isGraph: Bool) throws {
    let faces = try store.embeddings()
    for row in 0..<faces.faces.count {
      try Self.check(faces.embeddings[row], faces.embeddings.dimensions, faces.faces[row], store)
    }
    index = try VectorIndex(
      dimensions: faces.embeddings.dimensions,
      graphThreshold: isGraph ? Self.graphThreshold : .max)
    try index.insert(
      faces.embeddings, faces: faces.faces, threads: ProcessorQuota.count,
      progress: IndexProgress.update(_:of:))
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
        EmbeddingMatrix(faces.map(\.1)), faces: faces.map(\.0.id), threads: ProcessorQuota.count,
        progress: IndexProgress.update(_:of:))
    }
    (stamp.revision, stamp.mark) = (revision, mark)
    changesSinceSaved = changesSinceSaved.map { $0 + changed.count }
  }

  /// Measures the recall of searches where that is due; see `Documentation/Decisions/index.md`.
  /// - Throws: `GalleryError`, `IndexError`
  mutating func calibrate(_ store: any FaceStore) throws {
    guard index.needsCalibration else { return }
    try index.calibrate(people: Self.people(store))
    // Else every program would measure it again.
    fileLacksRecall = true
  }

  /// Whose faces are whose, by names and by people: faces that either says are of one person have the same number.
  private static func people(_ store: any FaceStore) throws -> [Int64: Int] {
    let named = try store.namedFaces(offset: 0, limit: .max).faces
    let assigned = try store.peopleAssignment().persons
    let faces = Set(named.lazy.map(\.face)).union(assigned.keys).sorted()
    let rows = Dictionary(uniqueKeysWithValues: faces.enumerated().map { ($1, Int32($0)) })
    var sets = DisjointSets(count: faces.count)
    func join(_ face: FaceID, _ first: Int32?) -> Int32 {
      let row = rows[face]!
      sets.join(row, first ?? row)
      return first ?? row
    }
    var firstOfName: [String: Int32] = [:]
    for (face, name) in named { firstOfName[name] = join(face, firstOfName[name]) }
    var firstOfPerson: [PersonID: Int32] = [:]
    for (face, person) in assigned { firstOfPerson[person] = join(face, firstOfPerson[person]) }
    let labels = sets.labels()
    return Dictionary(
      uniqueKeysWithValues: zip(faces, labels).map { ($0.rawValue, Int($1)) })
  }

  private static func check(
    _ embedding: Embedding, _ dimensions: Int, _ face: FaceID, _ store: any FaceStore
  ) throws {
    guard embedding.count == dimensions, embedding.isFinite else {
      throw GalleryError.damaged(path: store.path, detail: "face \(face) has no whole embedding")
    }
  }

  /// Whether a file should be written: there is none of a large gallery, it is far behind, or the recall was measured anew.
  private var isWorthSaving: Bool {
    guard index.count >= Self.fileThreshold, !isPassing else { return false }
    guard let changesSinceSaved, !fileLacksRecall else { return true }
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
      (fileHoldsRemoved, fileLacksRecall) = (false, false)
    }
  }
}
