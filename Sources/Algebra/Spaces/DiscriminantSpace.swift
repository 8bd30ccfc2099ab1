import Vectors

/// Faces as several parts: who it is, and for each key of the query what tells its values apart.
///
/// An embedding that is made to tell people apart says little of anything else, and that little is lost beside
/// the differences between people. So both are parts of their own, each of length 1, with a balance between
/// them that was measured (`Documentation/Decisions/compose.md`).
struct DiscriminantSpace: ComposeSpace {
  /// How much more who it is counts than an attribute. A network that was trained for attributes has brought
  /// the faces of a person as near to each other as those of a value.
  static func identityWeight(hasHeads: Bool) -> Float { hasHeads ? 1.5 : 5 }

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
    identityWeight = Self.identityWeight(
      hasHeads: faces.allSatisfy { !$0.vector.attributes.isEmpty })
    identities = LabelGroups(faces, keys: keys)[LabelledFace.personKey].mapValues { rows in
      aggregate(rows.map { faces[$0].vector.identity.normalized() }).normalized()
    }
    var attributes: [(key: String, space: AttributeSpace)] = []
    for key in keys.subtracting([LabelledFace.personKey]).sorted() {
      let space = try AttributeSpace(faces, key: key, aggregate)
      attributes.append((key, space))
    }
    self.attributes = attributes
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

  private func joined(_ identity: Embedding, _ parts: [Embedding]) -> Embedding {
    Embedding(identity.values.map { $0 * identityWeight } + parts.flatMap(\.values))
      .normalized()
  }

  private func zero(_ count: Int) -> Embedding { Embedding([Float](repeating: 0, count: count)) }
}
