import Foundation
import GalleryCore
import LikenessCore

extension MilvusGallery {
  /// Adds photos with their faces. What was added before, here or by another program, is not added again; what a
  /// program that was killed left half-added is completed.
  /// - Parameters:
  ///   - model: the name of the model that made the embeddings.
  ///   - modelFile: what tells it from another one of its name.
  ///   - updatesPaths: whether a photo that was there already is now where `file` says.
  /// - Returns: for each photo whether it is new.
  /// - Throws: `GalleryError`
  @discardableResult
  public func add(
    _ photos: [NewPhoto], model: String, modelFile: String? = nil, updatesPaths: Bool = true
  ) throws(GalleryError) -> [Bool] {
    try beginWriting()
    for photo in photos {
      for face in photo.faces where face.missing == nil {
        guard face.embedding.count > 0, face.embedding.isFinite else {
          throw .unusable(
            path: path,
            detail: "an embedding that is empty or has a coordinate that is not a number")
        }
      }
    }
    let taken = try self.photos(numberedAs: Set(photos.map(\.digest)))
    var known: [String: Record] = [:]
    for (origin, record) in taken.values { known[origin.digest] = record }
    var seen: Set<String> = []
    let isNew = photos.map { photo in
      known[photo.digest] == nil && seen.insert(photo.digest).inserted
    }
    let new = zip(photos, isNew).filter(\.1).map(\.0)
    if let face = new.lazy.flatMap(\.faces).first(where: { $0.missing == nil }) {
      try settle(GalleryModel(name: model, file: modelFile, dimensions: face.embedding.count))
      let isWhole = new.flatMap(\.faces).allSatisfy {
        $0.missing != nil || $0.embedding.count == face.embedding.count
      }
      guard isWhole else {
        throw .unusable(path: path, detail: "embeddings of different lengths")
      }
    }
    try keep(new, taken.mapValues(\.origin.digest))
    if updatesPaths {
      for (photo, isNew) in zip(photos, isNew) where !isNew {
        // The same photo may come twice, from two places.
        if let record = known[photo.digest] {
          known[photo.digest] = try move(record, to: photo.file)
        }
      }
    }
    return isNew
  }

  /// Adds a face to a photo that is there already, after its other faces.
  /// - Throws: `GalleryError`, for instance `.unknownPhoto`, `.faceExists` and `.modelMismatch`; nothing is kept then.
  public func add(
    _ face: NewFace, toPhoto photo: PhotoID, model: String, modelFile: String?
  ) throws(GalleryError) -> FaceID {
    try beginWriting()
    guard face.embedding.count > 0, face.embedding.isFinite else {
      throw .unusable(
        path: path, detail: "an embedding that is empty or has a coordinate that is not a number")
    }
    guard var record = try record(Record.key(photo: photo)) else {
      throw .unknownPhoto(path: path, photo: photo)
    }
    let origin = try origin(record)
    let others = try galleryModel() == nil ? [] : try faces(inPhoto: photo)
    if let known = others.first(where: { $0.geometry.box.isSamePlace(as: face.geometry.box) }) {
      throw .faceExists(path: path, face: known.id)
    }
    try settle(GalleryModel(name: model, file: modelFile, dimensions: face.embedding.count))
    let candidates = Array(
      ContentNumber.candidates(drawn: face.geometry.box, ofPhoto: origin.digest)
        .prefix(Self.attempts))
    let taken = Set(try plainRows(of: candidates).map(\.id))
    guard let id = candidates.first(where: { !taken.contains($0) }) else {
      throw .failed(path: path, detail: "no number is left for a face")
    }
    let name = (face.name ?? "").precomposedStringWithCanonicalMapping
    let details = FaceDetails(face)
    let row = FaceRow(
      id: id, photo: photo, ordinal: Int64((others.map(\.ordinal).max() ?? -1) + 1), name: name,
      quality: quality(details), labels: try LabelRules.usable(face.labels, path),
      details: details, origin: origin, embedding: face.embedding.values)
    var entries: [Record] = []
    if !name.isEmpty { entries.append(Record(name: name)) }
    if !face.thumbnail.isEmpty { entries.append(try thumbnail(face.thumbnail, of: id)) }
    // The face itself is last of what makes it: who is stopped before leaves no half of one.
    try put(entries)
    try put([row])
    if !details.quality.isDoubtful { try markUnsorted([row]) }
    record.count = Int64(others.count + 1)
    try put([record, newRevision])
    return id
  }

