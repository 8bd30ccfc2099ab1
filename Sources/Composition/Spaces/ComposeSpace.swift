import LikenessCore

/// A term of a query whose faces are known.
public struct ComposeTerm: Sendable {
  /// What a term is about.
  public enum Operand: Sendable {
    /// All faces with the label; there is at least one.
    case label(key: String, value: String)
    case face(FaceVector)
  }

  /// Negative for a term that is subtracted.
  public var weight: Float
  /// The term that is added or subtracted.
  public var operand: Operand

  /// A term; of weight 1 unless said otherwise.
  public init(weight: Float = 1, _ operand: Operand) {
    self.weight = weight
    self.operand = operand
  }
}

/// The space in which a recipe compares faces with the query.
public protocol ComposeSpace: Sendable {
  /// The query's vector; of length 1, or zero for an empty query.
  func query(_ terms: [ComposeTerm]) -> Embedding
  /// Where a face lies; of length 1.
  func point(_ face: FaceVector) -> Embedding
}

extension ComposeOptions {
  /// Learns what values look like.
  /// - Parameters:
  ///   - faces: the labelled and the others.
  ///   - keys: what the terms name.
  /// - Throws: `AlgebraError.oneValue`
  public func space(_ faces: [LabelledFace], keys: Set<String>) throws(AlgebraError)
    -> any ComposeSpace
  {
    let aggregate = aggregate ?? recipe.standardAggregate
    switch recipe {
    case .discriminant: return try DiscriminantSpace(faces, keys: keys, aggregate)
    case .additive: return AdditiveSpace(faces, keys: keys, aggregate)
    case .mercari: return MercariSpace(faces, keys: keys, aggregate, nonNegativity)
    }
  }
}

extension [Embedding] {
  /// `Σ weight · vector`, over vectors of one dimension.
  func sum(weights: [Float]) -> Embedding {
    var sum = [Float](repeating: 0, count: first?.count ?? 0)
    for (vector, weight) in zip(self, weights) {
      for index in sum.indices { sum[index] += weight * vector.values[index] }
    }
    return Embedding(sum)
  }
}

/// The faces of each value of some keys, by their places among all.
struct LabelGroups: Sendable {
  private var rows: [String: [String: [Int]]] = [:]

  init(_ faces: [LabelledFace], keys: Set<String>) {
    for (row, face) in faces.enumerated() {
      for key in keys {
        if let value = face.labels[key] { rows[key, default: [:]][value, default: []].append(row) }
      }
    }
  }

  /// The faces of each value of a key, by value.
  subscript(key: String) -> [String: [Int]] { rows[key] ?? [:] }
}
