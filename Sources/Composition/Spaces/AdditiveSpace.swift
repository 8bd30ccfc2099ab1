import LikenessCore

/// Embeddings of length 1. A person is the mean of their faces, any other value what its faces have more than
/// the means of their people, so that the people cancel; a query is the sum.
struct AdditiveSpace: ComposeSpace {
  private let values: [String: [String: Embedding]]

  init(_ faces: [LabelledFace], keys: Set<String>, _ aggregate: ComposeAggregate) {
    let points = faces.map { Self.point($0.vector) }
    let means = PersonMeans(
      points, directions: points, names: faces.map(\.person), aggregate)
    let groups = LabelGroups(faces, keys: keys)
    var values: [String: [String: Embedding]] = [:]
    for key in keys {
      values[key] = groups[key].mapValues { rows in
        guard key != LabelledFace.personKey else { return aggregate(rows.map { points[$0] }) }
        return aggregate(
          rows.map { points[$0] - means.base(of: points[$0], person: faces[$0].person) })
      }
    }
    self.values = values
  }

  func query(_ terms: [ComposeTerm]) -> Embedding {
    var (vectors, weights) = ([Embedding](), [Float]())
    for term in terms {
      switch term.operand {
      case .label(let key, let value):
        guard let vector = values[key]?[value] else { continue }
        vectors.append(vector)
      case .face(let face): vectors.append(point(face))
      }
      weights.append(term.weight)
    }
    return vectors.sum(weights: weights).normalized()
  }

  func point(_ face: FaceVector) -> Embedding { Self.point(face) }

  private static func point(_ face: FaceVector) -> Embedding { face.whole.normalized() }
}
