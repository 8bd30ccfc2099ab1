import Foundation
import GalleryCore
import LikenessCore

extension MilvusGallery {
  /// Another number after every change, not in any order.
  public func revision() throws(GalleryError) -> Int {
    Int(try record(Record.revisionKey)?.number ?? 0)
  }

  /// The model whose embeddings it holds; nil before the first face.
  public func embeddingModel() throws(GalleryError) -> EmbeddingModel? {
    try galleryModel()?.source
  }

  public func state() throws(GalleryError) -> (id: String, revision: Int, dimensions: Int?) {
    (try identity()?.id ?? "", try revision(), try dimensions())
  }

  /// A server's gallery is not put back from a copy without its revisions.
  public func mark(of revision: Int) throws(GalleryError) -> String { "" }

  public func dimensions() throws(GalleryError) -> Int? { try galleryModel()?.dimensions }

  public func hasFaces() throws(GalleryError) -> Bool {
    try !faces(after: .beforeFirst, limit: 1).isEmpty
  }

  public func faceCount() throws(GalleryError) -> Int { try count(nil) }

  func count(_ condition: Condition?) throws(GalleryError) -> Int {
    guard try galleryModel() != nil else { return 0 }
    return try ask { () throws(MilvusError) in try faces.count(condition) }
  }

  public func photoCount() throws(GalleryError) -> Int { try count(.photo, nil) }

  private func count(_ kind: Record.Kind, _ condition: Condition?) throws(GalleryError) -> Int {
    let all = [.equal(Record.kindField, kind.rawValue), condition].compactMap(\.self)
    return try ask { () throws(MilvusError) in try records.count(.all(all)) }
  }

  /// What the gallery holds. `bytes` is 0: they are the server's.
  public func summary() throws(GalleryError) -> GallerySummary {
    let identity = try identity()
    let model = try galleryModel()
    let (namedFaces, names) = try nameCounts()
    return GallerySummary(
      id: identity?.id, path: path, created: identity?.created, photos: try photoCount(),
      photosWithoutFace: try count(.photo, .equal(Record.countField, 0)),
      faces: try faceCount(), namedFaces: namedFaces,
      doubtfulFaces: try count(.isDoubtful), names: names, model: model?.name,
      dimensions: model?.dimensions, bytes: 0, unembeddedFaces: try count(.isUnembedded),
      hiddenFaces: try hiddenFaces().count)
  }

  /// How many faces go by a name, and how many names there are.
  private func nameCounts() throws(GalleryError) -> (faces: Int, names: Int) {
    // Where the user named nobody, the names that faces were added by count, each of which has its record: the server can
    // count both by itself. Otherwise all faces have to be looked at.
    if try count(.person, .notEqual(Record.textField, "")) == 0 {
      return (try count(.notEqual(FaceFields.name, "")), try count(.name, nil))
    }
    let names = try names()
    return (names.reduce(0) { $0 + $1.faces }, names.count)
  }

  // MARK: Faces

  /// Those of some faces that are there and have embeddings, with these, in the order given.
  public func faces(
    ids: some Collection<FaceID>
  ) throws(GalleryError) -> [(StoredFace, Embedding)] {
    let rows = try rows(of: ids, withEmbeddings: true).filter(\.isEmbedded)
    let names = try names(of: rows)
    return rows.map { ($0.stored(name: names[$0.id]), Embedding($0.embedding)) }
  }

  public func embedding(face: FaceID) throws(GalleryError) -> Embedding? {
    try rows(of: [face], withEmbeddings: true).first { $0.isEmbedded }
      .map { Embedding($0.embedding) }
  }

  public func face(id: FaceID) throws(GalleryError) -> StoredFace? {
    try stored(rows(of: [id], withEmbeddings: false)).first
  }

  /// The faces that go by a name as it is written, in the order of their ids, see `StoredFace.name`.
  public func faces(named name: String) throws(GalleryError) -> [StoredFace] {
    let name = name.precomposedStringWithCanonicalMapping
    var faces = try stored(.equal(FaceFields.name, name)).filter { $0.name == name }
    if let person = try person(named: name) {
      let added = Set(faces.map(\.id))
      let others = try members(of: [person]).keys.filter { !added.contains($0) }
      faces += try stored(plainRows(of: others))
    }
    return faces.sorted { $0.id < $1.id }
  }

