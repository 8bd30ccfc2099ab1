import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

extension Likeness {
  /// Who looks most like a person of the gallery.
  ///
  /// A name with several photos is a probe of all of them; distances are those of the nearest pair.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `.notEmbedded`, `GalleryError`
  public func nearest(to name: String, _ question: Question = Question()) throws -> [Match] {
    try withOneState { store in
      let found = try gallery.name(name, in: store)
      return try nearest(to: try store.faces(named: found).map(\.id), question, store)
    }
  }

  /// Who looks most like a face of the gallery.
  /// - Throws: `LikenessError.unknownFace`, `.notEmbedded`, `GalleryError`
  public func nearest(to face: FaceID, _ question: Question = Question()) throws -> [Match] {
    try withOneState { try nearest(to: [face], question, $0) }
  }

  /// Who looks most like a person of the gallery, by all of its faces.
  /// - Throws: `LikenessError.unknownPerson`, `.notEmbedded`, `GalleryError`
  public func nearest(toPerson person: PersonID, _ question: Question = Question()) throws
    -> [Match]
  {
    try withOneState { store in
      let own = try store.faces(ofPeople: [person]).sorted()
      guard !own.isEmpty else { throw LikenessError.unknownPerson(person) }
      return try nearest(to: own, question, store)
    }
  }

  /// Asks one state of the gallery; where a store has no such states, at least embeddings of one model.
  private func withOneState<Result>(_ body: (any FaceStore) throws -> Result) throws -> Result {
    try gallery.withSession { try gallery.withOneModel(body) }
  }

  private func nearest(
    to faces: [FaceID], _ question: Question, _ store: any FaceStore
  ) throws -> [Match] {
    let own = try store.faces(ids: faces)
    if own.isEmpty, let face = faces.first { _ = try gallery.embedding(of: face, in: store) }
    return try withFaceSearch(store, question.filter, without: Set(own.map(\.0.id))) {
      try $0.matches(own.map(\.1), question)
    }
  }

  /// Searches the gallery for each face of a photo, the largest first, and decides whether it shows a person of the
  /// gallery at all. Doubtful faces get no answers unless the question includes them.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `.onlyDoubtful`, `.emptyGallery`, `GalleryError`
  public func search(
    _ photo: URL, _ question: Question = Question(), limits: PhotoLimits = .default
  ) throws -> [SearchedFace] {
    // Whoever removes a face need not wait until a photo is looked at: no snapshot is held meanwhile.
    try gallery.withOneModel { _ in
      _ = try gallery.storeWithFaces()
      let found = try analyze(photo, limits: limits)
      _ = try found.faces(includingDoubtful: question.filter.includesDoubtful, path: photo.path)
      return try search(found, question)
    }
  }

  /// Searches the gallery for faces already found on a photo, as `search(_:_:limits:)` does.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`, `.modelMismatch` among them if the gallery was given another model
  ///   since the faces were embedded
  public func search(
    _ found: PhotoFaces, _ question: Question = Question()
  ) throws -> [SearchedFace] {
    try gallery.withSession { try answers(to: question, about: found) }
  }

  private func answers(to question: Question, about found: PhotoFaces) throws -> [SearchedFace] {
    let store = try gallery.storeWithFaces()
    if let own = found.model, let known = try store.model(), known != own {
      throw GalleryError.modelMismatch(path: gallery.place.path, gallery: known, model: own)
    }
    let verification = networks.verification
    return try withFaceSearch(store, question.filter) { search in
      try found.faces.map { face in
        if face.quality.isDoubtful, !question.filter.includesDoubtful {
          return SearchedFace(face: face, matches: [], recognition: nil)
        }
        let matches = try search.matches([face.embedding], question)
        return SearchedFace(
          face: face, matches: matches,
          recognition: matches.first.map {
            Recognition(
              $0, by: verification, search.thresholds, isJudgeable: face.quality.isJudgeable)
          })
      }
    }
  }

  /// Searches the gallery for an embedding of its model.
  /// - Throws: `LikenessError.emptyGallery`, `.dimensionMismatch`, `GalleryError`
  public func search(_ embedding: Embedding, _ question: Question = Question()) throws -> [Match] {
    try search([embedding], question)[0]
  }

