import Foundation
import GalleryCore
import LikenessCore
import Synchronization

/// A gallery in Milvus: two collections, `NAME_faces` with a row for each face and `NAME_records` with all else. After the
/// gallery was given another model, the faces are in a collection that the record of the model names.
///
/// Any number of programs on any number of machines may read and write it at once. Nothing that is written twice
/// doubles: rows have keys that follow from the content of their photos.
public final class MilvusGallery: SearchingStore {
  public let address: MilvusAddress
  let records: MilvusCollection
  /// After so long without a sign of life from a program that gives somebody a name, others may.
  let claimLease: Duration
  private let knownModel = Mutex<GalleryModel?>(nil)

  /// The model of a gallery's embeddings.
  struct GalleryModel: Codable, Equatable {
    var name: String
    /// What tells it from another of its name.
    var file: String?
    var dimensions: Int
    /// Where the faces are; nil for the first collection, `NAME_faces`.
    var collection: String?

    var source: EmbeddingModel { EmbeddingModel(name: name, file: file) }
  }

  /// Where the faces are, as far as this program knows.
  var faces: MilvusCollection { faces(of: knownModel.withLock { $0 }) }

  func faces(of model: GalleryModel?) -> MilvusCollection {
    MilvusCollection(
      connection: records.connection, name: model?.collection ?? "\(address.name)_faces")
  }

  struct Identity: Codable {
    var id: String
    var created: String
    /// Of how the rows are written.
    var version: Int
  }

  private static let firstVersion = 1
  /// In which the faces may be in another collection than the first.
  static let version = 2
  /// What is read at a time: Milvus gives no more.
  static let page = 4_096
  /// What is written at a time: more is not quicker.
  static let rowsAtOnce = 500

  /// Opens a gallery.
  /// - Parameters:
  ///   - create: makes an empty one where there is none.
  ///   - limit: how long a question is asked again where the server is away, such as while it is started again.
  ///   - claimLease: how long names that another program was about to give are kept for it when it says nothing more, since
  ///     it may have died.
  /// - Throws: `GalleryError`
  public init(
    at address: MilvusAddress, create: Bool = false, retryingFor limit: Duration = .seconds(90),
    claimLease: Duration = .seconds(15)
  ) throws(GalleryError) {
    (self.address, self.claimLease) = (address, claimLease)
    do {
      let connection = try MilvusConnection(address, retryingFor: limit)
      records = MilvusCollection(connection: connection, name: "\(address.name)_records")
    } catch {
      throw GalleryError(error, path: address.text)
    }
    // Of a gallery the records are made first: faces without them, looked for in this order, are somebody else's.
    let hasFaces = try ask { () throws(MilvusError) in try faces.exists(.opening) }
    let exists = try ask { () throws(MilvusError) in try records.exists(.opening) }
    guard exists || create else { throw .missing(path: path) }
    guard exists || !hasFaces else { throw .notAGallery(path: path) }
    if create {
      // Also one that is there: another program may be just making it. Its vector is never searched for.
      try ask { () throws(MilvusError) in
        try records.create(
          Record.schema, vector: Record.vectorField,
          index: ["index_type": "FLAT", "metric_type": "L2"], isThere: exists)
      }
    }
    try identify(create)
  }

  /// Where it is, for messages.
  public var path: String { address.text }

  /// Finds out that it is a gallery, of a version that is understood here.
  private func identify(_ create: Bool) throws(GalleryError) {
    var known = try record(Record.galleryKey)
    if known == nil, try ask({ () throws(MilvusError) in try records.count(nil) }) > 0 {
      // Another program may have made it in between; somebody else's collection has other records.
      known = try record(Record.galleryKey)
      if known == nil { throw .notAGallery(path: path) }
    }
    if let known {
      guard let identity = try? JSONDecoder().decode(Identity.self, from: known.body) else {
        throw .notAGallery(path: path)
      }
      guard identity.version <= Self.version else { throw .newerVersion(path: path) }
      return
    }
    guard create else { throw .notAGallery(path: path) }
    let identity = Identity(
      id: UUID().uuidString.replacing("-", with: "").lowercased(),
      created: Date().formatted(.iso8601), version: Self.firstVersion)
    try put([
      Record(key: Record.galleryKey, kind: .gallery, body: try encoded(identity))
    ])
  }

  func identity() throws(GalleryError) -> Identity? {
    try record(Record.galleryKey).flatMap {
      try? JSONDecoder().decode(Identity.self, from: $0.body)
    }
  }

  // MARK: Asking

