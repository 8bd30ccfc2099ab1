import Crypto
import Foundation
import GalleryCore
import LikenessCore

extension Likeness {
  /// Adds photos, and folders with all the photos in them.
  ///
  /// A photo is recognised by its content and added once. Photos are added atomically, in batches, so an interrupted run
  /// resumes where it stopped.
  /// - Parameters:
  ///   - paths: photos, and folders that are searched with all folders in them.
  ///   - options: where names and labels come from.
  ///   - isCancelled: checked every few photos; once true, the photos being processed are finished and kept.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError.noSuchFile`, `GalleryError`, `InferenceError`, `ModelError`
  @discardableResult
  public func add(
    _ paths: [URL], _ options: EnrolmentOptions = EnrolmentOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> EnrolmentSummary {
    let started = Date()
    let files = try PhotoFinder.files(at: paths)
    let engine = try engine()
    let store = try writer(create: true)
    let known = KnownPhotos(store: store, files: try store.knownFiles())
    var writer = GalleryWriter(store, engine, verification)
    var done = 0
    do {
      try OrderedWork.run(
        files, jobs: self.options.jobs, atOnce: FaceAnalyzer.photosAtOnce,
        isCancelled: isCancelled,
        makeWorker: {
          let analyzer = try engine.makeAnalyzer()
          return { files in
            Enrolled.each(of: files, known, options, analyzer, detector: engine.options.detector)
          }
        },
        consume: { index, enrolled in
          done = index + 1
          try writer.take(enrolled, files[index])
          progress(done, files.count)
        })
    } catch {
      // What was finished before the error is whole and worth keeping, where that can still be done.
      try? writer.flush()
      throw error
    }
    try writer.flush()
    try store.flush()
    // The photos are in the gallery even if refreshing the index fails.
    try? refreshIndexFile(store)
    writer.summary.interrupted = done < files.count
    writer.summary.seconds = Date().timeIntervalSince(started)
    return writer.summary
  }
}

/// The photos that a gallery has, for the threads that add to it.
private struct KnownPhotos: Sendable {
  let store: any FaceStore
  let files: Set<PhotoFile>

  func contains(_ file: PhotoFile) -> Bool { files.contains(file) }

  func contains(digest: String) throws -> Bool { try store.photo(digest: digest) != nil }
}

/// What one thread made of one file.
enum Enrolled: Sendable {
  /// The very file was added before and has not changed since.
  case unchanged
  /// It is for another worker.
  case elsewhere
  /// Its content was added before, from here or elsewhere.
  case known(NewPhoto)
  case analyzed(NewPhoto)
  case unreadable(reason: String)
  case failed(any Error)

  /// What a file needs no analysis for.
  private struct Settled: Error { let outcome: Enrolled }

  /// - Returns: what was made of each file, in their order.
  fileprivate static func each(
    of urls: [URL], _ known: KnownPhotos, _ options: EnrolmentOptions, _ analyzer: FaceAnalyzer,
    detector: DetectorKind
  ) -> [Enrolled] {
    var identities: [(file: PhotoFile, digest: String)?] = []
    let results = analyzer.analyze(urls) { url in
      identities.append(nil)
      guard options.shard?.contains(url) ?? true else { throw Settled(outcome: .elsewhere) }
      let file = Self.file(url)
      guard !known.contains(file) else { throw Settled(outcome: .unchanged) }
      let data = try Photo.read(contentsOf: url, limits: options.limits)
      let digest = SHA256.hash(data: data).hexadecimal
      guard try !known.contains(digest: digest) else {
        throw Settled(
          outcome: .known(
            NewPhoto(digest: digest, file: file, width: 0, height: 0, turned: 0, faces: [])))
      }
      identities[identities.count - 1] = (file, digest)
      return try Photo.decode(data, limits: options.limits, path: url.path)
    }
    return urls.indices.map { row in
      do {
        let found = try results[row].get()
        guard let (file, digest) = identities[row] else {
          preconditionFailure("no photo, no faces")
        }
        let labels = options.labels?.labels(of: urls[row]) ?? [:]
        let name =
          options.name ?? labels[LabelSource.person] ?? options.nameSource.name(of: urls[row])
        return .analyzed(
          NewPhoto(
            digest: digest, file: file, width: found.width, height: found.height,
            turned: found.turned, detector: detector.rawValue,
            faces: try [NewFace](found, name: name, labels: labels)))
      } catch let settled as Settled {
        return settled.outcome
      } catch let error as PhotoError {
        return .unreadable(reason: "\(error)")
      } catch {
        return .failed(error)
      }
    }
  }