  /// Searches the gallery for each of some embeddings of its model; which faces may answer is looked up once.
  /// - Throws: `LikenessError.emptyGallery`, `.dimensionMismatch`, `GalleryError`
  public func search(
    _ embeddings: [Embedding], _ question: Question = Question()
  ) throws -> [[Match]] {
    try gallery.withSession {
      try withFaceSearch(try gallery.storeWithFaces(), question.filter) { search in
        try embeddings.map { try search.matches([$0], question) }
      }
    }
  }

  private func withFaceSearch<Result>(
    _ store: any FaceStore, _ filter: FaceFilter, without faces: Set<FaceID> = [],
    _ body: (FaceSearch) throws -> Result
  ) throws -> Result {
    let thresholds = try thresholds.current(of: store)
    return try gallery.withFinder(of: store, filter, without: faces) {
      try body(FaceSearch($0, store, networks.verification.metric, thresholds))
    }
  }

  /// The faces of one photo, doubtful ones among them.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `InferenceError`, `ModelError`
  public func analyze(_ photo: URL, limits: PhotoLimits = .default) throws -> PhotoFaces {
    // Before the networks are loaded: a wrong path is answered at once.
    let pixels = try Photo.load(contentsOf: photo, limits: limits)
    let found = try analyze(pixels)
    guard !found.faces.isEmpty else { throw LikenessError.noFace(path: photo.path) }
    return found
  }

  /// The faces of a decoded photo, perhaps none. May be called from any number of threads at once.
  /// - Throws: `InferenceError`, `ModelError`
  public func analyze(_ photo: Photo) throws -> PhotoFaces {
    try networks.analyze(photo).found
  }

  /// A probe of the faces of a photo that need not be in the gallery.
  /// - Parameters:
  ///   - photo: its file.
  ///   - limits: what it may be at most.
  ///   - includingDoubtful: whether a doubtful face counts.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `.onlyDoubtful`, `InferenceError`, `ModelError`
  public func probe(
    photo: URL, limits: PhotoLimits = .default, includingDoubtful: Bool = false
  ) throws -> Probe {
    let found = try analyze(photo, limits: limits)
    return .photo(photo, try found.faces(includingDoubtful: includingDoubtful, path: photo.path))
  }

  /// A probe of one face of a photo that need not be in the gallery, doubtful or not.
  /// - Parameters:
  ///   - photo: its file.
  ///   - place: which of its faces, from 1 for the most prominent.
  ///   - limits: what it may be at most.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `.severalFaces` where it has fewer, `InferenceError`, `ModelError`
  public func probe(photo: URL, place: Int, limits: PhotoLimits = .default) throws -> Probe {
    var found = try analyze(photo, limits: limits)
    guard (1...found.faces.count).contains(place) else {
      throw LikenessError.severalFaces(path: photo.path, count: found.faces.count)
    }
    found.faces = [found.faces[place - 1]]
    return .photo(photo, found)
  }

  /// A probe of an embedding in a file.
  /// - Throws: `LikenessError.badEmbedding`
  public func probe(embedding file: URL) throws -> Probe {
    .embedding(file, try Embedding(contentsOf: file))
  }

  /// A probe of one face of the gallery.
  /// - Throws: `LikenessError.unknownFace`, `GalleryError`
  public func probe(face: FaceID) throws -> Probe {
    try gallery.withSession {
      let store = try gallery.reader()
      try gallery.requireFace(face, in: store)
      return try probe(face.reference, [face], store)
    }
  }

  /// A probe of all faces that have a name.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `GalleryError`
  public func probe(name text: String) throws -> Probe {
    try gallery.withSession {
      let store = try gallery.reader()
      let name = try gallery.name(text, in: store)
      return try probe(name, try store.faces(named: name).map(\.id), store)
    }
  }

  /// A probe of all faces of a person.
  /// - Throws: `LikenessError.unknownPerson`, `GalleryError`
  public func probe(person: PersonID) throws -> Probe {
    try gallery.withSession {
      let store = try gallery.reader()
      let faces = try store.faces(ofPeople: [person])
      guard !faces.isEmpty else { throw LikenessError.unknownPerson(person) }
      let title = try store.names(ofPeople: [person])[person] ?? person.reference
      return try probe(title, faces.sorted(), store)
    }
  }

