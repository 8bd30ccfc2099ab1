import Foundation
import GRDB
import GalleryCore
import LikenessCore

/// Faces without an embedding of the gallery's model.
extension GalleryStore {
  /// For a condition on the table `face`.
  static let isEmbedded =
    "NOT EXISTS (SELECT 1 FROM missing_embedding WHERE missing_embedding.face = face.id)"

  /// The faces that have no embedding of the gallery's model, and why, by their ids.
  public func unembeddedFaces() throws(GalleryError) -> [FaceID: String] {
    try read { try Self.missingReasons($0) }
  }

  static func missingReasons(_ db: Database) throws -> [FaceID: String] {
    var reasons: [FaceID: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT face, reason FROM missing_embedding") {
      reasons[try row.value(0)] = try row.value(1, as: String.self)
    }
    return reasons
  }

  static func insert(_ missing: MissingEmbedding, face: FaceID, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO missing_embedding VALUES (?, ?, ?, ?, ?)").execute(
      arguments: [
        face, missing.reason, missing.formerModel?.name, missing.formerModel?.file,
        FloatBlob.data(missing.former.values),
      ])
  }
}

/// Another model.
extension GalleryStore {
  /// Starts or resumes an upgrade to another model; see `FaceStore.upgrade(to:settings:)`.
  public func upgrade(
    to model: EmbeddingModel, settings: String
  ) throws(GalleryError) -> any GalleryUpgrade {
    try FolderUpgrade(of: self, to: model, settings: settings)
  }

  /// The progress of an unfinished upgrade; nil if there is none.
  public func unfinishedUpgrade() throws(GalleryError) -> UpgradeProgress? {
    guard let file = try UpgradeFile(opening: files, readonly: !files.isWritable),
      let target = try file.target()
    else { return nil }
    let (gallery, model) = (try state().id, try embeddingModel())
    let progress = try progress(to: target.model, done: try file.faces())
    // What a program left that was killed right after its last step is no upgrade.
    guard target.gallery == gallery, progress.done > 0 || model != target.model else { return nil }
    return progress
  }

  /// How far faces with new embeddings are towards a model.
  fileprivate func progress(
    to model: EmbeddingModel, done: Set<FaceID>
  ) throws(GalleryError) -> UpgradeProgress {
    try read { db in
      let needed = try Self.facesToEmbed(for: model, db)
      return UpgradeProgress(
        model: model, done: needed.intersection(done).count, faces: needed.count)
    }
  }

  /// The faces that need an embedding before the gallery is one of a model: all, or of its own those without.
  fileprivate static func facesToEmbed(
    for model: EmbeddingModel, _ db: Database
  ) throws -> Set<FaceID> {
    try FaceID.fetchSet(
      db,
      sql: try embeddingModel(db) == model
        ? "SELECT face FROM missing_embedding" : "SELECT id FROM face")
  }

  /// Photos of ids above one with faces that need an embedding, without those that are done.
  fileprivate func photosToEmbed(
    for model: EmbeddingModel, after id: PhotoID, limit: Int, done: Set<FaceID>
  ) throws(GalleryError) -> [PhotoToEmbed] {
    try read { db in
      let isCompleting = try Self.embeddingModel(db) == model
      let condition = isCompleting ? "NOT \(Self.isEmbedded)" : "1"
      let faces = try db.cachedStatement(
        sql: """
          SELECT \(Self.faceColumns) FROM \(Self.namedFaces)
          WHERE face.photo = ? AND \(condition) ORDER BY face.ordinal
          """)
      var found: [PhotoToEmbed] = []
      let photos = try PhotoID.fetchCursor(
        db,
        sql: "SELECT DISTINCT photo FROM face WHERE photo > ? AND \(condition) ORDER BY photo",
        arguments: [id])
      while found.count < limit, let photo = try photos.next() {
        let waiting = try Row.fetchAll(faces, arguments: [photo]).map { try Self.face($0) }
          .filter { !done.contains($0.id) }
        guard !waiting.isEmpty, let stored = try self.photos("WHERE id = ?", [photo], db).first
        else { continue }
        found.append(PhotoToEmbed(photo: stored, faces: waiting))
      }
      return found
    }
  }

