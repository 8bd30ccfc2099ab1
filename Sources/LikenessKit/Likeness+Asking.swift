import Foundation
import Gallery
import Search

extension Likeness {
  /// Who looks most like somebody in the gallery.
  ///
  /// A name with several photos is asked by all of them and answered by the nearest pair.
  /// - Throws: `LikenessError.unknownName`, `.ambiguousName`, `GalleryError`
  public func nearest(to name: String, _ question: Question = Question()) throws -> [Match] {
    let faces = try faces()
    let rows = try rows(of: name, in: faces)
    let own = Set(rows)
    return matches(
      rows.map { faces.embedding($0) }, question, in: faces, where: { !own.contains($0) })
  }

  /// Who in the gallery looks like the faces of a photo: each face with its answers, the largest first.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `.emptyGallery`, `GalleryError`
  public func search(
    _ photo: URL, _ question: Question = Question(), limits: PhotoLimits = .default
  ) throws -> [(face: Face, matches: [Match])] {
    let faces = try faces()
    guard !faces.faces.isEmpty else { throw LikenessError.emptyGallery(path: gallery.path) }
    let found = try analyze(photo, limits: limits)
    return try found.faces.map { face in
      try checkDimensions(face.embedding, faces)
      return (face, matches([face.embedding], question, in: faces))
    }
  }

  /// Who in the gallery looks like an embedding.
  public func search(_ embedding: Embedding, _ question: Question = Question()) throws -> [Match] {
    let faces = try faces()
    guard !faces.faces.isEmpty else { throw LikenessError.emptyGallery(path: gallery.path) }
    try checkDimensions(embedding, faces)
    return matches([embedding], question, in: faces)
  }

  /// A gallery may be of another model than the one in use.
  private func checkDimensions(_ embedding: Embedding, _ faces: GalleryFaces) throws {
    guard embedding.count == faces.index.vectors.dimensions else {
      throw LikenessError.dimensionMismatch(embedding.count, faces.index.vectors.dimensions)
    }
  }

  /// The faces of one photo.
  /// - Throws: `PhotoError`, `LikenessError.noFace`, `InferenceError`, `ModelError`
  public func analyze(_ photo: URL, limits: PhotoLimits = .default) throws -> PhotoFaces {
    // Before the networks are loaded: a wrong path is answered at once.
    let pixels = try Photo.load(contentsOf: photo, limits: limits)
    let found = try engine().makeAnalyzer().analyze(pixels)
    guard !found.faces.isEmpty else { throw LikenessError.noFace(path: photo.path) }
    return found
  }

  /// What a text stands for: a name in the gallery, a photo, or an embedding file.
  ///
  /// A name that is written exactly counts more than a file of that name; a file counts more than a
  /// name that is only spelt alike.
  /// - Throws: `LikenessError`, `PhotoError`, `GalleryError`
  public func probe(_ text: String, limits: PhotoLimits = .default) throws -> Probe {
    let faces = try existingFaces()
    let lookup = NameLookup(text, among: faces.map { Array($0.rowsByName.keys) } ?? [])
    if case .found(let name) = lookup, name == text.precomposedStringWithCanonicalMapping {
      return nameProbe(name, faces)
    }
    let url = URL(fileURLWithPath: text)
    if FileManager.default.fileExists(atPath: url.path) {
      if Embedding.fileExtensions.contains(url.pathExtension.lowercased()) {
        return .embedding(url, try Embedding(contentsOf: url))
      }
      return .photo(url, try analyze(url, limits: limits))
    }
    switch lookup {
    case .found(let name): return nameProbe(name, faces)
    case .ambiguous(let names): throw LikenessError.ambiguousName(text, candidates: names)
    case .unknown(let near):
      let known = PhotoFormat.extensions.union(Embedding.fileExtensions)
      if text.contains("/") || known.contains(url.pathExtension.lowercased()) {
        throw PhotoError.noSuchFile(path: text)
      }
      throw LikenessError.unknownProbe(text, nearSpellings: near)
    }
  }

