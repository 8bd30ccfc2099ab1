import Crypto
import Faces
import Foundation
import GalleryCore

/// Makes photos ready to be added, whether they come as files or as bytes: reads them, looks whether the gallery has
/// them, and finds and embeds the faces of those that are new. Any number of threads may share one.
struct PhotoPreparation: Sendable {
  /// What was made of a photo.
  enum Outcome: Sendable {
    case ready(PreparedPhoto)
    /// The very file was added before and has not changed since.
    case unchanged
    /// It is for another worker.
    case elsewhere
    case failed(any Error)
  }

  let options: EnrolmentOptions
  let known: KnownPhotos
  /// Where the bytes of new photos are kept; nil where they are not.
  let keptPhotos: KeptPhotos?
  /// Whether a small picture of each face is kept.
  let keepsThumbnails: Bool
  /// The name of the detector that looks for faces.
  let detector: String
  /// Those of some names that the gallery has.
  let knownNames: @Sendable ([String]) throws -> Set<String>

  /// A photo's content by what tells it from others.
  private struct Content {
    var digest: String
    var file: PhotoFile
    var taken = PhotoTaken.unread
    var original: PreparedPhoto.Original?
    var regions: RegionReading?

    /// - Parameter file: nil where it came without one.
    init(_ data: Data, file: PhotoFile?) {
      digest = SHA256.hash(data: data).hexadecimal
      self.file =
        file
        ?? PhotoFile(
          path: "upload:\(digest)", bytes: data.count, modified: Date().timeIntervalSince1970)
    }
  }

  /// Ends the way of a photo that needs no analysis.
  private struct Settled: Error { let outcome: Outcome }

  /// - Parameter analyze: is given the photos and a function that loads one of them, to be called once for each, in their
  ///   order; returns the faces of each, and the model that embedded them.
  /// - Returns: what was made of each photo, in their order.
  func prepare(
    _ sources: [PhotoSource],
    analyze: (
      _ sources: [PhotoSource], _ load: (PhotoSource) throws -> Photo
    ) -> [Result<(PhotoFaces, EmbeddingModel), any Error>]
  ) -> [Outcome] {
    var contents: [Content?] = []
    let results = analyze(sources) { source in
      contents.append(nil)
      let (photo, content) = try load(source)
      contents[contents.count - 1] = content
      return photo
    }
    return sources.indices.map { row in
      do {
        let (found, model) = try results[row].get()
        guard let content = contents[row] else { preconditionFailure("no photo, no faces") }
        return .ready(try prepared(sources[row], content, found, model))
      } catch let settled as Settled {
        return settled.outcome
      } catch {
        return .failed(error)
      }
    }
  }

  /// - Throws: `Settled` where that is not needed, `PhotoError`, and what the gallery throws.
  private func load(_ source: PhotoSource) throws -> (Photo, Content) {
    if case .file(let url) = source {
      guard options.shard?.contains(url) ?? true else { throw Settled(outcome: .elsewhere) }
    }
    let file = source.file
    let subject = source.subject(options)
    if let file, known.files.contains(file), !known.sharedPaths.contains(file.path),
      !known.unreadPaths.contains(file.path), !subject.concernsKnownPhotos,
      options.nameSource != .regions
    {
      throw Settled(outcome: .unchanged)
    }
    let data = try source.data(options.limits)
    var content = Content(data, file: file)
    guard try !known.contains(content.digest) else {
      var photo = NewPhoto(
        digest: content.digest, file: content.file, width: 0, height: 0, turned: 0, faces: [])
      photo.taken = PhotoTaken(Photo.captureTime(of: data))
      var known = PreparedPhoto(photo: photo, isKnown: true, subject: subject)
      // Who adds a folder again has said nothing of its regions: a name that was taken away does not come back.
      if options.nameSource == .regions { known.regions = RegionReading(data, at: source.url) }
      throw Settled(outcome: .ready(known))
    }
    let photo = try Photo.decode(data, limits: options.limits, path: source.path)
    content.taken = PhotoTaken(Photo.captureTime(of: data))
    if options.nameSource.readsRegions { content.regions = RegionReading(data, at: source.url) }
    if file == nil, let keptPhotos, let format = PhotoFormat.sniff(data) {
      content.file.path = keptPhotos.path(digest: content.digest, format: format)
      content.original = PreparedPhoto.Original(data: data, keptPhotos: keptPhotos)
    }
    return (photo, content)
  }