  /// Those of some faces that are still the very ones.
  fileprivate func present(_ faces: [UpgradedFace]) throws(GalleryError) -> [UpgradedFace] {
    try read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT photo.digest, face.ordinal FROM face JOIN photo ON photo.id = face.photo
          WHERE face.id = ?
          """)
      return try faces.filter { face in
        guard let row = try Row.fetchOne(statement, arguments: [face.face]) else { return false }
        return try row.value(0) == face.digest && row.value(1) == face.ordinal
      }
    }
  }

  /// Faces without an embedding whose last one is of a model: what a gallery had that comes back to it.
  fileprivate func formerEmbeddings(
    of model: EmbeddingModel
  ) throws(GalleryError) -> [UpgradedFace] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT face.id, photo.digest, face.ordinal, missing_embedding.embedding
          FROM missing_embedding JOIN face ON face.id = missing_embedding.face
          JOIN photo ON photo.id = face.photo
          WHERE missing_embedding.model = ? AND missing_embedding.model_file IS ?
            AND LENGTH(missing_embedding.embedding) > 0
          """, arguments: [model.name, model.file]
      ).map { row in
        var face = UpgradedFace(
          face: try row.value(0), digest: try row.value(1), ordinal: try row.value(2),
          embedding: Embedding(FloatBlob.floats(try row.value(3))))
        // Those of the faces that it lost last were left where they are.
        for attribute in try Row.fetchAll(
          db, sql: "SELECT key, vector FROM attribute_vector WHERE face = ?",
          arguments: [face.face])
        {
          face.attributes[try attribute.value(0)] = Embedding(
            FloatBlob.floats(try attribute.value(1)))
        }
        return face
      }
    }
  }

  /// Replaces the old embeddings by the new ones, in one transaction.
  /// - Returns: false where faces have neither an embedding nor a reason to have none.
  fileprivate func put(
    _ file: UpgradeFile, of model: EmbeddingModel, missing: [FaceID: String]
  ) throws(GalleryError) -> Bool {
    try write { db in
      let former = try Self.embeddingModel(db)
      let needed = try Self.facesToEmbed(for: model, db)
      let left = needed.subtracting(try file.faces())
      guard left.allSatisfy({ missing[$0] != nil }) else { return false }
      let known = Set(try Self.missingReasons(db).keys)
      var dimensions: Int?
      let update = try db.cachedStatement(sql: "UPDATE face SET embedding = ? WHERE id = ?")
      try file.each { face in
        guard needed.contains(face.face) else { return }
        dimensions = face.embedding.count
        try update.execute(arguments: [FloatBlob.data(face.embedding.values), face.face])
        try db.cachedStatement(sql: "DELETE FROM attribute_vector WHERE face = ?")
          .execute(arguments: [face.face])
        for (key, vector) in face.attributes {
          try db.cachedStatement(sql: "INSERT INTO attribute_vector VALUES (?, ?, ?)")
            .execute(arguments: [face.face, key, FloatBlob.data(vector.values)])
        }
        guard known.contains(face.face) else { return }
        try db.cachedStatement(sql: "DELETE FROM missing_embedding WHERE face = ?")
          .execute(arguments: [face.face])
        if former == model { try Self.markChanged("face.id = \(face.face)", db) }
      }
      for face in left {
        if known.contains(face) {
          try db.cachedStatement(sql: "UPDATE missing_embedding SET reason = ?2 WHERE face = ?1")
            .execute(arguments: [face, missing[face]])
        } else {
          let old = try Data.fetchOne(
            db, sql: "SELECT embedding FROM face WHERE id = ?", arguments: [face])
          try Self.insert(
            MissingEmbedding(
              reason: missing[face] ?? "", formerModel: former,
              former: Embedding(FloatBlob.floats(old ?? Data()))), face: face, db)
          try update.execute(arguments: [Data(), face])
        }
      }
      guard former != model else { return true }
      guard let dimensions else {
        throw GalleryError.unusable(path: path, detail: "a model by which no face has an embedding")
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO meta VALUES ('model', ?), ('dimensions', ?)",
        arguments: [model.name, "\(dimensions)"])
      if let file = model.file {
        try db.execute(
          sql: "INSERT OR REPLACE INTO meta VALUES ('model_file', ?)", arguments: [file])
      } else {
        try db.execute(sql: "DELETE FROM meta WHERE key = 'model_file'")
      }
      try Self.forgetDerived(db)
      return true
    }
  }

  /// Marks the faces for which a condition holds as changed, so that what is derived from them is updated.
  static func markChanged(_ condition: String, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO face_change
          SELECT face.id, CAST(meta.value AS INTEGER) + 1 FROM face JOIN meta
          WHERE meta.key = 'revision' AND \(condition)
          ON CONFLICT (face) DO UPDATE SET revision = excluded.revision;
        INSERT INTO revision_mark
          SELECT CAST(value AS INTEGER) + 1, lower(hex(randomblob(8))) FROM meta
          WHERE key = 'revision' ON CONFLICT (revision) DO NOTHING;
        """)
  }

  /// Nothing that was made of embeddings of another model holds any longer: links and maps go, an index of any earlier
  /// revision no longer belongs to this gallery, and people are clustered again at the next question.
  private static func forgetDerived(_ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM same_link;
        DELETE FROM map;
        DELETE FROM revision_mark;
        INSERT INTO revision_mark VALUES (0, lower(hex(randomblob(8))));
        """)
    // Who is just making something of the old embeddings may look at the marks when these are new already.
    try markChanged("1", db)
    guard var people = try peopleState(db) else { return }
    // As if all of them had come since.
    people.joined = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM face") ?? 0
    let text = String(decoding: try JSONEncoder().encode(people), as: UTF8.self)
    try db.execute(sql: "INSERT OR REPLACE INTO meta VALUES ('people', ?)", arguments: [text])
  }

  /// Of faces that were removed nothing is to be left beside the gallery either.
  func forgetUpgraded(_ faces: [FaceID]) throws(GalleryError) {
    guard !faces.isEmpty, let file = try UpgradeFile(opening: files, readonly: false) else {
      return
    }
    try file.forget(faces)
  }
}