  private func probe(_ title: String, _ faces: [FaceID], _ store: any FaceStore) throws -> Probe {
    .name(
      title,
      faces: try store.faces(ids: faces).map { face, embedding in
        ProbeFace(embedding: embedding, quality: face.quality)
      })
  }

  /// The distance between two probes in each metric: the smallest over their faces.
  /// - Throws: `LikenessError.dimensionMismatch`, `.noFace`
  public func distance(_ a: Probe, _ b: Probe) throws -> ProbeDistance {
    func least(_ metric: Metric) throws -> Float {
      try nearestPair(a, b) { metric.distance($0, $1) }.distance
    }
    return ProbeDistance(l2: try least(.l2), l1: try least(.l1), cosine: try least(.cosine))
  }

  /// Whether two probes show the same person, by the calibration of the gallery's model.
  public func verify(_ a: Probe, _ b: Probe) throws -> Verdict {
    let verification = networks.verification
    let pair = try nearestPair(a, b) { verification.metric.distance($0, $1) }
    return Verdict(
      distance: pair.distance, by: verification, remarks: remarks(a, b, pair),
      isJudgeable: isJudgeable(pair))
  }

  /// Whether two probes show the same person by the caller's own rule, D(x₁, x₂) ≤ k.
  /// - Parameters:
  ///   - a: one probe.
  ///   - b: the other.
  ///   - threshold: k, in units of the metric.
  ///   - metric: D; where probes have several faces, the smallest of their distances counts.
  /// - Throws: `LikenessError.dimensionMismatch`, `.noFace`
  public func verify(
    _ a: Probe, _ b: Probe, threshold: Float, metric: Metric = .l2
  ) throws -> RuleVerdict {
    let pair = try nearestPair(a, b) { metric.distance($0, $1) }
    return RuleVerdict(
      distance: pair.distance, metric: metric, threshold: threshold, estimate: try verify(a, b),
      remarks: remarks(a, b, pair))
  }

  /// Whether two probes show the same person, as decided by a trained head.
  /// - Throws: `ModelError`, `.otherEmbedding` where the head was trained on embeddings of another model than
  ///   the gallery's; `LikenessError`
  public func verify(_ a: Probe, _ b: Probe, head name: String) throws -> HeadVerdict {
    let model = try networks.model() ?? ModelStore.standardEmbedding
    let head = try networks.options.models.head(name, for: model)
    for face in a.faces + b.faces where face.embedding.count != head.dimensions {
      throw LikenessError.dimensionMismatch(face.embedding.count, head.dimensions)
    }
    let pair = try nearestPair(a, b) { -head.logit($0, $1) }
    let metric = networks.verification.metric
    return HeadVerdict(
      probability: head.probability(pair.first.embedding, pair.second.embedding),
      distance: metric.distance(pair.first.embedding, pair.second.embedding), metric: metric,
      by: head, remarks: remarks(a, b, pair), isJudgeable: isJudgeable(pair))
  }

  private typealias FacePair = (first: ProbeFace, second: ProbeFace, distance: Float)

  private func remarks(_ a: Probe, _ b: Probe, _ pair: FacePair) -> [String] {
    var remarks = a.remarks + b.remarks
    for (probe, face) in [(a, pair.first), (b, pair.second)] {
      let poor = face.quality?.remarks ?? []
      if !poor.isEmpty {
        remarks.append("the face of \(probe.title) is \(poor.joined(separator: " and "))")
      }
    }
    return remarks
  }

  private func isJudgeable(_ pair: FacePair) -> Bool {
    [pair.first, pair.second].allSatisfy { $0.quality?.isJudgeable ?? true }
  }

  private func nearestPair(
    _ a: Probe, _ b: Probe, _ distance: (Embedding, Embedding) -> Float
  ) throws -> FacePair {
    var best: FacePair?
    for first in a.faces {
      for second in b.faces {
        guard first.embedding.count == second.embedding.count else {
          throw LikenessError.dimensionMismatch(first.embedding.count, second.embedding.count)
        }
        let distance = distance(first.embedding, second.embedding)
        if best.map({ distance < $0.distance }) ?? true { best = (first, second, distance) }
      }
    }
    guard let best else { throw LikenessError.noFace(path: a.faces.isEmpty ? a.title : b.title) }
    return best
  }
}