  private func prepared(
    _ source: PhotoSource, _ content: Content, _ found: PhotoFaces, _ model: EmbeddingModel
  ) throws -> PreparedPhoto {
    var subject = source.subject(options)
    let naming = try content.regions?.naming(
      of: found.faces.map(\.box), width: found.width, height: found.height, known: knownNames)
    let regions = naming?.names ?? [:]
    if let name = subject.name?.precomposedStringWithCanonicalMapping {
      // What is stated is for the most prominent face, unless a region says which face that name is for. What the file is
      // called counts only where regions name nobody.
      let isElsewhere = subject.isNameStated ? regions.values.contains(name) : !regions.isEmpty
      if isElsewhere { subject.name = nil }
    }
    var photo = NewPhoto(
      digest: content.digest, file: content.file, width: found.width, height: found.height,
      turned: found.turned, detector: detector, title: source.title,
      faces: try [NewFace](
        found, name: subject.name, labels: subject.labels, regions: regions,
        keepsThumbnails: keepsThumbnails))
    photo.taken = content.taken
    let shown = Set(photo.faces.compactMap(\.name))
    photo.candidates = (naming?.candidates ?? []).filter { !shown.contains($0) }
    var prepared = PreparedPhoto(
      photo: photo, original: content.original, isKnown: false, subject: subject, model: model)
    prepared.regions = content.regions
    prepared.namedByRegions = regions.count { photo.faces[$0.key].name == $0.value }
    return prepared
  }
}

/// The photos that a gallery has.
struct KnownPhotos: Sendable {
  /// Where they were seen last.
  let files: Set<PhotoFile>
  /// The paths of files in which several photos were seen, since a run that found another content was stopped.
  let sharedPaths: Set<String>
  /// The paths of those of which it was not read when they were taken: they are read again.
  let unreadPaths: Set<String>
  /// Whether there is one with a content.
  let contains: @Sendable (_ digest: String) throws -> Bool

  init(
    files: Set<PhotoFile> = [], unreadPaths: Set<String> = [],
    contains: @escaping @Sendable (_ digest: String) throws -> Bool
  ) {
    (self.files, self.unreadPaths, self.contains) = (files, unreadPaths, contains)
    var seen: Set<String> = []
    sharedPaths = Set(files.lazy.map(\.path).filter { !seen.insert($0).inserted })
  }
}

extension [NewFace] {
  /// The faces of a photo.
  /// - Parameters:
  ///   - name: of the largest one that is not doubtful.
  ///   - labels: likewise.
  ///   - regions: names by the faces' places, as the photo's file says. Who is named there is a face.
  init(
    _ found: PhotoFaces, name: String?, labels: [String: String], regions: [Int: String] = [:],
    keepsThumbnails: Bool
  ) throws {
    let subject = found.faces.firstIndex { !$0.quality.isDoubtful }
    self = try found.faces.enumerated().map { ordinal, face in
      let isSubject = ordinal == subject
      var new = NewFace(
        face, name: (isSubject ? name : nil) ?? regions[ordinal], labels: isSubject ? labels : [:],
        thumbnail: keepsThumbnails ? try face.chip.photo.jpegData(quality: 85) : Data())
      if regions[ordinal] != nil, new.quality.isDoubtful { new.quality.confidence = 1 }
      return new
    }
  }
}

extension NewFace {
  init(_ face: Face, name: String?, labels: [String: String], thumbnail: Data) {
    self.init(
      name: name,
      geometry: FaceGeometry(
        box: face.box,
        landmarks: face.landmarks.points.flatMap { [Float($0.x), Float($0.y)] }),
      score: face.score, quality: face.quality, embedding: face.embedding,
      attributes: face.attributes, thumbnail: thumbnail, labels: labels)
  }
}