  private static func file(_ url: URL) -> PhotoFile {
    let path = url.standardizedFileURL.path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return PhotoFile(
      path: path, bytes: (attributes?[.size] as? Int) ?? -1,
      modified: (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)
  }
}

extension [NewFace] {
  /// The faces of a photo.
  /// - Parameters:
  ///   - name: of the largest one that is not doubtful.
  ///   - labels: likewise.
  init(_ found: PhotoFaces, name: String?, labels: [String: String]) throws {
    let subject = found.faces.firstIndex { !$0.quality.isDoubtful }
    self = try found.faces.enumerated().map { ordinal, face in
      let isSubject = ordinal == subject
      return try NewFace(face, name: isSubject ? name : nil, labels: isSubject ? labels : [:])
    }
  }
}

extension NewFace {
  init(_ face: Face, name: String?, labels: [String: String]) throws {
    self.init(
      name: name,
      geometry: FaceGeometry(
        box: face.box,
        landmarks: face.landmarks.points.flatMap { [Float($0.x), Float($0.y)] }),
      score: face.score, quality: face.quality, embedding: face.embedding,
      attributes: face.attributes,
      thumbnail: try face.chip.photo.jpegData(quality: 85), labels: labels)
  }
}

/// Puts results into the gallery, some at a time, and counts them.
struct GalleryWriter {
  var summary = EnrolmentSummary()

  private let store: any FaceStore
  private let model: String
  private let modelFile: String?
  private let verification: Verification
  private var pending: [(photo: NewPhoto, isKnown: Bool)] = []
  private var lastFlush = Date()
  /// Some embeddings of each name that came up, to notice two people of one name.
  private var embeddings: [String: [Embedding]] = [:]
  /// As many as tell.
  private static let perName = 20

  init(_ store: any FaceStore, _ engine: FaceEngine, _ verification: Verification) {
    self.store = store
    model = engine.embeddingModel.name
    modelFile = engine.embeddingFile
    self.verification = verification
  }

  mutating func take(_ enrolled: Enrolled, _ url: URL) throws {
    switch enrolled {
    case .unchanged:
      summary.already += 1
    case .elsewhere:
      summary.elsewhere += 1
    case .known(let photo):
      pending.append((photo, true))
    case .analyzed(let photo):
      pending.append((photo, false))
    case .unreadable(let reason):
      summary.unreadable += 1
      summary.skipped.append(.init(photo: url.path, reason: reason))
    case .failed(let error):
      throw error
    }
    // Often enough that little is lost when the program is killed.
    if pending.count >= 32 || Date().timeIntervalSince(lastFlush) > 1 { try flush() }
  }

  mutating func flush() throws {
    lastFlush = Date()
    guard !pending.isEmpty else { return }
    let batch = pending
    pending = []
    try lookUpNames(of: batch.map(\.photo))
    let isNew = try store.add(
      batch.map(\.photo), model: model, modelFile: modelFile, updatesPaths: true)
    for (entry, isNew) in zip(batch, isNew) {
      let photo = entry.photo
      guard isNew else {
        summary.already += 1
        continue
      }
      let certain = photo.faces.filter { !$0.quality.isDoubtful }
      let doubtful = photo.faces.count - certain.count
      summary.doubtful += doubtful
      if certain.isEmpty {
        summary.noFace += 1
        summary.skipped.append(
          .init(photo: photo.file.path, reason: LikenessError.noFaceInWords(doubtful: doubtful)))
      } else {
        summary.added += 1
        summary.faces += certain.count
        for face in certain { check(face) }
      }
    }
  }

  /// Before they are added: faces are not to be compared with themselves.
  private mutating func lookUpNames(of photos: [NewPhoto]) throws {
    let names = Set(
      photos.flatMap(\.faces).compactMap { $0.name?.precomposedStringWithCanonicalMapping })
    let new = names.filter { embeddings[$0] == nil }
    guard !new.isEmpty else { return }
    let known = try store.embeddings(ofNames: new, most: Self.perName)
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
