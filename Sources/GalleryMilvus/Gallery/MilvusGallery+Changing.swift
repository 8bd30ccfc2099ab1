import Foundation
import GalleryCore
import LikenessCore

/// Removing, naming and labelling.
extension MilvusGallery {
  /// Removes names, people, photos and faces; and the photos and names that no face is left of.
  /// - Returns: what went. Its `tracesRemain` is true: the server keeps bytes of what was removed, out of reach,
  ///   until it next tidies up.
  public func remove(_ removal: Removal) throws(GalleryError) -> RemovalReceipt {
    let ids = try faces(of: removal).sorted()
    let upgrade = try beginWriting()
    let going = try rows(of: ids, withEmbeddings: false)
    // Names that faces went by; what they were added by beneath goes without a word.
    let told = removal.names.union(try self.names(of: going).values)
    let gone = Set(going.map(\.id))
    var receipt = RemovalReceipt()
    receipt.faces = going.map(\.id).sorted()
    var keys: [String] = []
    var emptied: [Record] = []
    let taken = going.filter {
      !removal.leavesPhoto(of: $0.id, isDrawn: $0.details.isDrawn ?? false)
    }
    for photo in Set(going.map(\.photo)).union(removal.photos).sorted() {
      guard var record = try record(Record.key(photo: photo)) else { continue }
      guard try faces(inPhoto: photo).allSatisfy({ gone.contains($0.id) }) else {
        receipt.sharedPhotos.append(
          SharedPhoto(try self.photo(record), faces: going.count { $0.photo == photo }))
        continue
      }
      guard removal.photos.contains(photo) || taken.contains(where: { $0.photo == photo }) else {
        record.count = 0
        emptied.append(record)
        keys.append(Record.key(unsorted: photo))
        continue
      }
      keys += [record.key, Record.key(unsorted: photo)]
      receipt.photos.append(try self.photo(record).path)
    }
    let pictures = going.filter(\.details.hasThumbnail).map { Record.key(thumbnail: $0.id) }
    receipt.thumbnails = pictures.count
    // Also names that no face was added by.
    let names = try records(removal.names.sorted().map { Record.key(name: $0) }).map(\.text)
    guard !receipt.isEmpty || !names.isEmpty else { return receipt }
    // The photo's record first: who is stopped in between finds the faces again by their name, and a photo that is
    // added again finds them as its own.
    try delete(keys + pictures)
    for some in receipt.faces.parts(of: Self.page) {
      try ask { () throws(MilvusError) in
        try self.faces.delete(.among(FaceFields.id, some))
      }
      // Nothing of them is left in what another model is being made of either.
      if let upgrade { try forget(some, in: upgrade) }
    }
    receipt.names = try removeUnused(
      Set(going.map(\.name)).union(names).subtracting([""]))
    try forgetPoints(of: receipt.faces)
    receipt.names += try forgetPeople(of: receipt.faces).filter { !receipt.names.contains($0) }
    receipt.names = receipt.names.filter { told.contains($0) }.sorted()
    try put(emptied + [newRevision])
    try forgetCandidates(removal.names.union(receipt.names))
    receipt.tracesRemain = true
    return receipt
  }

  /// Who is taken out is nobody's candidate either.
  private func forgetCandidates(_ names: Set<String>) throws(GalleryError) {
    guard !names.isEmpty else { return }
    var left: [String: [String]] = [:]
    for (photo, candidates) in try candidates(ofPhotos: nil)
    where candidates.contains(where: names.contains) {
      guard let stored = try self.photo(id: photo) else { continue }
      left[stored.digest] = candidates.filter { !names.contains($0) }
    }
    try note(candidates: left)
  }

  /// Takes out those of some names that no face goes by any more.
  private func removeUnused(_ names: Set<String>) throws(GalleryError) -> [String] {
    var unused: [String] = []
    for name in names.sorted() {
      let isUsed = try ask { () throws(MilvusError) in
        try faces.rows(.equal(FaceFields.name, name), [FaceFields.id], limit: 1).count > 0
      }
      if !isUsed { unused.append(name) }
    }
    try delete(unused.map { Record.key(name: $0) })
    return unused
  }

