import Composition
import Foundation
import GalleryCore
import LikenessCore

/// A face that answers a query of a person and attributes.
public struct ComposeMatch: Sendable {
  /// The face, with all its labels; `distance` is the recipe's own, from 0 to 2, and `probability` that it is
  /// the person asked for.
  public var match: Match
  /// Whether the query names a person or a face, without which there is no probability.
  public var hasPerson: Bool
}

extension Likeness {
  /// The faces nearest to a person with attributes, by the labels of the gallery's faces.
  ///
  /// A face's person is its label `person`, else the name that its person was given, else the name that it was
  /// added by. A face that the query names is no answer.
  /// - Parameters:
  ///   - query: a person with attributes, as terms of a sum.
  ///   - count: the most answers.
  ///   - options: which recipe composes, and how.
  ///   - limits: what a photo that the query names may be at most.
  ///   - mayReadFiles: whether a term may name a file of this machine; false for remote users.
  ///   - includingDoubtful: whether doubtful faces count as the others do. One that the query names by its number
  ///     counts in any case.
  /// - Throws: `ComposeError`, `LikenessError.emptyGallery` and as `probe`, `PhotoError`, `GalleryError`
  public func compose(
    _ query: ComposeQuery, count: Int = 10, _ options: ComposeOptions = ComposeOptions(),
    limits: PhotoLimits = .default, mayReadFiles: Bool = true, includingDoubtful: Bool = false
  ) throws -> [ComposeMatch] {
    try withSession {
      try matches(of: query, count, options, limits, mayReadFiles, includingDoubtful)
    }
  }

  private func matches(
    of query: ComposeQuery, _ count: Int, _ options: ComposeOptions, _ limits: PhotoLimits,
    _ mayReadFiles: Bool, _ includingDoubtful: Bool
  ) throws -> [ComposeMatch] {
    let faces = includingDoubtful ? try faces() : try faces().certain
    guard !faces.faces.isEmpty else { throw LikenessError.emptyGallery(path: place.path) }
    let labelled = try labelledFaces(faces)
    var known = ComposeVocabulary(labelled)
    var named: Set<FaceID> = []
    var terms: [ComposeTerm] = []
    for term in query.terms {
      let operand = try operand(
        term.operand, &known, faces, &named, mayReadFiles ? limits : nil,
        includingDoubtful: includingDoubtful)
      terms.append(ComposeTerm(weight: term.weight, operand))
    }
    let space = try options.space(labelled, keys: known.used)
    let wanted = space.query(terms)
    guard wanted.norm > 1e-4 else { throw ComposeError.nothingLeft(query.text) }
    let person = Self.person(of: terms, labelled)
    let ranked = labelled.indices.filter { !named.contains(faces.faces[$0].id) }
      .map { (row: $0, distance: Metric.l2.distance(wanted, space.point(labelled[$0].vector))) }
      .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    let nearest = ranked.prefix(count)
    let thresholds = try thresholds()
    let people = try reader().people(ofFaces: nearest.map { faces.faces[$0.row].id })
    return nearest.enumerated().map { place, found in
      let (face, labelled) = (faces.faces[found.row], labelled[found.row])
      let decisive = person.map { verification.metric.distance($0, labelled.vector.identity) }
      return ComposeMatch(
        match: Match(
          rank: place + 1, name: labelled.person, person: people[face.id],
          distance: found.distance,
          probability: decisive.map { thresholds.probability(at: $0) } ?? 0,
          decisiveDistance: decisive ?? 0, photo: faces.photos[face.photo]?.path ?? "",
          photoID: face.photo, title: faces.photos[face.photo]?.name ?? "", face: face.id,
          ordinal: face.ordinal, labels: labelled.labels, isDoubtful: face.quality.isDoubtful),
        hasPerson: person != nil)
    }
  }

  /// All faces with their labels, and who they are.
  private func labelledFaces(_ faces: GalleryFaces) throws -> [LabelledFace] {
    let store = try reader()
    let labels = try store.labels()
    let given = try store.givenNames(of: faces.faces.map(\.id))
    let attributes = try store.attributeVectors()
    return faces.faces.enumerated().map { row, face in
      var own = labels[face.id] ?? [:]
      if own[LabelSource.person] == nil { own[LabelSource.person] = given[face.id] ?? face.name }
      return LabelledFace(
        vector: FaceVector(
          identity: faces.embeddings[row], attributes: attributes[face.id] ?? [:]), labels: own)
    }
  }