  /// The faces of a photo, the most prominent first.
  public func faces(inPhoto photo: PhotoID) throws(GalleryError) -> [StoredFace] {
    try stored(.equal(FaceFields.photo, photo)).sorted { $0.ordinal < $1.ordinal }
  }

  private func stored(_ condition: Condition) throws(GalleryError) -> [StoredFace] {
    var found: [FaceRow] = []
    try all {
      try eachRow(condition) {
        found.append($0)
        return true
      }
    }
    return try stored(found)
  }

  private func stored(_ rows: [FaceRow]) throws(GalleryError) -> [StoredFace] {
    let names = try names(of: rows)
    return rows.map { $0.stored(name: names[$0.id]) }
  }

  /// What `body` does with all of something; it throws nothing of its own.
  func all(_ body: () throws -> Void) throws(GalleryError) {
    do {
      try body()
    } catch let error as GalleryError {
      throw error
    } catch {
      throw .failed(path: path, detail: "\(error)")
    }
  }

  /// Those of some faces that are there, in the order given, without their embeddings.
  func plainRows(of ids: some Collection<FaceID>) throws(GalleryError) -> [FaceRow] {
    try rows(of: ids, withEmbeddings: false)
  }

  public func faces(after id: FaceID, limit: Int) throws(GalleryError) -> [FaceID] {
    var found: [FaceID] = []
    while found.count < limit {
      let page = try ids(nil, after: found.last ?? id, limit: limit - found.count)
      if page.isEmpty { break }
      found += page
    }
    return found
  }

  /// The first ids above one, rising: some at least, as long as there are any.
  private func ids(
    _ condition: Condition?, after id: FaceID, limit: Int
  ) throws(GalleryError) -> [FaceID] {
    guard try galleryModel() != nil else { return [] }
    let rows = try ask { () throws(MilvusError) in
      try faces.page(
        .above(FaceFields.id, id), condition, [FaceFields.id], limit: min(Self.page, limit))
    }
    return rows.integers(FaceFields.id).map { FaceID($0) }
  }

  public func faces(labelled labels: [String: String]) throws(GalleryError) -> Set<FaceID> {
    guard !labels.isEmpty else { return [] }
    var filter = FaceCondition()
    (filter.labels, filter.includesDoubtful) = (labels, true)
    filter.includesUnembedded = true
    return try ids(filter.condition)
  }

  public func faces(ofQuality minimum: Double) throws(GalleryError) -> Set<FaceID> {
    // Measured when they were added.
    var filter = FaceCondition()
    (filter.minimumQuality, filter.includesDoubtful) = (minimum, true)
    filter.includesUnembedded = true
    return try ids(filter.condition)
  }

  func ids(_ condition: Condition?) throws(GalleryError) -> Set<FaceID> {
    var found: Set<FaceID> = []
    var last = FaceID.beforeFirst
    while true {
      let page = try ids(condition, after: last, limit: Self.page)
      guard let end = page.last else { return found }
      found.formUnion(page)
      last = end
    }
  }

  public func photos(ofFaces faces: some Collection<FaceID>) throws(GalleryError) -> [FaceID:
    PhotoID]
  {
    var photos: [FaceID: PhotoID] = [:]
    for row in try plainRows(of: faces) { photos[row.id] = row.photo }
    return photos
  }

  public func attributeVectors(face: FaceID) throws(GalleryError) -> [String: Embedding] {
    try plainRows(of: [face]).first?.details.attributes.mapValues { Embedding($0) } ?? [:]
  }

  public func labels(face: FaceID) throws(GalleryError) -> [String: String] {
    try plainRows(of: [face]).first?.labels ?? [:]
  }

  /// What an answer tells of some faces; those that went or have no embedding are left out.
  public func answers(
    of faces: some Collection<FaceID>
  ) throws(GalleryError) -> [(entry: FaceEntry, embedding: Embedding, photo: StoredPhoto)] {
    let rows = try rows(of: faces, withEmbeddings: true).filter(\.isEmbedded)
    return zip(rows, try entries(rows)).map { row, entry in
      (entry, Embedding(row.embedding), row.origin.stored(row.photo))
    }
  }