  /// What Milvus' errors mean for a gallery. What is asked of the faces is asked once more where they are in another
  /// collection by now.
  func ask<Value>(_ body: () throws(MilvusError) -> Value) throws(GalleryError) -> Value {
    do {
      return try body()
    } catch {
      guard error.saysCollectionIsGone, try hasMoved() else {
        throw GalleryError(error, path: path)
      }
    }
    do {
      return try body()
    } catch {
      throw GalleryError(error, path: path)
    }
  }

  /// Looks where the faces are.
  /// - Returns: whether they are elsewhere than this program thought.
  private func hasMoved() throws(GalleryError) -> Bool {
    guard let known = knownModel.withLock({ $0 }) else { return false }
    knownModel.withLock { $0 = nil }
    return try galleryModel()?.collection != known.collection
  }

  /// What cannot be read was not written by this program.
  func decoded<Value>(_ body: () throws -> Value) throws(GalleryError) -> Value {
    do {
      return try body()
    } catch {
      throw .damaged(path: path, detail: "its rows are of another program")
    }
  }

  func encoded(_ value: some Encodable) throws(GalleryError) -> Data {
    do {
      return try JSONEncoder().encode(value)
    } catch {
      throw .unusable(path: path, detail: "\(error)")
    }
  }

  func record(_ key: String) throws(GalleryError) -> Record? { try records([key]).first }

  /// Those of some records that are there.
  func records(_ keys: [String]) throws(GalleryError) -> [Record] {
    var found: [Record] = []
    for some in keys.parts(of: Self.page) {
      let rows = try ask { () throws(MilvusError) in
        try records.rows(.among(Record.keyField, some), Record.fields)
      }
      found += try decoded { try [Record](rows) }
    }
    return found
  }

  /// All records of a kind for which a condition holds, in the order of their keys, some at a time; until `body` says
  /// no.
  /// - Parameter limit: how many are read at a time.
  func eachRecord(
    _ kind: Record.Kind, _ condition: Condition? = nil, limit: Int = page,
    _ body: (Record) throws -> Bool
  ) throws {
    let isWanted = Condition.all(
      [.equal(Record.kindField, kind.rawValue)] + [condition].compactMap(\.self))
    var last = ""
    while true {
      let rows = try ask { () throws(MilvusError) in
        try records.page(
          .above(Record.keyField, last), isWanted, Record.fields, limit: limit)
      }
      let page = try decoded { try [Record](rows) }
      guard let end = page.last else { return }
      for record in page where try !body(record) { return }
      last = end.key
    }
  }

  /// The same, all of them.
  func records(
    _ kind: Record.Kind, _ condition: Condition? = nil, limit: Int = page
  ) throws(GalleryError) -> [Record] {
    var found: [Record] = []
    try all {
      try eachRecord(kind, condition, limit: limit) {
        found.append($0)
        return true
      }
    }
    return found
  }

  /// Those of a kind whose number is one of some.
  func records(
    _ kind: Record.Kind, numbered numbers: some Collection<some RecordID>
  ) throws(GalleryError) -> [Record] {
    var found: [Record] = []
    let numbers = Array(numbers)
    for some in numbers.parts(of: Self.page) {
      found += try records(kind, .among(Record.numberField, some))
    }
    return found
  }

  /// Those of some faces that are there, in the order given.
  func rows(
    of ids: some Collection<FaceID>, withEmbeddings: Bool
  ) throws(GalleryError) -> [FaceRow] {
    guard try galleryModel() != nil else { return [] }
    let wanted = Array(ids)
    var found: [FaceID: FaceRow] = [:]
    let fields = withEmbeddings ? FaceFields.all : FaceFields.plain
    for part in wanted.parts(of: Self.page) {
      let some = Set(part)
      let rows = try ask { () throws(MilvusError) in
        try faces.rows(.among(FaceFields.id, some), fields)
      }
      for row in try faceRows(rows) { found[row.id] = row }
    }
    return wanted.compactMap { found[$0] }
  }

  /// All faces for which a condition holds, in the order of their numbers, some at a time; until `body` says no.
  func eachRow(
    _ condition: Condition? = nil, withEmbeddings: Bool = false,
    _ body: (FaceRow) throws -> Bool
  ) throws {
    guard try galleryModel() != nil else { return }
    var last = FaceID.beforeFirst
    while true {
      let rows = try ask { () throws(MilvusError) in
        try faces.page(
          .above(FaceFields.id, last), condition,
          withEmbeddings ? FaceFields.all : FaceFields.plain, limit: Self.page)
      }
      let page = try faceRows(rows)
      guard let end = page.last else { return }
      for row in page where try !body(row) { return }
      last = end.id
    }
  }

  // MARK: Writing

  func put(_ records: [Record]) throws(GalleryError) {
    for part in records.parts(of: Self.rowsAtOnce) {
      let some = Array(part)
      try ask { () throws(MilvusError) in try self.records.upsert(some.asRows) }
    }
  }

