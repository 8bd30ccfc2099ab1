import Crypto
import Foundation
import GalleryCore
import LikenessCore
import Synchronization

/// Faces without an embedding of the gallery's model.
extension MilvusGallery {
  public func unembeddedFaces() throws(GalleryError) -> [FaceID: String] {
    var reasons: [FaceID: String] = [:]
    try all {
      try eachRow(.isUnembedded) { row in
        reasons[row.id] = row.details.missing?.reason
        return true
      }
    }
    return reasons
  }
}

/// Another model: its embeddings are made in a collection of their own, which takes the place of the one that the gallery
/// asks with one write of the model's record.
extension MilvusGallery {
  /// What the record of an upgrade says.
  struct UpgradeNote: Codable, Equatable {
    var model: EmbeddingModel
    var settings: String
    /// Where the new embeddings are; the gallery's own where only faces without one get some.
    var collection: String
    /// Which program works at it, and until when others leave it alone; seconds since 1970.
    var owner: String
    var heldUntil: Double
    /// Until when nobody may change faces, since they are just being brought over; seconds since 1970.
    var closedUntil: Double?
    /// The collection that the new one takes the place of; known when that begins.
    var former: String?
  }

  public func upgrade(
    to model: EmbeddingModel, settings: String
  ) throws(GalleryError) -> any GalleryUpgrade {
    try CollectionUpgrade(of: self, to: model, settings: settings)
  }

  public func unfinishedUpgrade() throws(GalleryError) -> UpgradeProgress? {
    guard let note = try upgradeNote(), try galleryModel()?.source != note.model else { return nil }
    let staged = collection(note.collection)
    let done = try ask { () throws(MilvusError) in
      try staged.exists() ? try staged.count(.isEmbedded) : 0
    }
    let faces = try faceCount()
    return UpgradeProgress(model: note.model, done: min(done, faces), faces: faces)
  }

  fileprivate func collection(_ name: String) -> MilvusCollection {
    MilvusCollection(connection: records.connection, name: name)
  }

  fileprivate func upgradeNote() throws(GalleryError) -> UpgradeNote? {
    guard let record = try record(Record.upgradeKey) else { return nil }
    return try decoded { try JSONDecoder().decode(UpgradeNote.self, from: record.body) }
  }

  fileprivate func put(_ note: UpgradeNote) throws(GalleryError) {
    try put([Record(key: Record.upgradeKey, kind: .upgrade, body: try encoded(note))])
  }