/// The upgrade of a gallery in a folder.
private final class FolderUpgrade: GalleryUpgrade {
  private let store: GalleryStore
  private let model: EmbeddingModel
  private let file: UpgradeFile
  /// Nil when there is nothing more to do.
  private var lock: GalleryLock?
  private var done: Set<FaceID>

  init(
    of store: GalleryStore, to model: EmbeddingModel, settings: String
  ) throws(GalleryError) {
    (self.store, self.model) = (store, model)
    lock = try GalleryLock(store.files, of: store.files.upgradeLock)
    let gallery = try store.state().id
    if let old = try UpgradeFile(opening: store.files, readonly: false),
      let target = try old.target(),
      target == UpgradeFile.Target(model: model, gallery: gallery, settings: settings)
    {
      file = old
      try store.dropForeign(from: old)
    } else {
      file = try UpgradeFile(
        creating: store.files, for: .init(model: model, gallery: gallery, settings: settings))
    }
    try file.keep(try store.formerEmbeddings(of: model))
    done = try file.faces()
  }

  func progress() throws(GalleryError) -> UpgradeProgress {
    try store.progress(to: model, done: done)
  }

  func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoToEmbed] {
    try store.photosToEmbed(for: model, after: id, limit: limit, done: done)
  }

  func keep(_ faces: [UpgradedFace]) throws(GalleryError) {
    let present = try store.present(faces)
    try file.keep(present)
    done.formUnion(present.map(\.face))
  }

  func finish(missing: [FaceID: String]) throws(GalleryError) -> Bool {
    guard store.isUnmoved else {
      throw .failed(
        path: store.path, detail: "it was put back from a copy meanwhile: upgrade it again")
    }
    let writer = try GalleryStore(
      at: store.folder, access: .write, isBrief: true, patience: .seconds(1))
    guard try writer.put(file, of: model, missing: missing) else { return false }
    end()
    return true
  }

  func discard() throws(GalleryError) { end() }

  private func end() {
    UpgradeFile.delete(store.files)
    lock = nil
  }
}

extension GalleryStore {
  /// Takes out of the file what is not of the present faces.
  fileprivate func dropForeign(from file: UpgradeFile) throws(GalleryError) {
    var foreign: [FaceID] = []
    do {
      var some: [UpgradedFace] = []
      func check() throws {
        let present = Set(try present(some).map(\.face))
        foreign += some.map(\.face).filter { !present.contains($0) }
        some = []
      }
      try file.each { face in
        some.append(face)
        if some.count == 1000 { try check() }
      }
      try check()
    } catch {
      throw GalleryError(error, path: path)
    }
    try file.forget(foreign)
  }
}