  /// Says whose face it is, or with nil that nobody knows. A name that no face is left of goes.
  /// - Throws: `GalleryError.unknownFace`, `.unusable` for an empty name
  public func setName(_ name: String?, face: FaceID) throws(GalleryError) {
    var wanted = ""
    if let name { wanted = try GalleryNames.usable(name, path) }
    let name = wanted
    try beginWriting()
    guard var row = try rows(of: [face], withEmbeddings: true).first else {
      throw .unknownFace(path: path, face: face)
    }
    let old = row.name
    guard old != name else { return }
    row.name = name
    if !name.isEmpty {
      try put([Record(name: name)])
      if row.details.quality.isDoubtful { try markUnsorted([row]) }
      row = confirmed(row)
    }
    try put([row])
    if !old.isEmpty { _ = try removeUnused([old]) }
    try put([newRevision])
  }

  /// Keeps a name that no face goes by yet; one that is there stays.
  /// - Throws: `GalleryError.unusable` for an empty name
  public func addName(_ name: String) throws(GalleryError) {
    let name = try GalleryNames.usable(name, path)
    try put([Record(name: name), newRevision])
  }

  /// Gives a name another spelling.
  /// - Parameter merging: gives the faces of `name` to `newName` where there is one already.
  /// - Throws: `GalleryError.unknownName`, `.nameTaken` unless `merging`, `.unusable` for an empty name
  public func rename(
    _ name: String, to newName: String, merging: Bool = false
  ) throws(GalleryError) {
    let (name, new) = (
      name.precomposedStringWithCanonicalMapping, try GalleryNames.usable(newName, path)
    )
    try claiming([name, new]) { claim throws(GalleryError) in
      guard try record(Record.key(name: name)) != nil else {
        throw .unknownName(path: path, name: name)
      }
      if new == name { return }
      if !merging, try record(Record.key(name: new)) != nil {
        throw .nameTaken(path: path, name: new)
      }
      try beginWriting()
      var renamed: [FaceRow] = []
      try all {
        try eachRow(.equal(FaceFields.name, name), withEmbeddings: true) { row in
          var row = row
          row.name = new
          renamed.append(row)
          return true
        }
      }
      try claim.keep()
      if claim.isLost { throw .inUse(path: path, pid: nil) }
      try put([Record(name: new)])
      for some in renamed.parts(of: Self.rowsAtOnce) {
        try put(Array(some))
        try claim.keep()
      }
      try delete([Record.key(name: name)])
      try put([newRevision])
    }
  }

  /// Gives faces labels, or with nil takes them away.
  /// - Parameter changes: by face.
  /// - Returns: the faces whose labels are others now, in the order of their ids.
  /// - Throws: `GalleryError.unknownFace`, `.unusable`; nothing is changed then
  @discardableResult
  public func setLabels(_ changes: [FaceID: LabelChanges]) throws(GalleryError) -> [FaceID] {
    try beginWriting()
    var changed: [FaceRow] = []
    var confirmed: [FaceID] = []
    let rows = try rows(of: changes.keys.sorted(), withEmbeddings: true)
    if let missing = Set(changes.keys).subtracting(rows.map(\.id)).min() {
      throw .unknownFace(path: path, face: missing)
    }
    for var row in rows {
      let before = row.labels
      for (key, value) in changes[row.id] ?? [:] {
        let key = try LabelRules.usable(key, "key", path)
        if let value {
          row.labels[key] = try LabelRules.usable(value, "value", path)
        } else {
          row.labels[key] = nil
        }
      }
      try LabelRules.check(count: row.labels.count, path)
      if row.labels != before { changed.append(row) }
      if changes[row.id]?.values.contains(where: { $0 != nil }) ?? false {
        confirmed.append(row.id)
      }
    }
    try put(changed)
    try confirm(faces: confirmed)
    if !changed.isEmpty { try put([newRevision]) }
    return changed.map(\.id)
  }

  /// Every label that is kept, and how many faces have it.
  public func labelCounts() throws(GalleryError) -> [LabelCount] {
    var counts: [String: [String: Int]] = [:]
    try all {
      try eachRow { row in
        for (key, value) in row.labels { counts[key, default: [:]][value, default: 0] += 1 }
        return true
      }
    }
    return counts.flatMap { key, values in
      values.map { LabelCount(key: key, value: $0.key, faces: $0.value) }
    }.sorted { ($0.key, $0.value) < ($1.key, $1.value) }
  }
}