  private func existingFaces() throws -> GalleryFaces? {
    do {
      return try faces()
    } catch GalleryError.missing {
      return nil
    }
  }

  private func nameProbe(_ name: String, _ faces: GalleryFaces?) -> Probe {
    .name(name, faces: (faces?.rowsByName[name] ?? []).compactMap { faces?.probeFace($0) })
  }

  /// How far two probes lie apart: where they have several faces, each metric's smallest distance.
  public func distance(_ a: Probe, _ b: Probe) throws -> ProbeDistance {
    func least(_ metric: Metric) throws -> Float { try nearestPair(a, b, metric).distance }
    return ProbeDistance(l2: try least(.l2), l1: try least(.l1), cosine: try least(.cosine))
  }

  /// Whether two probes show the same person.
  public func verify(_ a: Probe, _ b: Probe) throws -> Verdict {
    let pair = try nearestPair(a, b, verification.metric)
    var remarks = a.remarks + b.remarks
    for (probe, face) in [(a, pair.first), (b, pair.second)] {
      let poor = face.quality?.remarks ?? []
      if !poor.isEmpty {
        remarks.append("the face of \(probe.title) is \(poor.joined(separator: " and "))")
      }
    }
    return Verdict(
      distance: pair.distance, by: verification, remarks: remarks,
      isJudgeable: [pair.first, pair.second].allSatisfy { $0.quality?.isJudgeable ?? true })
  }

  private func nearestPair(
    _ a: Probe, _ b: Probe, _ metric: Metric
  ) throws -> (first: ProbeFace, second: ProbeFace, distance: Float) {
    var best: (first: ProbeFace, second: ProbeFace, distance: Float)?
    for first in a.faces {
      for second in b.faces {
        guard first.embedding.count == second.embedding.count else {
          throw LikenessError.dimensionMismatch(first.embedding.count, second.embedding.count)
        }
        let distance = metric.distance(first.embedding, second.embedding)
        if best.map({ distance < $0.distance }) ?? true { best = (first, second, distance) }
      }
    }
    guard let best else { throw LikenessError.noFace(path: a.faces.isEmpty ? a.title : b.title) }
    return best
  }

  func rows(of name: String, in faces: GalleryFaces) throws -> [Int] {
    switch NameLookup(name, among: Array(faces.rowsByName.keys)) {
    case .found(let found): return faces.rowsByName[found] ?? []
    case .ambiguous(let names): throw LikenessError.ambiguousName(name, candidates: names)
    case .unknown(let near): throw LikenessError.unknownName(name, nearSpellings: near)
    }
  }

  func matches(
    _ queries: [Embedding], _ question: Question, in faces: GalleryFaces,
    where isAllowed: (Int) -> Bool = { _ in true }
  ) -> [Match] {
    // Grouped answers may hide behind many photos of one name, so all are ranked first.
    var nearest: [Int: (distance: Float, query: Int)] = [:]
    for (number, query) in queries.enumerated() {
      let neighbors = faces.index.nearest(
        to: query,
        count: question.grouping == .photo && queries.count == 1
          ? question.count : faces.faces.count, metric: question.metric, where: isAllowed)
      for neighbor in neighbors
      where neighbor.distance < nearest[neighbor.row]?.distance ?? .infinity {
        nearest[neighbor.row] = (neighbor.distance, number)
      }
    }
    let ranked = nearest.sorted { ($0.value.distance, $0.key) < ($1.value.distance, $1.key) }
    var seen: Set<String> = []
    var answers: [Match] = []
    for (row, found) in ranked {
      guard answers.count < question.count else { break }
      let face = faces.faces[row]
      if question.grouping == .name, let name = face.name, !seen.insert(name).inserted { continue }
      let decisive = verification.metric.distance(queries[found.query], faces.embedding(row))
      answers.append(
        Match(
          rank: answers.count + 1, name: face.name, distance: found.distance,
          probability: verification.probability(at: decisive),
          photo: faces.photos[face.photo]?.path ?? "", face: face.id, ordinal: face.ordinal))
    }
    return answers
  }
}
