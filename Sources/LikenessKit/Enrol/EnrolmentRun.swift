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

  init(_ writer: PhotoWriter, _ verification: Verification) {
    (self.writer, self.verification) = (writer, verification)
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
    for (photo, isNew) in zip(batch, try writer.write(batch)) { count(photo, isNew: isNew) }
  }

  private mutating func count(_ photo: PreparedPhoto, isNew: Bool) {
    guard isNew else {
      summary.already += 1
      return
    }
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