  public func entries(of faces: some Collection<FaceID>) throws(GalleryError) -> [FaceEntry] {
    try entries(plainRows(of: faces))
  }

  private func entries(_ rows: [FaceRow]) throws(GalleryError) -> [FaceEntry] {
    let members = try memberships(of: rows.map(\.id))
    let names = try names(of: rows, members)
    let hidden = try hiddenFaces(among: rows.map(\.id), members)
    return rows.map {
      $0.entry(
        person: members[$0.id]?.person, name: names[$0.id], isHidden: hidden.contains($0.id))
    }
  }

  /// All faces of some photos, in no order.
  func rows(
    ofPhotos photos: [PhotoID], withEmbeddings: Bool
  ) throws(GalleryError) -> [FaceRow] {
    var found: [FaceRow] = []
    for some in photos.parts(of: Self.page) {
      try all {
        try eachRow(.among(FaceFields.photo, some), withEmbeddings: withEmbeddings) { row in
          found.append(row)
          return true
        }
      }
    }
    return found
  }

  /// A small JPEG of a face; nil if there is none.
  public func thumbnail(face: FaceID) throws(GalleryError) -> Data? {
    try thumbnails(faces: [face])[0]
  }

  public func thumbnails(faces: [FaceID]) throws(GalleryError) -> [Data?] {
    var pictures: [String: Data] = [:]
    for record in try records(faces.map { Record.key(thumbnail: $0) }) {
      pictures[record.key] = try decoded {
        try JSONDecoder().decode(Thumbnail.self, from: record.body).jpeg
      }
    }
    return faces.map { pictures[Record.key(thumbnail: $0)] }
  }

  /// The embeddings of some of the faces that have one and are not doubtful, and how many of these there are.
  ///
  /// Those of the first photos by their digests: as good as drawn by lot, and the same in every gallery of the same
  /// photos.
  /// - Returns: `(min(most, n), d)`; nil without faces.
  public func sample(
    most: Int
  ) throws(GalleryError) -> (embeddings: EmbeddingMatrix, count: Int)? {
    let count = try certainFaceCount()
    guard count > 0, let model = try galleryModel() else { return nil }
    // Photos count all of their detections.
    var leftOut: [PhotoID: Int] = [:]
    let others = try doubtfulFaces().union(ids(.isUnembedded))
    for photo in try self.photos(ofFaces: others).values {
      leftOut[photo, default: 0] += 1
    }
    var photos: [PhotoID] = []
    var expected = 0
    try all {
      try eachRecord(.photo) { photo in
        let certain = Int(photo.count) - leftOut[PhotoID(photo.number), default: 0]
        if certain > 0 { photos.append(PhotoID(photo.number)) }
        expected += certain
        return expected < most
      }
    }
    let rows = try rows(ofPhotos: photos, withEmbeddings: true)
      .filter { $0.isEmbedded && !$0.details.quality.isDoubtful }
      .sorted { ($0.origin.digest, $0.ordinal) < ($1.origin.digest, $1.ordinal) }
    let values = rows.prefix(most).flatMap(\.embedding)
    return (EmbeddingMatrix(dimensions: model.dimensions, values: values), count)
  }

  // MARK: Names and photos

  public func resolve(_ text: String) throws(GalleryError) -> NameLookup {
    let exact = text.precomposedStringWithCanonicalMapping
    if try isName(exact) { return .found(exact) }
    var names = try allNames()
    while true {
      let lookup = NameLookup(text, among: names.sorted())
      let meant =
        switch lookup {
        case .found(let name): [name]
        case .ambiguous(let some), .unknown(let some): some
        }
      var former: Set<String> = []
      for name in meant {
        if try !isName(name) { former.insert(name) }
      }
      if former.isEmpty { return lookup }
      names.subtract(former)
    }
  }

  /// Whether it is the name of a person, of faces that go by it, or one without faces. One that faces were added by is none
  /// where all of them go by those of their people.
  private func isName(_ name: String) throws(GalleryError) -> Bool {
    if try person(named: name) != nil { return true }
    guard try record(Record.key(name: name)) != nil else { return false }
    if try givenPersonNames().isEmpty { return true }
    if try faces(addedBy: name).isEmpty { return true }
    return try !faces(named: name).isEmpty
  }

