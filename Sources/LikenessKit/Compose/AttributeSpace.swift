import Vectors

/// A space in which faces with one value of a key lie together, whoever they are.
///
/// Where a trained network has a head for the key, that is the space. Otherwise it is learnt from the labelled
/// faces: their person's mean is taken out, and linear discriminant analysis finds the directions that tell the
/// values apart.
struct AttributeSpace: Sendable {
  private let key: String
  private let hasHead: Bool
  private let means: PersonMeans?
  private let discriminant: LinearDiscriminant?
  /// What each value looks like, of length 1.
  let values: [String: Embedding]
  let dimensions: Int

  /// - Throws: `ComposeError.oneValue`
  init(
    _ faces: [LabelledFace], key: String, _ aggregate: ComposeAggregate
  ) throws(ComposeError) {
    self.key = key
    let rows = LabelGroups(faces, keys: [key])[key].sorted { $0.key < $1.key }
    hasHead = faces.allSatisfy { $0.vector.attributes[key] != nil }
    if hasHead {
      means = nil
      discriminant = nil
    } else {
      guard rows.count > 1 else {
        throw .oneValue(key: key, value: rows.first?.key ?? "")
      }
      let identities = faces.map { $0.vector.identity.normalized() }
      let means = PersonMeans(
        faces.map { Self.features($0.vector) }, directions: identities,
        names: faces.map(\.person), aggregate)
      self.means = means
      discriminant = LinearDiscriminant(
        rows.map { _, rows in
          rows.map {
            Self.features(faces[$0].vector)
              - means.base(of: identities[$0], person: faces[$0].person)
          }
        })
    }
    let (means, discriminant, hasHead) = (self.means, self.discriminant, self.hasHead)
    values = Dictionary(
      uniqueKeysWithValues: rows.map { value, rows in
        (
          value,
          aggregate(
            rows.map {
              Self.point(
                faces[$0].vector, person: faces[$0].person, key, hasHead, means, discriminant)
            }
          ).normalized()
        )
      })
    dimensions = values.values.first?.count ?? 0
  }

  func point(_ face: FaceVector) -> Embedding {
    Self.point(face, person: nil, key, hasHead, means, discriminant)
  }

  private static func features(_ face: FaceVector) -> Embedding {
    (face.appearance ?? face.identity).normalized()
  }

  private static func point(
    _ face: FaceVector, person: String?, _ key: String, _ hasHead: Bool, _ means: PersonMeans?,
    _ discriminant: LinearDiscriminant?
  ) -> Embedding {
    if hasHead { return (face.attributes[key] ?? Embedding([])).normalized() }
    guard let means, let discriminant else { return Embedding([]) }
    let base = means.base(of: face.identity.normalized(), person: person)
    return discriminant.projected(features(face) - base).normalized()
  }
}