  func delete(_ keys: some Collection<String>) throws(GalleryError) {
    let keys = Array(keys)
    for some in keys.parts(of: Self.page) {
      try ask { () throws(MilvusError) in
        try records.delete(.among(Record.keyField, some))
      }
    }
  }

  /// A record that says that the gallery is another one now.
  var newRevision: Record {
    Record(
      key: Record.revisionKey, kind: .revision,
      number: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }

  /// As `FaceFields.quality` has it.
  func quality(_ details: FaceDetails) -> Double {
    let record = details.quality
    let isDoubtful = record.isDoubtful
    if details.missing != nil { return record.overall - (isDoubtful ? 5 : 3) }
    return isDoubtful ? record.overall - 1 : record.overall
  }

  // MARK: The model

  /// The model whose embeddings it holds; nil before the first face.
  func galleryModel() throws(GalleryError) -> GalleryModel? {
    if let known = knownModel.withLock({ $0 }) { return known }
    guard let record = try record(Record.modelKey) else { return nil }
    return try learnt(record)
  }

  /// The model of a record that was just read.
  @discardableResult
  func learnt(_ record: Record) throws(GalleryError) -> GalleryModel {
    let model = try decoded { try JSONDecoder().decode(GalleryModel.self, from: record.body) }
    guard Self.possibleDimensions ~= model.dimensions else { throw damaged(model.dimensions) }
    knownModel.withLock { $0 = model }
    return model
  }

  /// Milvus has vectors of so many numbers.
  private static let possibleDimensions = 1...32_768

  func damaged(_ dimensions: Int) -> GalleryError {
    .damaged(path: path, detail: "its embeddings are said to have \(dimensions) numbers")
  }

  /// Faces with embeddings of the gallery's model.
  private func faceRows(_ rows: Rows) throws(GalleryError) -> [FaceRow] {
    let faces = try decoded { try [FaceRow](rows) }
    if let length = faces.first?.embedding.count, length > 0,
      try galleryModel()?.dimensions != length
    {
      throw damaged(length)
    }
    return faces
  }

  func learnt(_ model: GalleryModel) { knownModel.withLock { $0 = model } }

  /// Makes the gallery one of a model's embeddings, or finds that it is.
  /// - Throws: `GalleryError.modelMismatch`
  func settle(_ wanted: GalleryModel) throws(GalleryError) {
    if let known = try galleryModel() {
      guard known.name == wanted.name else {
        throw .modelMismatch(path: path, gallery: known.name, model: wanted.name)
      }
      guard known.dimensions == wanted.dimensions else {
        throw .modelMismatch(
          path: path, gallery: "\(known.name) with \(known.dimensions) numbers",
          model: "\(wanted.name) with \(wanted.dimensions)")
      }
      return
    }
    try ask { () throws(MilvusError) in
      try faces.create(
        FaceFields.schema(dimensions: wanted.dimensions), vector: FaceFields.embedding,
        index: try index())
    }
    // Of another who was first the faces may have other dimensions, or be no faces at all.
    let fields = try ask { () throws(MilvusError) in try faces.fields() }
    guard FaceFields.all.allSatisfy({ fields[$0] != nil }) else { throw .notAGallery(path: path) }
    let dimensions = fields[FaceFields.embedding]
    guard dimensions == wanted.dimensions else {
      throw .modelMismatch(
        path: path, gallery: "a model with \(dimensions ?? 0) numbers",
        model: "\(wanted.name) with \(wanted.dimensions)")
    }
    try put([Record(key: Record.modelKey, kind: .model, body: try encoded(wanted))])
    knownModel.withLock { $0 = wanted }
  }

  /// A graph where there may be millions; on one machine's server, whose graph finds little where a filter leaves
  /// few, all are looked at.
  func index() throws(MilvusError) -> [String: String] {
    try records.connection.isForOneMachine()
      ? ["index_type": "FLAT", "metric_type": "L2"]
      : ["index_type": "HNSW", "metric_type": "L2", "params": "{\"M\":24,\"efConstruction\":200}"]
  }
}

extension MilvusConnection.Patience {
  /// Whoever opens a gallery waits a little for a server that is just being started, and not for one that is not there.
  fileprivate static let opening = MilvusConnection.Patience(
    deadline: .seconds(10), total: .seconds(5))
}

extension GalleryError {
  init(_ error: MilvusError, path: String) {
    switch error {
    case .full: self = .diskFull(path: path)
    case .unreachable(_, let reason): self = .unreachable(path: path, detail: reason)
    default: self = .failed(path: path, detail: "\(error)")
    }
  }
}
