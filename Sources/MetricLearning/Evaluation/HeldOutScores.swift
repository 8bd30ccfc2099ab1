import LikenessCore

/// How good a network is on photos that it did not learn from.
public struct HeldOutScores: Sendable, Equatable, Codable {
  /// For how many photos the nearest is alike, by attribute; cosine distance.
  public var recallAt1: [String: Double] = [:]
  /// The verification accuracy on pairs of held-out people, where people were held out.
  public var verification: Double?
  /// For how many cells a person and an expression together find a photo of both, where cells were held
  /// out.
  public var algebra: Double?

  /// The mean cosine similarity of the photos' embeddings to a teacher's, where there is one.
  public var similarity: Double?

  /// The one number that decides when to stop, from 0 to 1: the mean recall, and to one half what is asked
  /// of the held-out photos besides. Ten cells alone would be a coarse measure.
  public var score: Double {
    if let similarity { return similarity }
    let recalls = recallAt1.values.sorted()
    let recall = recalls.isEmpty ? 0 : recalls.reduce(0, +) / Double(recalls.count)
    return (algebra ?? verification).map { ($0 + recall) / 2 } ?? recall
  }

  /// - Parameters:
  ///   - attributes: the names of the attributes of `vectors`.
  ///   - vectors: of all photos, held out or not.
  public init(
    _ attributes: [String], _ vectors: AttributeVectors, _ split: DatasetSplit, _ holdOut: HoldOut
  ) {
    let everyone = Array(0..<vectors.vectors.count)
    let heldOutAttribute = holdOut.attribute
    for (place, name) in attributes.enumerated() {
      // Held-out people are compared with each other.
      let gallery = heldOutAttribute == nil ? split.training : split.heldOut
      recallAt1[name] = vectors.recallAt1(place, queries: split.heldOut, gallery: gallery)
      if name == heldOutAttribute {
        verification = vectors.verification(place, photos: split.heldOut)
      }
    }
    if case .cells(let person, let value, _) = holdOut,
      let first = attributes.firstIndex(of: person), let second = attributes.firstIndex(of: value)
    {
      algebra = vectors.algebra(
        first, second, cells: split.heldOut, known: split.training, gallery: everyone)
    }
  }

  /// - Parameters:
  ///   - student, teacher: embeddings of all photos, `(n, d)`.
  public init(
    student: EmbeddingMatrix, teacher: EmbeddingMatrix, photos: [Int]
  ) {
    let similarities = photos.map { photo in
      1 - Double(Metric.cosine.distance(student[photo], teacher[photo]))
    }
    similarity = similarities.reduce(0, +) / Double(max(1, similarities.count))
  }
}
