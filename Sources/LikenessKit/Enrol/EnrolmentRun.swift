import Foundation
import GalleryCore
import LikenessCore

/// Writes photos as they are ready, some at a time, and counts what became of them.
///
/// The gallery is opened for each of these turns and let go of afterwards, so that others change it meanwhile. What was looked
/// at before a turn is therefore looked at again in it.
struct EnrolmentRun {
  private(set) var summary = EnrolmentSummary()
  /// Files whose photos the gallery had when they were looked at, and that were removed before their turn.
  private var removedMeanwhile: [URL] = []

  private let turn: () throws -> PhotoWriter
  private let verification: Verification
  private var pending: [PreparedPhoto] = []
  private var lastFlush = Date()
  /// A turn is taken for so many new photos, or so many that only have to be looked up.
  private static let (newAtOnce, atOnce) = (32, 256)
  /// Some embeddings of each name that came up, to notice two people of one name.
  private var embeddings: [String: [Embedding]] = [:]
  /// As many as tell.
  private static let perName = 20
  /// What is in the files that were looked at, by their paths.
  private var contents: [String: PhotoWriter.FileContent] = [:]
  /// The folders of photos whose file names say nothing.
  private var folders: FoldersOfPeople

  /// All that is known at the end.
  func finished() -> EnrolmentSummary {
    var summary = summary
    summary.unnamed = folders.photoCount
    summary.folders = folders.ofOnePerson()
    return summary
  }

  /// - Parameter turn: waits until the gallery can be changed, and opens it.
  init(_ verification: Verification, turn: @escaping () throws -> PhotoWriter) {
    (self.turn, self.verification) = (turn, verification)
    folders = FoldersOfPeople(verification)
  }

  /// - Parameter path: what messages call the photo.
  /// - Throws: `GalleryError`, `EnrolmentError.modelChanged`, and what kept a photo from being prepared, unless it is the
  ///   photo's own fault.
  mutating func take(_ outcome: PhotoPreparation.Outcome, path: String) throws {
    switch outcome {
    case .ready(let photo): pending.append(photo)
    case .unchanged: summary.already += 1
    case .elsewhere: summary.elsewhere += 1
    case .failed(let error as PhotoError):
      summary.unreadable += 1
      summary.skipped.append(.init(photo: path, reason: "\(error)"))
    case .failed(let error): throw error
    }
    // Often enough that little is lost when the program is killed.
    if pending.count >= Self.atOnce || pending.count(where: { !$0.isKnown }) >= Self.newAtOnce
      || Date().timeIntervalSince(lastFlush) > 1
    {
      try flush()
    }
  }

  mutating func flush() throws {
    lastFlush = Date()
    guard !pending.isEmpty else { return }
    let looked = pending
    pending = []
    let writer = try turn()
    // A photo without its faces, as it is where the gallery had it, would be no photo.
    let gone = try writer.gone(of: looked)
    removedMeanwhile += gone.map { URL(fileURLWithPath: $0.photo.file.path) }
    let digestsGone = Set(gone.map(\.photo.digest))
    let batch = looked.filter { !$0.isKnown || !digestsGone.contains($0.photo.digest) }
    try lookUpNames(of: batch, writer)
    for (photo, isNew) in zip(batch, try writer.write(batch)) {
      if isNew {
        count(photo)
      } else {
        summary.already += 1
        try annotate(photo, writer)
      }
      tellOfRegions(photo)
      contents[photo.photo.file.path] = .init(digest: photo.photo.digest, file: photo.photo.file)
    }
    summary.dated += try writer.noteTimes(of: batch)
  }

  /// The files whose photos were removed before their turn, to be looked at once more.
  mutating func takeRemovedMeanwhile() -> [URL] {
    defer { removedMeanwhile = [] }
    return removedMeanwhile
  }

