import LikenessCore

/// A space in which faces with one value of a key lie together, whoever they are.
///
/// Each face's person is taken out first: what a person looks like says little about their expression. Where a
/// trained network has a head for the key, what is left of what the head says is the space. Otherwise linear
/// discriminant analysis finds, in what is left of the embedding, the directions that tell the values apart.
struct AttributeSpace: Sendable {
  private let key: String
  private let hasHead: Bool
  private let means: PersonMeans
  private let discriminant: LinearDiscriminant?
  /// What each value looks like, of length 1.
  let values: [String: Embedding]
  let dimensions: Int

  /// - Throws: `AlgebraError.oneValue`
  init(
    _ faces: [LabelledFace], key: String, _ aggregate: ComposeAggregate
  ) throws(AlgebraError) {
    let rows = LabelGroups(faces, keys: [key])[key].sorted { $0.key < $1.key }
    let hasHead = faces.allSatisfy { $0.vector.attributes[key] != nil }
    guard hasHead || rows.count > 1 else {
      throw .oneValue(key: key, value: rows.first?.key ?? "")
    }
    let features = faces.map { Self.features($0.vector, key, hasHead) }
    let identities = faces.map { $0.vector.identity.normalized() }
    let means = PersonMeans(
      features, directions: identities, names: faces.map(\.person), aggregate)
    func centred(_ row: Int) -> Embedding {
      features[row] - means.base(of: identities[row], person: faces[row].person)
    }
    let discriminant = hasHead ? nil : LinearDiscriminant(rows.map { $1.map(centred) })
    values = Dictionary(
      uniqueKeysWithValues: rows.map { value, rows in
        (value, aggregate(rows.map { Self.point(centred($0), discriminant) }).normalized())
      })
    dimensions = values.values.first?.count ?? 0
    (self.key, self.hasHead, self.means, self.discriminant) = (key, hasHead, means, discriminant)
  }

  func point(_ face: FaceVector) -> Embedding {
    let features = Self.features(face, key, hasHead)
    return Self.point(
      features - means.base(of: face.identity.normalized(), person: nil), discriminant)
  }

  private static func point(
    _ centred: Embedding, _ discriminant: LinearDiscriminant?
  ) -> Embedding {
    (discriminant?.projected(centred) ?? centred).normalized()
  }

  private static func features(_ face: FaceVector, _ key: String, _ hasHead: Bool) -> Embedding {
    ((hasHead ? face.attributes[key] : face.appearance) ?? face.identity).normalized()
  }
}