  /// What a term means.
  /// - Parameter limits: of a photo outside of the gallery; nil where none may be read.
  private func operand(
    _ operand: ComposeQuery.Operand, _ known: inout ComposeVocabulary, _ faces: GalleryFaces,
    _ named: inout Set<FaceID>, _ limits: PhotoLimits?, includingDoubtful: Bool
  ) throws -> ComposeTerm.Operand {
    switch operand {
    case .label(let key, let value):
      return try known.label(key, value)
    case .face(let text):
      if let label = known.person(text) { return label }
      if limits == nil, Int64(text.hasPrefix("#") ? String(text.dropFirst()) : text) == nil {
        // A remote user must not learn which paths exist.
        return try known.label(LabelSource.person, text)
      }
      let store = try reader()
      do {
        // Of a photo with several faces, the most prominent one.
        let face = try self.faces(writtenAs: text, store)[0]
        let identity = try embedding(ofFace: face.id)
        named.insert(face.id)
        return .face(
          FaceVector(
            identity: identity, attributes: try store.attributeVectors(face: face.id)))
      } catch LikenessError.unknownPhoto(_, candidates: []) {
        // It may be outside of the gallery.
      }
      guard let limits else { return try known.label(LabelSource.person, text) }
      let url = URL(fileURLWithPath: text)
      if FileManager.default.fileExists(atPath: url.path) {
        let found = try analyze(url, limits: limits)
          .faces(includingDoubtful: includingDoubtful, path: url.path).faces[0]
        guard found.embedding.count == faces.embeddings.dimensions else {
          throw LikenessError.dimensionMismatch(found.embedding.count, faces.embeddings.dimensions)
        }
        return .face(FaceVector(found))
      }
      if text.contains("/") || PhotoFormat.extensions.contains(url.pathExtension.lowercased()) {
        throw PhotoError.noSuchFile(path: text)
      }
      return try known.label(LabelSource.person, text)
    }
  }

  /// Who is asked for: the mean of the faces that are added.
  private static func person(of terms: [ComposeTerm], _ faces: [LabelledFace]) -> Embedding? {
    let added = terms.filter { $0.weight > 0 }.flatMap { term -> [Embedding] in
      switch term.operand {
      case .label(LabelSource.person, let value):
        faces.filter { $0.person == value }.map(\.vector.identity)
      case .label: []
      case .face(let face): [face.identity]
      }
    }
    return added.isEmpty ? nil : .mean(added)
  }
}

/// The keys and values that faces are labelled with, and those that a query uses.
struct ComposeVocabulary {
  private let values: [String: Set<String>]
  private(set) var used: Set<String> = []

  init(_ faces: [LabelledFace]) {
    var values: [String: Set<String>] = [:]
    for face in faces {
      for (key, value) in face.labels { values[key, default: []].insert(value) }
    }
    self.values = values
  }

  /// A person of exactly that name.
  mutating func person(_ text: String) -> ComposeTerm.Operand? {
    guard values[LabelSource.person]?.contains(text) == true else { return nil }
    used.insert(LabelSource.person)
    return .label(key: LabelSource.person, value: text)
  }

  /// A label as typed by a user.
  /// - Throws: `ComposeError.unknownKey`, `.unknownValue`, `.ambiguousValue`
  mutating func label(_ key: String, _ value: String) throws -> ComposeTerm.Operand {
    let keys = values.keys.sorted()
    guard case .found(let knownKey) = NameLookup(key, among: keys),
      let all = values[knownKey]?.sorted()
    else {
      var near: [String] = []
      if case .unknown(let spellings) = NameLookup(key, among: keys) { near = spellings }
      throw ComposeError.unknownKey(key, keys: keys, nearSpellings: near)
    }
    used.insert(knownKey)
    switch NameLookup(value, among: all) {
    case .found(let known): return .label(key: knownKey, value: known)
    case .ambiguous(let candidates):
      throw ComposeError.ambiguousValue(key: knownKey, value: value, candidates: candidates)
    case .unknown(let near):
      throw ComposeError.unknownValue(
        key: knownKey, value: value, values: all, nearSpellings: near)
    }
  }
}