  public func names(meantBy texts: [String]) throws(GalleryError) -> Set<String> {
    let exact = Set(texts.map(\.precomposedStringWithCanonicalMapping))
    // There may be very many names, and most often they are written as they are.
    let known = Set(try records(exact.map { Record.key(name: $0) }).map(\.text))
    if known == exact { return known }
    return NameLookup.names(meantBy: texts, among: try allNames())
  }

  public func names(writtenAs texts: [String]) throws(GalleryError) -> Set<String> {
    let exact = Set(texts.map(\.precomposedStringWithCanonicalMapping))
    guard !exact.isEmpty else { return [] }
    let known = Set(try records(exact.map { Record.key(name: $0) }).map(\.text))
    return known == exact ? known : known.union(try givenPersonNames()).intersection(exact)
  }

  private func allNames() throws(GalleryError) -> Set<String> {
    Set(try nameTexts()).union(try givenPersonNames())
  }

  private func nameTexts() throws(GalleryError) -> [String] {
    try records(.name).map(\.text).sorted()
  }

  public func faces(addedBy name: String) throws(GalleryError) -> Set<FaceID> {
    try ids(.equal(FaceFields.name, name.precomposedStringWithCanonicalMapping))
  }

  public func embeddings(
    ofNames names: Set<String>, most: Int
  ) throws(GalleryError) -> [String: [Embedding]] {
    guard !names.isEmpty, try galleryModel() != nil else { return [:] }
    let wanted = names.map(\.precomposedStringWithCanonicalMapping)
    let rows = try ask { () throws(MilvusError) in
      try faces.rows(
        .both(.among(FaceFields.name, wanted), .isEmbedded), FaceFields.all, limit: Self.page)
    }
    var found: [String: [Embedding]] = [:]
    for row in try decoded({ try [FaceRow](rows) }) where found[row.name, default: []].count < most
    {
      found[row.name, default: []].append(Embedding(row.embedding))
    }
    return found
  }

  public func namedFaces() throws(GalleryError) -> Set<FaceID> {
    Set(try allFaceNames().names.keys)
  }

  public func namedFaces(
    offset: Int, limit: Int
  ) throws(GalleryError) -> (faces: [(face: FaceID, name: String)], total: Int) {
    let named = try allFaceNames().names
    let some = named.sorted { $0.key < $1.key }.dropFirst(offset).prefix(limit)
    return (some.map { ($0.key, $0.value) }, named.count)
  }

  /// The names that faces go by, their photos, and the names that faces were added by.
  private func allFaceNames() throws(GalleryError) -> (
    names: [FaceID: String], photos: [FaceID: PhotoID], added: Set<String>
  ) {
    let rule = try NamingRule(self)
    var (names, photos, added) = ([FaceID: String](), [FaceID: PhotoID](), Set<String>())
    try all {
      try eachRow(rule.isAnybodyNamed ? nil : .notEqual(FaceFields.name, "")) { row in
        if !row.name.isEmpty { added.insert(row.name) }
        if let name = rule.name(of: row) { (names[row.id], photos[row.id]) = (name, row.photo) }
        return true
      }
    }
    return (names, photos, added)
  }

  /// Every name that a face goes by, and those that were added without faces, in order.
  public func names() throws(GalleryError) -> [NameSummary] {
    let (named, photosOf, added) = try allFaceNames()
    var (faces, photos) = ([String: Int](), [String: Set<PhotoID>]())
    for (face, name) in named {
      faces[name, default: 0] += 1
      if let photo = photosOf[face] { photos[name, default: []].insert(photo) }
    }
    let unused = Set(try nameTexts()).subtracting(added).subtracting(try givenPersonNames())
    return unused.union(faces.keys).sorted().map {
      NameSummary(name: $0, photos: photos[$0]?.count ?? 0, faces: faces[$0] ?? 0)
    }
  }

  /// - Parameter digest: SHA-256 of the file's bytes, lower-case hexadecimal.
  public func photo(digest: String) throws(GalleryError) -> StoredPhoto? {
    try photos(digests: [digest])[digest]
  }

  public func photos(paths: [String]) throws(GalleryError) -> [StoredPhoto] {
    let wanted = Set(paths)
    var photos: [StoredPhoto] = []
    for some in paths.map(PhotoOrigin.text).parts(of: Self.page) {
      for record in try records(.photo, .among(Record.textField, some)) {
        let photo = try photo(record)
        if wanted.contains(photo.path) { photos.append(photo) }
      }
    }
    return photos.sorted { $0.id < $1.id }
  }

