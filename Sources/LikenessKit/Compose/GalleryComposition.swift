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

/// People with attributes as queries, over the labels of a gallery.
public struct GalleryComposition: Sendable {
  let gallery: OpenGallery
  let networks: GalleryNetworks
  let thresholds: ThresholdMeasurement

  /// The faces nearest to a person with attributes, by the labels of the gallery's faces.
  ///
  /// A face's person, its label `person`, is the name that it goes by. A face that the query names is not an answer.
  /// - Parameters:
  ///   - query: a person with attributes, as terms of a sum.
  ///   - count: the most answers.
  ///   - options: which recipe composes, and how.
  ///   - includingDoubtful: whether doubtful faces count as the others do. One that the query names counts in any case.
  ///   - includingHidden: whether faces that the user hid are answers. What labels and people mean is learnt from them in
  ///     any case.
  /// - Throws: `ComposeError.nothingLeft`, `LikenessError.emptyGallery`, `.unknownFace`, `.notEmbedded`,
  ///   `.dimensionMismatch`; `AlgebraError`, `GalleryError`
  public func matches(
    of query: ComposeQuery, count: Int = 10, _ options: ComposeOptions = ComposeOptions(),
    includingDoubtful: Bool = false, includingHidden: Bool = false
  ) throws -> [ComposeMatch] {
    try gallery.withSession {
      try composer(includingDoubtful: includingDoubtful).matches(
        of: query, count: count, options, includingHidden: includingHidden)
    }
  }

  /// The faces of the gallery with their labels, of one state, to compose of several times.
  /// - Parameter includingDoubtful: whether doubtful faces are among them.
  /// - Throws: `LikenessError.emptyGallery`, `GalleryError`
  public func composer(includingDoubtful: Bool = false) throws -> Composer {
    try gallery.withSession {
      let faces = includingDoubtful ? try gallery.faces() : try gallery.faces().certain
      guard !faces.faces.isEmpty else { throw LikenessError.emptyGallery(path: gallery.place.path) }
      return Composer(self, faces, try labelledFaces(faces))
    }
  }

  /// All faces with their labels, and who they are.
  private func labelledFaces(_ faces: GalleryFaces) throws -> [LabelledFace] {
    let store = try gallery.reader()
    let labels = try store.labels()
    let attributes = try store.attributeVectors()
    return faces.faces.enumerated().map { row, face in
      var own = labels[face.id] ?? [:]
      // Earlier versions kept it as a label as well.
      if let name = face.name { own[LabelSource.person] = name }
      return LabelledFace(
        vector: FaceVector(
          identity: faces.embeddings[row], attributes: attributes[face.id] ?? [:]), labels: own)
    }
  }
}

/// Composes people with attributes of the faces of a gallery, and finds what is like it.
public struct Composer: Sendable {
  /// What the faces are labelled with: values by key.
  public let labels: [String: Set<String>]
  private let composition: GalleryComposition
  private let faces: GalleryFaces
  private let labelled: [LabelledFace]

  init(_ composition: GalleryComposition, _ faces: GalleryFaces, _ labelled: [LabelledFace]) {
    (self.composition, self.faces, self.labelled) = (composition, faces, labelled)
    var labels: [String: Set<String>] = [:]
    for face in labelled {
      for (key, value) in face.labels { labels[key, default: []].insert(value) }
    }
    self.labels = labels
  }

  /// The faces nearest to what is asked for, as `GalleryComposition.matches` has it.
  /// - Throws: as that
  public func matches(
    of query: ComposeQuery, count: Int = 10, _ options: ComposeOptions = ComposeOptions(),
    includingHidden: Bool = false
  ) throws -> [ComposeMatch] {
    let terms = try query.terms.map {
      ComposeTerm(weight: $0.weight, try operand($0.operand))
    }
    var keys: Set<String> = []
    var passedOver =
      try includingHidden ? [] : composition.gallery.reader().hiddenFaces()
    for term in query.terms {
      switch term.operand {
      case .label(let key, _): keys.insert(key)
      case .faces(let faces): passedOver.formUnion(faces)
      case .outsider: break
      }
    }
    let space = try options.space(labelled, keys: keys)
    let wanted = space.query(terms)
    guard wanted.norm > 1e-4 else { throw ComposeError.nothingLeft(query.text) }
    let person = Self.person(of: terms, labelled)
    let ranked = labelled.indices.filter { !passedOver.contains(faces.faces[$0].id) }
      .map { (row: $0, distance: Metric.l2.distance(wanted, space.point(labelled[$0].vector))) }
      .sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }
    let nearest = ranked.prefix(count)
    let thresholds = try composition.thresholds.current()
    let metric = composition.networks.verification.metric
    let people = try composition.gallery.reader().people(
      ofFaces: nearest.map { faces.faces[$0.row].id })
    return nearest.enumerated().map { place, found in
      let (face, labelled) = (faces.faces[found.row], labelled[found.row])
      let decisive = person.map { metric.distance($0, labelled.vector.identity) }
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

  private func operand(_ operand: ComposeQuery.Operand) throws -> ComposeTerm.Operand {
    let vector: FaceVector
    switch operand {
    case .label(let key, let value): return .label(key: key, value: value)
    case .faces(let faces): vector = try mean(of: faces)
    case .outsider(let face): vector = face
    }
    let (own, dimensions) = (vector.identity.count, faces.embeddings.dimensions)
    guard own == dimensions else { throw LikenessError.dimensionMismatch(own, dimensions) }
    return .face(vector)
  }

  /// What some faces have in common.
  /// - Throws: `LikenessError.unknownFace`, `.notEmbedded` where none has an embedding
  private func mean(of faces: [FaceID]) throws -> FaceVector {
    let store = try composition.gallery.reader()
    let embeddings = try store.faces(ids: faces).map(\.1)
    if embeddings.isEmpty, let face = faces.first {
      return FaceVector(identity: try composition.gallery.embedding(of: face, in: store))
    }
    var attributes: [String: [Embedding]] = [:]
    for face in faces {
      for (key, vector) in try store.attributeVectors(face: face) {
        attributes[key, default: []].append(vector)
      }
    }
    return FaceVector(
      identity: embeddings.count == 1 ? embeddings[0] : .mean(embeddings),
      attributes: attributes.mapValues { $0.count == 1 ? $0[0] : .mean($0) })
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
