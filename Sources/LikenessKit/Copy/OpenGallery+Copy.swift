import Crypto
import Foundation
import GalleryCore
import LikenessCore

/// The outcome of copying a gallery.
public struct CopySummary: Sendable, Codable {
  /// Photos that the gallery has, all of which were compared with their copies.
  public var photos = 0
  /// Faces in them.
  public var faces = 0
  /// Of the photos those that were copied now; the others were there.
  public var copied = 0
  /// People who were copied with their faces.
  public var people = 0
  /// Edits in the gallery's history, which the copy is without: what they say holds there, but cannot be undone.
  public var editsNotCopied = 0
  /// Whether it was stopped before all photos were copied; the next copy goes on from there.
  public var interrupted = false
  /// The duration in seconds.
  public var seconds = 0.0

  /// Nothing copied yet.
  public init() {}
}

extension OpenGallery {
  /// How many photos are copied at a time.
  private static let photosAtOnce = 100

  /// Copies all photos, faces, names, labels and people of this gallery into another. What that has already is skipped,
  /// so an interrupted copy resumes. Finally each photo is compared with its copy, and so are names, labels, people and what
  /// was said of them. Maps and links are rebuilt there; the history of edits to people is not copied.
  /// - Parameters:
  ///   - target: the other gallery, made if it is not there.
  ///   - isCancelled: checked regularly; once true, the current batch is finished.
  ///   - progress: called with how many photos are done, copied or compared, and how many there are.
  /// - Throws: `LikenessError.copyDiffers` if a photo differs there, in which case no people are copied, or if something of
  ///   people, names or labels cannot be kept there; `GalleryError`
  public func copy(
    to target: OpenGallery, isCancelled: () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> CopySummary {
    let started = Date()
    let source = try reader()
    try requireRoom(for: source)
    if place == target.place { throw LikenessError.copyOntoItself(path: place.path) }
    let copy = try target.writer(create: true, isWholeTask: true)
    let model = try source.embeddingModel()
    if let model, let other = try copy.model(), other != model.name {
      throw GalleryError.modelMismatch(path: target.place.path, gallery: other, model: model.name)
    }
    var summary = CopySummary()
    let total = try source.photoCount()
    var ids: [FaceID: FaceID] = [:]
    try eachPhoto(of: source, isCancelled) { some in
      let known = try copy.photos(digests: some.map(\.photo.digest))
      let missing = some.filter { known[$0.photo.digest] == nil }
      _ = try copy.note(
        taken: Dictionary(
          some.filter { known[$0.photo.digest]?.taken == .unread }
            .map { ($0.photo.digest, $0.photo.taken) }
        ) { first, _ in first })
      try copy.note(
        candidates: Dictionary(
          some.filter { known[$0.photo.digest] != nil && !$0.photo.candidates.isEmpty }
            .map { ($0.photo.digest, $0.photo.candidates) }
        ) { first, _ in first })
      _ = try copy.add(
        try missing.map { try target.adopting($0) }, model: model?.name ?? "",
        modelFile: model?.file, updatesPaths: false)
      summary.copied += missing.count
      summary.photos += some.count
      progress(summary.photos, 2 * total)
    }
    try copy.flush()
    let altered = try copyFreeNames(source, copy)
    guard !isCancelled() else { return try stopped() }
    var compared = 0
    var differing: [String] = []
    try eachPhoto(of: source, isCancelled) { some in
      let others = Dictionary(
        uniqueKeysWithValues: try copy.contents(
          ofPhotos: try copy.photos(digests: some.map(\.photo.digest)).values.map(\.id)
        ).map { ($0.photo.digest, $0) })
      for own in some {
        if let other = others[own.photo.digest], own.checksum == other.checksum,
          own.photo.taken == .unread || own.photo.taken == other.photo.taken
        {
          for (face, twin) in zip(own.faces, other.faces) { ids[face] = twin }
          summary.faces += own.faces.count
        } else {
          differing.append(
            "\(own.photo.title ?? own.photo.file.path) has other faces, names or labels there")
        }
      }
      compared += some.count
      progress(summary.photos + compared, 2 * total)
    }
    guard !isCancelled() else { return try stopped() }
    guard differing.isEmpty else {
      throw LikenessError.copyDiffers(path: target.place.path, differences: differing)
    }
    let twins = try copyPeople(source, copy, ids)
    summary.people = twins.count
    summary.editsNotCopied = try source.peopleHistory(before: nil, count: 0).total
    let comparison = CopyComparison(source: source, copy: copy, faces: ids, people: twins)
    let lost = try altered + comparison.differences()
    target.forget()
    try? target.refreshIndexFile(copy)
    guard lost.isEmpty else {
      throw LikenessError.copyDiffers(path: target.place.path, differences: lost)
    }
    summary.seconds = Date().timeIntervalSince(started)
    return summary

    func stopped() throws -> CopySummary {
      summary.interrupted = true
      summary.seconds = Date().timeIntervalSince(started)
      return summary
    }
  }

  private func eachPhoto(
    of store: any FaceStore, _ isCancelled: () -> Bool, _ body: ([PhotoContent]) throws -> Void
  ) throws {
    var last = PhotoID.beforeFirst
    while !isCancelled() {
      let page = try store.photos(after: last, limit: Self.photosAtOnce)
      guard let end = page.last else { return }
      try body(try store.contents(ofPhotos: page.map(\.photo.id)))
      last = end.photo.id
    }
  }

  /// A photo as this gallery is to have it. Where the other one keeps the photo itself, so does this one, if it can.
  private func adopting(_ content: PhotoContent) throws -> NewPhoto {
    guard content.isKept, !place.isServer else { return content.photo }
    var photo = content.photo
    let old = URL(fileURLWithPath: photo.file.path)
    let kept = KeptPhotos(gallery: folder)
    let path = kept.path(digest: photo.digest, fileExtension: old.pathExtension)
    do {
      try kept.keep(try Data(contentsOf: old), at: kept.file(path))
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      // Lost there, it cannot be kept here.
      return photo
    }
    photo.file.path = path
    return photo
  }

  /// Names that no face goes by.
  /// - Returns: those that cannot be kept as they are, a line each: earlier versions kept names that are refused now.
  private func copyFreeNames(_ source: any FaceStore, _ copy: any FaceStore) throws -> [String] {
    var altered: [String] = []
    for name in try source.names() where name.faces == 0 {
      let clean = GalleryCore.GalleryNames.cleaned(name.name)
      do {
        try copy.addName(clean)
        if clean != name.name { altered.append("the name \(name.name) is \(clean) there") }
      } catch GalleryError.unusable(_, let detail) {
        altered.append("the name \(name.name) is not there: \(detail)")
      }
    }
    return altered
  }

  /// Faces that the user hid one by one, whether they have people or not.
  private func copyHidden(
    _ source: any FaceStore, _ people: [StoredPerson], _ copy: any FaceStore,
    _ ids: [FaceID: FaceID]
  ) throws {
    let withPeople = people.filter(\.isHidden).flatMap(\.faces)
    let single = try source.hiddenFaces().subtracting(withPeople.map(\.face))
      .union(withPeople.filter(\.isHidden).map(\.face))
    var subject = PeopleBook.Subject()
    subject.faces = Set(single.compactMap { ids[$0] })
    guard !subject.faces.isEmpty else { return }
    try copy.changePeople(subject) { book throws(GalleryError) in
      book.hidden.formUnion(book.presentFaces)
    }
  }

  /// - Returns: whom each person became.
  private func copyPeople(
    _ source: any FaceStore, _ copy: any FaceStore, _ ids: [FaceID: FaceID]
  ) throws -> [PersonID: PersonID] {
    let people = try source.people()
    try copyHidden(source, people, copy, ids)
    guard let state = try source.peopleState() else { return [:] }
    var twins: [PersonID: PersonID] = [:]
    for start in stride(from: 0, to: people.count, by: Self.photosAtOnce) {
      let some = people[start..<min(start + Self.photosAtOnce, people.count)]
      var subject = PeopleBook.Subject()
      subject.faces = Set(some.flatMap(\.faces).compactMap { ids[$0.face] })
      subject.names = Set(some.filter(\.isGiven).compactMap(\.name))
      let new = try copy.changePeople(subject) { book throws(GalleryError) in
        Self.add(Array(some), to: &book, ids)
      }
      twins.merge(new) { _, last in last }
    }
    let assignment = try source.peopleAssignment()
    let pairs = assignment.apart.compactMap { pair in
      twins[pair.low].flatMap { low in twins[pair.high].map { PeopleBook.Pair(low, $0) } }
    }
    let rejections = assignment.rejected.compactMap { rejection in
      ids[rejection.face].flatMap { face in
        twins[rejection.person].map { PeopleBook.Rejection(face, of: $0) }
      }
    }
    var subject = PeopleBook.Subject()
    subject.people = Set(pairs.flatMap { [$0.low, $0.high] } + rejections.map(\.person))
    try copy.changePeople(subject) { book throws(GalleryError) in
      for pair in pairs where book.apart[pair] == nil && pair.low != pair.high {
        book.apart[pair] = .unknown
      }
      for rejection in rejections
      where book.rejected[rejection] == nil
        && book.members[rejection.face]?.person != rejection.person
      {
        book.rejected[rejection] = .unknown
      }
    }
    let faces = ids.values.sorted()
    let revision = try copy.revision()
    try copy.setPeople(
      faces: faces, labels: [Int32](repeating: -1, count: faces.count),
      state: PeopleState(
        algorithm: state.algorithm, revision: revision, mark: try copy.mark(of: revision),
        clustered: state.clustered, joined: state.joined))
    return twins
  }

  /// - Returns: whom each person became.
  private static func add(
    _ people: [StoredPerson], to book: inout PeopleBook, _ ids: [FaceID: FaceID]
  ) -> [PersonID: PersonID] {
    var twins: [PersonID: PersonID] = [:]
    for person in people {
      let faces = person.faces.compactMap { face in ids[face.face].map { ($0, face.isPinned) } }
      // Of a copy that was stopped some are there.
      let known = faces.compactMap { book.members[$0.0]?.person }.first
      let twin = known ?? book.addPerson(created: person.created)
      twins[person.id] = twin
      if person.isHidden { book.people[twin]?.isHidden = true }
      if !person.dates.isEmpty { book.people[twin]?.dates = person.dates }
      if let cover = person.cover.flatMap({ ids[$0] }) { book.people[twin]?.cover = cover }
      for (face, isPinned) in faces where book.members[face] == nil || isPinned {
        book.members[face] = .init(person: twin, isPinned: isPinned)
      }
      guard person.isGiven, let name = person.name else { continue }
      // Somebody else may have it there, which the comparison tells.
      if !book.people.contains(where: { $0.value.name == name && $0.key != twin }) {
        book.people[twin]?.name = name
      }
    }
    return twins
  }
}

extension PhotoContent {
  /// SHA-256 over all that is kept of the photo and its faces but where it lies, since when, and when it was taken.
  var checksum: SHA256Digest {
    var hash = SHA256()
    func add(_ text: String) { hash.update(data: Data("\(text.utf8.count) \(text)".utf8)) }
    func add(_ values: [Float]) {
      add("\(values.count)")
      values.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }
    add("\(photo.digest) \(photo.width) \(photo.height) \(photo.turned)")
    add(photo.detector ?? "")
    add(photo.title ?? "")
    for face in photo.faces {
      let (place, quality) = (face.geometry.box, face.quality)
      add("\(face.ordinal ?? 0) \(face.score)")
      add(face.name ?? "")
      add("\(place.x) \(place.y) \(place.width) \(place.height)")
      add(face.geometry.landmarks)
      add("\(quality.size) \(quality.sharpness) \(quality.inside)")
      add("\(quality.yaw) \(quality.pitch) \(quality.roll)")
      for part in [quality.confidence, quality.brightness, quality.contrast] {
        add(part.map { "\($0)" } ?? "")
      }
      add(face.embedding.values)
      if let missing = face.missing {
        add(missing.reason)
        add("\(missing.formerModel?.name ?? "") \(missing.formerModel?.file ?? "")")
        add(missing.former.values)
      }
      for (key, vector) in face.attributes.sorted(by: { $0.key < $1.key }) {
        add(key)
        add(vector.values)
      }
      for (key, value) in face.labels.sorted(by: { $0.key < $1.key }) {
        add(key)
        add(value)
      }
      add("\(face.thumbnail.count)")
      hash.update(data: face.thumbnail)
    }
    return hash.finalize()
  }
}