  private func thumbnail(_ jpeg: Data, of face: FaceID) throws(GalleryError) -> Record {
    Record(
      key: Record.key(thumbnail: face), kind: .thumbnail, number: face.rawValue,
      body: try encoded(Thumbnail(jpeg: jpeg)))
  }

  /// - Parameter owners: whose some numbers of photos are.
  private func keep(_ photos: [NewPhoto], _ owners: [PhotoID: String]) throws(GalleryError) {
    guard !photos.isEmpty else { return }
    let now = Date()
    let dimensions = try dimensions()
    let hasFaces = photos.contains { !$0.faces.isEmpty }
    guard let dimensions = dimensions ?? (hasFaces ? nil : 0) else {
      throw .unusable(path: path, detail: "first faces that have no embeddings")
    }
    let none = [Float](repeating: 0, count: dimensions)
    let photoNumbers = try numbers(
      photos.map { Array(ContentNumber.candidates(photo: $0.digest).prefix(Self.attempts)) },
      photos.map(\.digest), owners)
    let faceCandidates = photos.flatMap { photo in
      photo.faces.enumerated().map { place, face in
        Array(
          ContentNumber.candidates(face: face.ordinal ?? place, ofPhoto: photo.digest)
            .prefix(Self.attempts))
      }
    }
    var faceOwners: [FaceID: String] = [:]
    for row in try plainRows(of: Set(faceCandidates.joined())) {
      faceOwners[row.id] = row.origin.digest
    }
    var faceNumbers = try numbers(
      faceCandidates, photos.flatMap { photo in photo.faces.map { _ in photo.digest } },
      faceOwners)[...]
    var rows: [FaceRow] = []
    var entries: [Record] = []
    var whole: [Record] = []
    for (photo, number) in zip(photos, photoNumbers) {
      let origin = PhotoOrigin(photo, added: photo.added ?? now)
      for (place, face) in photo.faces.enumerated() {
        let id = faceNumbers.removeFirst()
        let name = (face.name ?? "").precomposedStringWithCanonicalMapping
        let details = FaceDetails(face)
        rows.append(
          FaceRow(
            id: id, photo: number, ordinal: Int64(face.ordinal ?? place), name: name,
            quality: quality(details), labels: try LabelRules.usable(face.labels, path),
            details: details, origin: origin,
            embedding: face.missing == nil ? face.embedding.values : none))
        if !name.isEmpty {
          entries.append(Record(name: name))
        }
        if !face.thumbnail.isEmpty { entries.append(try thumbnail(face.thumbnail, of: id)) }
      }
      let count = Int64(photo.faces.count)
      let certain = Int64(photo.faces.count { !$0.quality.isDoubtful })
      if certain > 0 {
        entries.append(
          Record(
            key: Record.key(unsorted: number), kind: .unsorted, number: number.rawValue,
            count: certain))
      }
      whole.append(
        Record(
          key: Record.key(photo: number), kind: .photo, number: number.rawValue, count: count,
          text: PhotoOrigin.text(ofPath: photo.file.path), body: try encoded(origin)))
    }
    try put(rows)
    var seen: Set<String> = []
    try put(entries.filter { seen.insert($0.key).inserted })
    // Last of all: who is stopped in between adds the very same rows again.
    try put(whole + [newRevision])
  }

  func put(_ rows: [FaceRow]) throws(GalleryError) { try put(rows) { self.faces } }

  /// - Parameter collection: asked each time, since faces may move.
  func put(_ rows: [FaceRow], in collection: () -> MilvusCollection) throws(GalleryError) {
    for part in rows.parts(of: Self.rowsAtOnce) {
      let some = Array(part)
      let encoded = try decoded { try some.columns() }
      try ask { () throws(MilvusError) in try collection().upsert(encoded) }
    }
  }

