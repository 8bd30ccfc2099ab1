import LikenessCore

/// Embeddings without negative numbers and of length 1; a query is the sum of what its terms' faces have in
/// the middle, each brought to length 1.
struct MercariSpace: ComposeSpace {
  private let nonNegativity: NonNegativity
  private let offset: [Float]
  private let values: [String: [String: Embedding]]

  init(
    _ faces: [LabelledFace], keys: Set<String>, _ aggregate: ComposeAggregate,
    _ nonNegativity: NonNegativity
  ) {
    let offset = nonNegativity.offset(faces.map(\.vector.whole))
    (self.offset, self.nonNegativity) = (offset, nonNegativity)
    let groups = LabelGroups(faces, keys: keys)
    values = Dictionary(
      uniqueKeysWithValues: keys.map { key in
        (
          key,
          groups[key].mapValues { rows in
            aggregate(rows.map { Self.point(faces[$0].vector, nonNegativity, offset) })
              .normalized()
          }
        )
      })
  }

  func query(_ terms: [ComposeTerm]) -> Embedding {
    let vectors = terms.map { term -> Embedding in
      switch term.operand {
      case .label(let key, let value): values[key]?[value] ?? Embedding(offset.map { _ in 0 })
      case .face(let face): point(face)
      }
    }
    return vectors.sum(weights: terms.map(\.weight)).normalized()
  }

  func point(_ face: FaceVector) -> Embedding { Self.point(face, nonNegativity, offset) }

  private static func point(
    _ face: FaceVector, _ nonNegativity: NonNegativity, _ offset: [Float]
  ) -> Embedding {
    let values = face.whole.values
    guard nonNegativity != .faceMinimum else {
      let minimum = values.min() ?? 0
      return Embedding(values.map { $0 - minimum }).normalized()
    }
    return Embedding(zip(values, offset).map { max(0, $0 - $1) }).normalized()
  }
}
