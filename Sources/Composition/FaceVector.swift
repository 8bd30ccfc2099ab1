import LikenessCore

/// A face as vectors: its identity, and its appearance where the model separates the two.
public struct FaceVector: Sendable {
  /// The identity, `(d,)`; the whole embedding of a model without parts.
  public var identity: Embedding
  /// The vector that attributes are learnt from, `(a,)`; nil for the identity.
  public var appearance: Embedding?
  /// What the heads of a trained network say about attributes, by key: of two faces with the same value they
  /// are near each other, whoever they show.
  public var attributes: [String: Embedding]

  /// A face by its parts.
  public init(
    identity: Embedding, appearance: Embedding? = nil, attributes: [String: Embedding] = [:]
  ) {
    self.identity = identity
    self.appearance = appearance
    self.attributes = attributes
  }

  /// The identity and what the heads say in one vector, for recipes that know no parts.
  var whole: Embedding {
    guard !attributes.isEmpty else { return identity }
    return Embedding(
      identity.values
        + attributes.sorted { $0.key < $1.key }.flatMap { $0.value.normalized().values })
  }
}

/// A face and what is known of it.
public struct LabelledFace: Sendable {
  /// The face as numbers.
  public var vector: FaceVector
  /// Values by key; `person` is who it is.
  public var labels: [String: String]

  /// A face with its labels.
  public init(vector: FaceVector, labels: [String: String]) {
    self.vector = vector
    self.labels = labels
  }

  /// The key whose values are people.
  public static let personKey = "person"

  /// Whom it shows; nil if unknown.
  public var person: String? { labels[Self.personKey] }
}
