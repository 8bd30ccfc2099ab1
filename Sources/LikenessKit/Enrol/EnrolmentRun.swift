import Foundation
import GalleryCore
import LikenessCore

/// Writes photos as they are ready, some at a time, and counts what became of them.
struct EnrolmentRun {
  private(set) var summary = EnrolmentSummary()

  private let writer: PhotoWriter
  private let verification: Verification
  private var pending: [PreparedPhoto] = []
  private var lastFlush = Date()
  /// Some embeddings of each name that came up, to notice two people of one name.
  private var embeddings: [String: [Embedding]] = [:]
  /// As many as tell.
  private static let perName = 20
  /// What is in the files that were looked at, by their paths.
  private var digests: [String: String] = [:]
  /// The folders of photos whose file names say nothing.
  private var folders: FoldersOfPeople

  /// All that is known at the end.
  func finished() -> EnrolmentSummary {
    var summary = summary
    summary.unnamed = folders.photoCount
    summary.folders = folders.ofOnePerson()
    return summary
  }

  init(_ writer: PhotoWriter, _ verification: Verification) {
    (self.writer, self.verification) = (writer, verification)
    folders = FoldersOfPeople(verification)
  }

  /// - Parameter path: what messages call the photo.
  /// - Throws: `GalleryError`, and what kept a photo from being prepared, unless it is the photo's own fault.
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
    if pending.count >= 32 || Date().timeIntervalSince(lastFlush) > 1 { try flush() }
  }

  mutating func flush() throws {
    lastFlush = Date()
    guard !pending.isEmpty else { return }
    let batch = pending
    pending = []
    try lookUpNames(of: batch)
    for (photo, isNew) in zip(batch, try writer.write(batch)) {
      if isNew {
        count(photo)
      } else {
        summary.already += 1
        try annotate(photo)
      }
      digests[photo.photo.file.path] = photo.photo.digest
    }
    summary.dated += try writer.noteTimes(of: batch)
  }

  /// Removes what files held before. Only when all files were looked at: a photo that was moved from one to another is found
  /// where it is now first.
  mutating func replaceFormer() throws {
    let replacements = try writer.replaceFormer(in: digests, verification)
    for (path, replacement) in replacements.sorted(by: { $0.key < $1.key }) {
      summary.replaced += replacement.photos
      for name in replacement.lostNames {
        summary.warnings.append("\(path) has changed and does not show \"\(name)\" any more")
      }
    }
  }

  private mutating func annotate(_ photo: PreparedPhoto) throws {
    let annotation = try writer.annotate(photo)
    if annotation.isNamed { summary.named += 1 }
    if annotation.isLabelled { summary.labelled += 1 }
    if let kept = annotation.keptName, let name = photo.subject.name {
      summary.warnings.append(
        "\(photo.photo.file.path) is in the gallery as \"\(kept)\" and was not named \"\(name)\"")
    }
  }

  private mutating func count(_ photo: PreparedPhoto) {
    summary.doubtful += photo.doubtful
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
    for face in photo.photo.faces where !face.quality.isDoubtful { check(face) }
    if photo.subject.name == nil, !photo.subject.isNameStated { folders.add(photo.photo) }
  }

  /// Before they are added: faces are not to be compared with themselves.
  private mutating func lookUpNames(of photos: [PreparedPhoto]) throws {
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