  /// Removes what files held before. Only when all files were looked at: a photo that was moved from one to another is found
  /// where it is now first.
  /// - Parameter redraw: see `PhotoWriter.replaceFormer(in:by:_:redraw:)`.
  mutating func replaceFormer(redraw: PhotoWriter.Redrawing) throws {
    guard !contents.isEmpty else { return }
    let paths = try filesWithFormer()
    for path in paths {
      guard let replacement = try replaceFormer(in: path, redraw) else { continue }
      summary.replaced += replacement.photos
      for name in replacement.lostNames {
        summary.warnings.append("\(path) has changed and does not show \"\(name)\" any more")
      }
      if replacement.lostDrawn > 0 {
        summary.warnings.append("\(path) has changed and does not show a face that was drawn on it")
      }
    }
  }

  // A turn ends where the function ends that takes it.

  private func filesWithFormer() throws -> [String] {
    try turn().filesWithFormer(in: contents)
  }

  /// One for each file, since a removal rewrites the database.
  private func replaceFormer(
    in path: String, _ redraw: PhotoWriter.Redrawing
  ) throws -> PhotoWriter.Replacement? {
    guard let content = contents[path] else { return nil }
    return try turn().replaceFormer(in: path, by: content, verification, redraw: redraw)
  }

  private mutating func annotate(_ photo: PreparedPhoto, _ writer: PhotoWriter) throws {
    let annotation = try writer.annotate(photo)
    if annotation.isNamed { summary.named += 1 }
    if annotation.isLabelled { summary.labelled += 1 }
    if let kept = annotation.keptName, let name = photo.subject.name {
      summary.warnings.append(
        "\(photo.photo.file.path) is in the gallery as \"\(kept)\" and was not named \"\(name)\"")
    }
    // What is stated goes before what files say.
    if let outcome = try writer.annotateRegions(photo) {
      if outcome.named > 0, !annotation.isNamed { summary.named += 1 }
      summary.regionNames += outcome.named
      if !outcome.candidates.isEmpty { summary.candidates += 1 }
      for (name, said) in outcome.kept {
        summary.warnings.append(
          "\(photo.photo.file.path) has \"\(said)\" in its file where the gallery has \"\(name)\", which was kept"
        )
      }
    }
  }

  private mutating func count(_ photo: PreparedPhoto) {
    summary.doubtful += photo.doubtful
    if !photo.photo.candidates.isEmpty { summary.candidates += 1 }
    guard photo.faces > 0 else {
      summary.noFace += 1
      summary.skipped.append(
        .init(
          photo: photo.photo.file.path,
          reason: LikenessError.noFaceInWords(doubtful: photo.doubtful)))
      return
    }
    summary.added += 1
    summary.faces += photo.faces
    summary.regionNames += photo.namedByRegions
    for face in photo.photo.faces where !face.quality.isDoubtful { check(face) }
    let isNamed = photo.photo.faces.contains { $0.name != nil }
    if !isNamed, !photo.subject.isNameStated { folders.add(photo.photo) }
  }

  /// What its file says that could not be read.
  private mutating func tellOfRegions(_ photo: PreparedPhoto) {
    summary.warnings += photo.regions?.people.faults ?? []
  }

  /// Before they are added: faces are not to be compared with themselves.
  private mutating func lookUpNames(
    of photos: [PreparedPhoto], _ writer: PhotoWriter
  ) throws {
    let names = Set(
      photos.flatMap(\.photo.faces).compactMap {
        $0.name?.precomposedStringWithCanonicalMapping
      })
    let new = names.filter { embeddings[$0] == nil }
    guard !new.isEmpty else { return }
    let known = try writer.store.embeddings(ofNames: new, most: Self.perName)
    for name in new { embeddings[name] = known[name] ?? [] }
  }

  /// Two people of one name cannot be told apart later.
  private mutating func check(_ face: NewFace) {
    guard let name = face.name?.precomposedStringWithCanonicalMapping else { return }
    let metric = verification.metric
    let others = embeddings[name, default: []]
    if let nearest = others.map({ metric.distance($0, face.embedding) }).min(),
      verification.probability(at: nearest) < 0.02,
      face.quality.isJudgeable
    {
      summary.warnings.append(
        "\"\(name)\" may be two people: a new photo of that name does not look like the others")
    }
    if others.count < Self.perName { embeddings[name, default: []].append(face.embedding) }
  }
}