  // MARK: Numbers

  /// So many numbers of others in a row are met by nobody.
  static let attempts = 4

  /// For each thing the first of its numbers that is not another's.
  /// - Parameters:
  ///   - digests: of the photos that the things belong to.
  ///   - owners: the photos whose some numbers are already.
  private func numbers<ID: RecordID>(
    _ candidates: [[ID]], _ digests: [String], _ owners: [ID: String]
  ) throws(GalleryError) -> [ID] {
    var given: Set<ID> = []
    var numbers: [ID] = []
    for (own, digest) in zip(candidates, digests) {
      let free = own.first { owners[$0] ?? digest == digest && !given.contains($0) }
      guard let free else { throw .failed(path: path, detail: "no number is left for a photo") }
      given.insert(free)
      numbers.append(free)
    }
    return numbers
  }

  /// A photo that is now in another file.
  private func move(_ record: Record, to file: PhotoFile) throws(GalleryError) -> Record {
    var origin = try origin(record)
    guard origin.path != file.path || origin.bytes != file.bytes || origin.modified != file.modified
    else { return record }
    (origin.path, origin.bytes, origin.modified) = (file.path, file.bytes, file.modified)
    var moved: [FaceRow] = []
    try all {
      try eachRow(.equal(FaceFields.photo, record.number), withEmbeddings: true) { row in
        var row = row
        row.origin = origin
        moved.append(row)
        return true
      }
    }
    try put(moved)
    var record = record
    record.body = try encoded(origin)
    record.text = PhotoOrigin.text(ofPath: file.path)
    try put([record, newRevision])
    return record
  }

  /// Notes when photos were taken of which it was not read before.
  /// - Parameter taken: by the photos' digests.
  /// - Returns: of how many it is known now.
  public func note(taken: [String: PhotoTaken]) throws(GalleryError) -> Int {
    let read = taken.filter { $0.value != .unread }
    let changed = try change(originsOf: read.keys) { origin in
      guard origin.taken == nil, let new = read[origin.digest] else { return false }
      origin.taken = new.stored
      return true
    }
    return changed.count { $0.taken?.isEmpty == false }
  }

  /// Keeps names of people whom photos show somewhere, in place of those that were known.
  /// - Parameter candidates: by the photos' digests.
  /// - Returns: of how many photos they are others now.
  @discardableResult
  public func note(candidates: [String: [String]]) throws(GalleryError) -> Int {
    try change(originsOf: candidates.keys) { origin in
      guard let names = candidates[origin.digest], origin.candidates ?? [] != names else {
        return false
      }
      origin.candidates = names.isEmpty ? nil : names
      return true
    }.count
  }

  /// Changes what is known of photos, in their records and with each of their faces.
  /// - Parameter change: returns whether it changed anything.
  /// - Returns: what changed.
  private func change(
    originsOf digests: some Collection<String>, _ change: (inout PhotoOrigin) -> Bool
  ) throws(GalleryError) -> [PhotoOrigin] {
    guard !digests.isEmpty else { return [] }
    try beginWriting()
    var origins: [PhotoID: PhotoOrigin] = [:]
    var changed: [Record] = []
    for (photo, known) in try photos(numberedAs: digests) {
      var (origin, record) = known
      guard change(&origin) else { continue }
      record.body = try encoded(origin)
      origins[photo] = origin
      changed.append(record)
    }
    guard !changed.isEmpty else { return [] }
    var rows = try rows(ofPhotos: origins.keys.sorted(), withEmbeddings: true)
    for place in rows.indices {
      if let origin = origins[rows[place].photo] { rows[place].origin = origin }
    }
    try put(rows)
    // Last of all: who is stopped in between notes the very same again.
    try put(changed + [newRevision])
    return Array(origins.values)
  }

  /// Has the server write what it holds in memory, after much was added.
  public func flush() throws(GalleryError) {
    guard try galleryModel() != nil else { return }
    try ask { () throws(MilvusError) in
      try faces.flush()
      try records.flush()
    }
  }
}