  public func photos(digests: [String]) throws(GalleryError) -> [String: StoredPhoto] {
    let wanted = Set(digests)
    var found: [String: StoredPhoto] = [:]
    for (origin, record) in try photos(numberedAs: wanted).values
    where wanted.contains(origin.digest) {
      found[origin.digest] = origin.stored(PhotoID(record.number))
    }
    return found
  }

  public func photo(id: PhotoID) throws(GalleryError) -> StoredPhoto? {
    try record(Record.key(photo: id)).map { record throws(GalleryError) in try photo(record) }
  }

  /// The photos that have one of the numbers that photos of some content may have, by these numbers: most often it is
  /// they themselves, or nobody.
  func photos(
    numberedAs digests: some Collection<String>
  ) throws(GalleryError) -> [PhotoID: (origin: PhotoOrigin, record: Record)] {
    let numbers = Set(
      digests.flatMap { ContentNumber.candidates(photo: $0).prefix(Self.attempts) })
    var found: [PhotoID: (origin: PhotoOrigin, record: Record)] = [:]
    for record in try records(numbers.map { Record.key(photo: $0) }) {
      found[PhotoID(record.number)] = (try origin(record), record)
    }
    return found
  }

  /// Nothing: there may be too many to be known to everybody who adds.
  public func knownFiles() throws(GalleryError) -> Set<PhotoFile> { [] }

  public func pathsOfUnreadTimes() throws(GalleryError) -> Set<String> { [] }

  /// When some photos were taken; those of which it is not known are left out.
  public func captureTimes(
    ofPhotos photos: Set<PhotoID>
  ) throws(GalleryError) -> [PhotoID: CaptureTime] {
    var times: [PhotoID: CaptureTime] = [:]
    for record in try records(photos.map { Record.key(photo: $0) }) {
      times[PhotoID(record.number)] = PhotoTaken(stored: try origin(record).taken).time
    }
    return times
  }

  /// Names of people whom photos show somewhere, by the photos that have some, in their order.
  /// - Parameter photos: nil for all.
  public func candidates(
    ofPhotos photos: Set<PhotoID>?
  ) throws(GalleryError) -> [PhotoID: [String]] {
    var candidates: [PhotoID: [String]] = [:]
    func note(_ record: Record) throws(GalleryError) {
      if let names = try origin(record).candidates, !names.isEmpty {
        candidates[PhotoID(record.number)] = names
      }
    }
    if let photos {
      for record in try records(photos.map { Record.key(photo: $0) }) { try note(record) }
      return candidates
    }
    try all {
      try eachRecord(.photo) {
        try note($0)
        return true
      }
    }
    return candidates
  }

  public func photos(after id: PhotoID, limit: Int) throws(GalleryError) -> [PhotoEntry] {
    var entries: [PhotoEntry] = []
    while entries.count < limit {
      let last = Record.key(photo: entries.last?.photo.id ?? max(.beforeFirst, id))
      let rows = try ask { () throws(MilvusError) in
        try records.page(
          .above(Record.keyField, last), .equal(Record.kindField, Record.Kind.photo.rawValue),
          Record.fields, limit: min(Self.page, limit - entries.count))
      }
      let page = try decoded { try [Record](rows) }
      if page.isEmpty { break }
      for record in page {
        entries.append(PhotoEntry(photo: try photo(record), faces: Int(record.count)))
      }
    }
    return entries
  }

  public func photoEntry(_ id: PhotoID) throws(GalleryError) -> PhotoEntry? {
    guard let photo = try photo(id: id) else { return nil }
    return PhotoEntry(photo: photo, faces: try faces(inPhoto: id).count)
  }

  func origin(_ record: Record) throws(GalleryError) -> PhotoOrigin {
    try decoded { try JSONDecoder().decode(PhotoOrigin.self, from: record.body) }
  }

  func photo(_ record: Record) throws(GalleryError) -> StoredPhoto {
    try origin(record).stored(PhotoID(record.number))
  }
}

/// A picture as a record has it.
struct Thumbnail: Codable { var jpeg: Data }