  /// To be called before faces are changed: they may be elsewhere by now, and may not be changed while they are brought
  /// over.
  /// - Returns: what another model is being made of, if one is.
  /// - Throws: `GalleryError.inUse` where that takes very long
  @discardableResult
  func beginWriting() throws(GalleryError) -> UpgradeNote? {
    let deadline = Date() + 60
    while true {
      let found = try records([Record.modelKey, Record.upgradeKey])
      if let model = found.first(where: { $0.kind == .model }) { try learnt(model) }
      guard let record = found.first(where: { $0.kind == .upgrade }) else { return nil }
      let note = try decoded { try JSONDecoder().decode(UpgradeNote.self, from: record.body) }
      let now = Date()
      guard let closed = note.closedUntil, closed > now.timeIntervalSince1970 else {
        // Whoever gave the gallery its model may have been killed before the last step.
        if try faces(of: galleryModel()).name == note.collection,
          note.heldUntil < now.timeIntervalSince1970
        {
          try cleanUp(note)
          return nil
        }
        return note
      }
      guard now < deadline else { throw .inUse(path: path, pid: nil) }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  /// Takes faces that were removed out of what another model is being made of.
  func forget(_ faces: some Collection<FaceID>, in note: UpgradeNote) throws(GalleryError) {
    let staged = collection(note.collection)
    try ask { () throws(MilvusError) in
      if try staged.exists() { try staged.delete(.among(FaceFields.id, faces)) }
    }
  }

  /// After the new collection took its place: the old one goes, and the note last of all.
  fileprivate func cleanUp(_ note: UpgradeNote) throws(GalleryError) {
    if let former = note.former, former != note.collection {
      let old = collection(former)
      try ask { () throws(MilvusError) in if try old.exists() { try old.drop() } }
    }
    try delete([Record.upgradeKey])
  }

  /// The rows of some faces in a collection, without their embeddings, by face.
  fileprivate func rows(
    in collection: MilvusCollection, after id: FaceID, _ fields: [String]
  ) throws(GalleryError) -> [FaceRow] {
    let rows = try ask { () throws(MilvusError) in
      try collection.page(.above(FaceFields.id, id), nil, fields, limit: Self.page)
    }
    return try decoded { try [FaceRow](rows) }
  }
}

/// The upgrade of a gallery on a server.
private final class CollectionUpgrade: GalleryUpgrade {
  private let gallery: MilvusGallery
  private let former: MilvusGallery.GalleryModel
  private let model: EmbeddingModel
  private var note: MilvusGallery.UpgradeNote
  /// Faces with a new embedding; of a gallery that has the model already, those that got one now.
  private var done: Set<FaceID> = []
  /// So many numbers have the embeddings that are here already.
  private var dimensions: Int?

  /// How long others leave the upgrade to a program that says nothing more of itself.
  private static let hold = 20.0
  /// How long a change takes that was begun before faces were closed to changes.
  private static let grace = 2.0

  /// Of a gallery that has the model and lacks embeddings: these are put where they belong at once.
  private var isCompleting: Bool { former.source == model }

  init(
    of gallery: MilvusGallery, to model: EmbeddingModel, settings: String
  ) throws(GalleryError) {
    (self.gallery, self.model) = (gallery, model)
    let old = try gallery.beginWriting()
    guard let former = try gallery.galleryModel() else {
      throw .unusable(path: gallery.path, detail: "another model of no faces")
    }
    self.former = former
    let key = "\(model.name)\n\(model.file ?? "")\n\(settings)"
    let suffix = SHA256.hash(data: Data(key.utf8)).prefix(6).hexadecimal
    let now = Date().timeIntervalSince1970
    let own = gallery.faces(of: former).name
    note = MilvusGallery.UpgradeNote(
      model: model, settings: settings,
      collection: former.source == model
        ? own : "\(gallery.address.name)_faces_\(suffix)",
      owner: UUID().uuidString, heldUntil: now + Self.hold)
    if let old {
      guard old.heldUntil < now else { throw .inUse(path: gallery.path, pid: nil) }
      if old.collection != note.collection, old.collection != own {
        let other = gallery.collection(old.collection)
        try gallery.ask { () throws(MilvusError) in if try other.exists() { try other.drop() } }
      }
    }
    if !isCompleting {
      precondition(own != note.collection, "a model in the place of itself")
      let staged = gallery.collection(note.collection)
      let hasStaged = try gallery.ask { () throws(MilvusError) in try staged.exists() }
      // One that nobody speaks of is of an upgrade that was given up.
      if hasStaged, old?.collection != note.collection {
        try gallery.ask { () throws(MilvusError) in try staged.drop() }
      }
      try gallery.put(note)
      if hasStaged, old?.collection == note.collection { try readDone(staged) }
    } else {
      try gallery.put(note)
    }
    try keepFormer()
  }

  deinit {
    // Whoever goes on need not wait.
    guard let current = try? gallery.upgradeNote(), current.owner == note.owner else { return }
    note.heldUntil = 0
    note.closedUntil = nil
    if isCompleting {
      try? gallery.delete([Record.upgradeKey])
    } else {
      try? gallery.put(note)
    }
  }

  /// What an earlier run made.
  private func readDone(_ staged: MilvusCollection) throws(GalleryError) {
    try gallery.ask { () throws(MilvusError) in
      // A server that was started again has forgotten it; one that was killed may have no index yet.
      try staged.create([], vector: FaceFields.embedding, index: try gallery.index(), isThere: true)
    }
    dimensions = try gallery.ask { () throws(MilvusError) in
      try staged.fields()[FaceFields.embedding]
    }
    var last = FaceID.beforeFirst
    while true {
      let rows = try gallery.rows(in: staged, after: last, FaceFields.plain)
      guard let end = rows.last else { return }
      done.formUnion(rows.filter(\.isEmbedded).map(\.id))
      last = end.id
    }
  }

  /// Faces without an embedding whose last one was of this model have it again.
  private func keepFormer() throws(GalleryError) {
    var found: [UpgradedFace] = []
    try gallery.all {
      try gallery.eachRow(.isUnembedded) { row in
        if let missing = row.details.missing, missing.formerModel == model, !missing.former.isEmpty
        {
          found.append(
            UpgradedFace(
              face: row.id, digest: row.origin.digest, ordinal: Int(row.ordinal),
              embedding: Embedding(missing.former),
              attributes: row.details.attributes.mapValues { Embedding($0) }))
        }
        return true
      }
    }
    for some in found.parts(of: MilvusGallery.rowsAtOnce) { try keep(Array(some)) }
  }

  func progress() throws(GalleryError) -> UpgradeProgress {
    let faces =
      isCompleting
      ? try gallery.unembeddedFaces().count + done.count : try gallery.faceCount()
    return UpgradeProgress(model: model, done: min(done.count, faces), faces: faces)
  }

  func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoToEmbed] {
    var last = id
    var found: [PhotoToEmbed] = []
    while found.isEmpty {
      let page = try gallery.photos(after: last, limit: limit)
      guard let end = page.last else { break }
      last = end.photo.id
      let photos = page.filter { $0.faces > 0 }.map(\.photo.id)
      var waiting: [PhotoID: [FaceRow]] = [:]
      for row in try gallery.rows(ofPhotos: photos, withEmbeddings: false)
      where !done.contains(row.id) && !(isCompleting && row.isEmbedded) {
        waiting[row.photo, default: []].append(row)
      }
      found = page.compactMap { entry in
        waiting[entry.photo.id].map { rows in
          PhotoToEmbed(
            photo: entry.photo,
            faces: rows.sorted { $0.ordinal < $1.ordinal }.map { $0.stored(name: nil) })
        }
      }
    }
    return found
  }

  func keep(_ faces: [UpgradedFace]) throws(GalleryError) {
    guard let first = faces.first else { return }
    let length = isCompleting ? former.dimensions : dimensions ?? first.embedding.count
    guard length > 0,
      faces.allSatisfy({ $0.embedding.count == length && $0.embedding.isFinite })
    else {
      throw .unusable(
        path: gallery.path,
        detail: "an embedding that is empty, has a coordinate that is not a number, or is of "
          + "another length than the others")
    }
    try hold()
    if !isCompleting, dimensions == nil { try makeCollection(length) }
    if isCompleting { try gallery.beginWriting() }
    let new = Dictionary(faces.map { ($0.face, $0) }) { _, last in last }
    var rows: [FaceRow] = []
    for var row in try gallery.plainRows(of: new.keys) {
      guard let face = new[row.id], face.digest == row.origin.digest, face.ordinal == row.ordinal
      else { continue }
      row.embedding = face.embedding.values
      row.details.attributes = face.attributes.mapValues(\.values)
      row.details.missing = nil
      row.quality = gallery.quality(row.details)
      rows.append(row)
    }
    if isCompleting {
      try gallery.put(rows)
      try gallery.markUnsorted(rows.filter { !$0.details.quality.isDoubtful })
      try gallery.put([gallery.newRevision])
    } else {
      let staged = gallery.collection(note.collection)
      try gallery.put(rows) { staged }
    }
    done.formUnion(rows.map(\.id))
  }

  private func makeCollection(_ length: Int) throws(GalleryError) {
    let staged = gallery.collection(note.collection)
    try gallery.ask { () throws(MilvusError) in
      try staged.create(
        FaceFields.schema(dimensions: length), vector: FaceFields.embedding,
        index: try gallery.index())
    }
    dimensions = length
  }

  /// Says that this program is still at it.
  private func hold(closing: Bool = false) throws(GalleryError) {
    let now = Date().timeIntervalSince1970
    guard closing || note.heldUntil - now < Self.hold / 2 else { return }
    if let current = try gallery.upgradeNote(), current.owner != note.owner,
      current.heldUntil > now
    {
      throw .inUse(path: gallery.path, pid: nil)
    }
    note.heldUntil = now + Self.hold
    note.closedUntil = closing ? note.heldUntil : nil
    try gallery.put(note)
  }

  func finish(missing: [FaceID: String]) throws(GalleryError) -> Bool {
    if isCompleting { return try complete(missing) }
    guard let dimensions else {
      throw .unusable(path: gallery.path, detail: "a model by which no face has an embedding")
    }
    // Most of it while everybody may still change faces, so that they wait for the rest only.
    guard try bringOver(missing, dimensions, isClosed: false) else { return false }
    note.former = gallery.faces(of: former).name
    try hold(closing: true)
    Thread.sleep(forTimeInterval: Self.grace)
    guard try bringOver(missing, dimensions, isClosed: true) else {
      note.closedUntil = nil
      try gallery.put(note)
      return false
    }
    try hold(closing: true)
    try markVersion()
    let new = MilvusGallery.GalleryModel(
      name: model.name, file: model.file, dimensions: dimensions, collection: note.collection)
    var records = [
      Record(key: Record.modelKey, kind: .model, body: try gallery.encoded(new)),
      gallery.newRevision,
    ]
    if var people = try gallery.peopleState() {
      // As if all faces had come since: people are put together anew.
      people.joined = try gallery.faceCount()
      records.append(
        Record(key: Record.peopleKey, kind: .people, body: try gallery.encoded(people)))
    }
    // Also now: whoever is stopped after the next step leaves no map of other embeddings.
    try gallery.forgetMaps()
    try gallery.put(records)
    gallery.learnt(new)
    // What others changed all the same, whom the closing reached too late.
    _ = try bringOver(missing, dimensions, isClosed: true)
    try gallery.delete([Record.linksKey])
    try gallery.forgetMaps()
    try gallery.cleanUp(note)
    return true
  }

  /// Says which version understands the gallery from now on.
  private func markVersion() throws(GalleryError) {
    guard var identity = try gallery.identity() else { throw .notAGallery(path: gallery.path) }
    identity.version = MilvusGallery.version
    try gallery.put([
      Record(key: Record.galleryKey, kind: .gallery, body: try gallery.encoded(identity))
    ])
  }

  /// Why faces have still none.
  private func complete(_ missing: [FaceID: String]) throws(GalleryError) -> Bool {
    try gallery.beginWriting()
    var rows: [FaceRow] = []
    var isWhole = true
    let waiting = try gallery.ids(.isUnembedded)
    for var row in try gallery.rows(of: waiting, withEmbeddings: true) {
      guard let reason = missing[row.id] else {
        isWhole = false
        continue
      }
      guard row.details.missing?.reason != reason else { continue }
      row.details.missing?.reason = reason
      rows.append(row)
    }
    guard isWhole else { return false }
    try gallery.put(rows)
    try gallery.put([gallery.newRevision])
    return true
  }

  /// Gives the new collection the faces as they are in the old one, with their new embeddings.
  /// - Returns: false where faces have neither an embedding nor a reason to have none.
  private func bringOver(
    _ missing: [FaceID: String], _ dimensions: Int, isClosed: Bool
  ) throws(GalleryError) -> Bool {
    let (old, new) = (gallery.faces(of: former), gallery.collection(note.collection))
    var (last, lastNew) = (FaceID.beforeFirst, FaceID.beforeFirst)
    var isAtEnd = false
    while !isAtEnd {
      if isClosed { try hold(closing: true) } else { try hold() }
      let rows = try gallery.rows(in: old, after: last, FaceFields.all)
      isAtEnd = rows.isEmpty
      last = rows.last?.id ?? FaceID(.max)
      var known: [FaceID: FaceRow] = [:]
      // The new ones up to the same face: whoever is there only went meanwhile.
      while lastNew < last {
        let page = try gallery.rows(in: new, after: lastNew, FaceFields.all)
        for row in page where row.id <= last { known[row.id] = row }
        lastNew = page.last.map { min($0.id, last) } ?? last
      }
      var changed: [FaceRow] = []
      for row in rows {
        let twin = known.removeValue(forKey: row.id)
        guard let wanted = self.row(row, twin, missing, dimensions) else { return false }
        if twin.map({ !$0.isSame(as: wanted) }) ?? true { changed.append(wanted) }
      }
      try gallery.put(changed) { new }
      let gone = known.keys.sorted()
      guard !gone.isEmpty else { continue }
      done.subtract(gone)
      try gallery.ask { () throws(MilvusError) in try new.delete(.among(FaceFields.id, gone)) }
    }
    return true
  }

  /// A face as it is to be in the new collection; nil where it has neither an embedding nor a reason to have none.
  private func row(
    _ old: FaceRow, _ new: FaceRow?, _ missing: [FaceID: String], _ dimensions: Int
  ) -> FaceRow? {
    var row = old
    if let new, new.isEmbedded, new.origin.digest == old.origin.digest, new.ordinal == old.ordinal {
      row.embedding = new.embedding
      row.details.attributes = new.details.attributes
      row.details.missing = nil
    } else if let reason = missing[old.id] {
      row.embedding = [Float](repeating: 0, count: dimensions)
      if row.details.missing != nil {
        row.details.missing?.reason = reason
      } else {
        row.details.missing = .init(
          reason: reason, formerModel: former.source, former: old.embedding)
      }
    } else {
      return nil
    }
    row.quality = gallery.quality(row.details)
    return row
  }

  func discard() throws(GalleryError) {
    let staged = gallery.collection(note.collection)
    if !isCompleting {
      try gallery.ask { () throws(MilvusError) in if try staged.exists() { try staged.drop() } }
    }
    try gallery.delete([Record.upgradeKey])
  }
}

extension FaceRow {
  fileprivate func isSame(as other: FaceRow) -> Bool {
    id == other.id && photo == other.photo && ordinal == other.ordinal && name == other.name
      && quality == other.quality && labels == other.labels && details == other.details
      && origin == other.origin && embedding == other.embedding
  }
}
