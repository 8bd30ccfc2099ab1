import LikenessCore

/// Faces as several parts: who it is, and for each key of the query what tells its values apart.
///
/// An embedding that is made to tell people apart says little of anything else, and that little is lost beside
/// the differences between people. So both are parts of their own, each of length 1, with a balance between
/// them that was measured (`Documentation/Decisions/compose.md`).
struct DiscriminantSpace: ComposeSpace {
  private let identityWeight: Float
  private let identities: [String: Embedding]
  private let dimensions: Int
  /// By key, in order.
  private let attributes: [(key: String, space: AttributeSpace)]

  /// - Throws: `AlgebraError.oneValue`
  init(
    _ faces: [LabelledFace], keys: Set<String>, _ aggregate: ComposeAggregate
  ) throws(AlgebraError) {
    dimensions = faces.first?.vector.identity.count ?? 0
    let person = LabelledFace.personKey
    identities = LabelGroups(faces, keys: [person])[person].mapValues { rows in
      aggregate(rows.map { faces[$0].vector.identity.normalized() }).normalized()
    }
    var attributes: [(key: String, space: AttributeSpace)] = []
    for key in keys.subtracting([person]).sorted() {
      let space = try AttributeSpace(faces, key: key, aggregate)
      attributes.append((key, space))
    }
    self.attributes = attributes
    identityWeight =
      faces.allSatisfy { !$0.vector.attributes.isEmpty }
      ? Self.identityWeightWithHeads : Self.identityWeight(of: identities, faces)
  }

  func query(_ terms: [ComposeTerm]) -> Embedding {
    let identity = terms.map { term -> Embedding in
      switch term.operand {
      case .label(LabelledFace.personKey, let value): identities[value] ?? zero(dimensions)
      case .label: zero(dimensions)
      case .face(let face): face.identity.normalized()
      }
    }
    let weights = terms.map(\.weight)
    let parts = attributes.map { key, space in
      terms.map { term -> Embedding in
        switch term.operand {
        case .label(key, let value): space.values[value] ?? zero(space.dimensions)
        case .label: zero(space.dimensions)
        case .face(let face): space.point(face)
        }
      }.sum(weights: weights)
    }
    return joined(identity.sum(weights: weights).normalized(), parts)
  }

  func point(_ face: FaceVector) -> Embedding {
    joined(face.identity.normalized(), attributes.map { $0.space.point(face) })
  }

  /// How much more who it is counts than an attribute where a network was trained for both.
  private static let identityWeightWithHeads: Float = 1.5

  /// How far the nearest other person is to be where the values of an attribute are some √2 from each other: measured on
  /// JAFFE with two embeddings (`Documentation/Decisions/compose.md`).
  private static let targetPersonDistance: Float = 1.2

  /// How much more who it is counts than an attribute: as much as brings the nearest other person to `targetPersonDistance`.
  /// How near people lie to each other is a matter of the embedding, and of who they are.
  private static func identityWeight(of people: [String: Embedding], _ faces: [LabelledFace])
    -> Float
  {
    // With a single person, the mean distance between faces.
    let distances =
      people.count > 1
      ? nearestDistances(sample(people.sorted { $0.key < $1.key }.map(\.value)))
      : allDistances(sample(faces).map { $0.vector.identity.normalized() })
    let median = distances.sorted().dropFirst(distances.count / 2).first ?? 1
    // Bounded, so that attributes count even where people are hardly apart, or one has two names.
    return min(8, max(0.5, targetPersonDistance / max(median, 1e-3)))
  }

  /// At most 256, evenly.
  private static func sample<Element>(_ all: [Element]) -> [Element] {
    let count = min(all.count, 256)
    return (0..<count).map { all[$0 * all.count / count] }
  }

  /// From each to the nearest of the others, in Euclidean distance.
  private static func nearestDistances(_ points: [Embedding]) -> [Float] {
    points.indices.compactMap { row in
      points.indices.lazy.filter { $0 != row }.map { Metric.l2.distance(points[row], points[$0]) }
        .min()
    }
  }

  private static func allDistances(_ points: [Embedding]) -> [Float] {
    points.indices.flatMap { row in
      points[..<row].map { Metric.l2.distance(points[row], $0) }
    }
  }

  private func joined(_ identity: Embedding, _ parts: [Embedding]) -> Embedding {
    Embedding(identity.values.map { $0 * identityWeight } + parts.flatMap(\.values))
      .normalized()
  }

  private func zero(_ count: Int) -> Embedding { Embedding([Float](repeating: 0, count: count)) }
}
