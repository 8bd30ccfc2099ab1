import GalleryCore
import LikenessCore

extension MilvusGallery {
  /// Compares the records of photos, thumbnails and people with the rows of faces. Nothing is repaired: what belongs to
  /// whom, only the server that others write to at the same time could say.
  /// - Throws: `GalleryError`; `.inUse` while it is being changed
  public func check(
    hasUnitLength: Bool, repairing: Bool
  ) throws(GalleryError) -> [GalleryFinding] {
    // Rows and records are read one after the other: what came in between belongs to nothing yet.
    for _ in 0..<3 {
      let revision = try revision()
      let findings = try findings(hasUnitLength: hasUnitLength)
      if findings.isEmpty { return [] }
      if try self.revision() == revision { return findings }
    }
    throw .inUse(path: path, pid: nil)
  }

  /// What is known of the rows of faces.
  private struct CheckedRows {
    var faces: Set<FaceID> = []
    var ofPhoto: [PhotoID: Int64] = [:]
    var pictured: Set<FaceID> = []
    var unusable: [FaceID] = []
    var notOfUnitLength: [FaceID] = []
  }

  /// How far rounding moves the length of a vector of length 1, also in half precision.
  private static let lengthTolerance = 0.01

  private func findings(hasUnitLength: Bool) throws(GalleryError) -> [GalleryFinding] {
    var photos: [PhotoID: Int64] = [:]
    try all {
      try eachRecord(.photo) {
        photos[PhotoID($0.number)] = $0.count
        return true
      }
    }
    let rows = try rowsToCheck(hasUnitLength: hasUnitLength)
    return Self.findings(rows, photos) + (try references(rows))
  }

  private func rowsToCheck(hasUnitLength: Bool) throws(GalleryError) -> CheckedRows {
    let dimensions = try dimensions()
    var known = CheckedRows()
    try all {
      try eachRow(withEmbeddings: true) { row in
        known.faces.insert(row.id)
        known.ofPhoto[row.photo, default: 0] += 1
        if row.details.hasThumbnail { known.pictured.insert(row.id) }
        guard row.isEmbedded else { return true }
        if row.embedding.count != dimensions || !row.embedding.allSatisfy(\.isFinite) {
          known.unusable.append(row.id)
        } else if hasUnitLength,
          abs(row.embedding.withUnsafeBufferPointer(\.length) - 1) > Self.lengthTolerance
        {
          known.notOfUnitLength.append(row.id)
        }
        return true
      }
    }
    return known
  }

  private static func findings(
    _ rows: CheckedRows, _ photos: [PhotoID: Int64]
  ) -> [GalleryFinding] {
    var findings: [GalleryFinding] = []
    findings.tell(
      .reference, rows.ofPhoto.keys.filter { photos[$0] == nil },
      "there are faces of photos that have no record")
    // A record keeps the number of faces that were found, of which some may have been removed; with the last one it goes.
    findings.tell(
      .reference, photos.filter { $0.value > 0 && rows.ofPhoto[$0.key] == nil }.map(\.key),
      "there are records of photos of which no face has a row")
    findings.tell(
      .reference, photos.filter { $0.value < rows.ofPhoto[$0.key, default: 0] }.map(\.key),
      "there are photos with more faces than their records count")
    findings.tell(.embedding, rows.unusable, "there are faces without a whole embedding")
    findings.tell(
      .embedding, rows.notOfUnitLength,
      "there are faces whose embeddings should have length 1 and have another")
    return findings
  }

  private func references(_ rows: CheckedRows) throws(GalleryError) -> [GalleryFinding] {
    var people: Set<Int64> = []
    var pictures: Set<FaceID> = []
    var (members, hidden, rejected) = ([FaceID](), [FaceID](), [FaceID]())
    var peopleOfMembers: Set<Int64> = []
    var bearers: [String: [PersonID]] = [:]
    try all {
      try eachRecord(.thumbnail) {
        pictures.insert(FaceID($0.number))
        return true
      }
      try eachRecord(.person) {
        people.insert($0.number)
        if !$0.text.isEmpty { bearers[$0.text, default: []].append(PersonID($0.number)) }
        return true
      }
      try eachRecord(.member) { record in
        if let face = record.member { members.append(face) }
        peopleOfMembers.insert(record.number)
        return true
      }
      try eachRecord(.hidden) {
        hidden.append(FaceID($0.number))
        return true
      }
      try eachRecord(.rejected) {
        rejected.append(FaceID($0.number))
        return true
      }
    }
    var findings: [GalleryFinding] = []
    findings.tell(
      .thumbnail, pictures.subtracting(rows.faces).map(\.self),
      "there are thumbnails of faces that have no row")
    findings.tell(
      .thumbnail, rows.pictured.subtracting(pictures).map(\.self),
      "there are faces whose thumbnails are gone")
    let named = [
      ("assignments of faces to people", members), ("hidden faces", hidden),
      ("rejected faces", rejected),
    ]
    for (what, faces) in named {
      findings.tell(
        .reference, faces.filter { !rows.faces.contains($0) },
        "there are \(what) of faces that have no row")
    }
    findings.tell(
      .reference, peopleOfMembers.subtracting(people).map { PersonID($0) },
      "there are faces of people that have no record")
    // Earlier versions let two programs that named people at the same moment do so.
    findings.tell(
      .reference, bearers.values.filter { $0.count > 1 }.flatMap(\.self),
      "there are people who share a name with another")
    return findings
  }
}

extension [GalleryFinding] {
  /// Adds what is true of some records, if there are any.
  fileprivate mutating func tell(
    _ kind: GalleryFinding.Kind, _ ids: [some RecordID], _ what: String
  ) {
    guard !ids.isEmpty else { return }
    append(
      GalleryFinding(
        kind, "\(what): \(GalleryFinding.some(ids.sorted().map(\.reference)))", count: ids.count))
  }
}
