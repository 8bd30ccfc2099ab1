import CKernels
import LikenessCore

/// Embeddings of a data set's photos, and which part of them speaks of which attribute.
public struct AttributeVectors: Sendable {
  /// `(n, d)`, a row a photo.
  public let vectors: EmbeddingMatrix
  /// For each attribute, each photo's class.
  public let classes: [[Int]]
  /// For each attribute, its places in a vector; all of them where attributes share a vector.
  public let ranges: [Range<Int>]

  public init(vectors: EmbeddingMatrix, classes: [[Int]], ranges: [Range<Int>]) {
    precondition(classes.allSatisfy { $0.count == vectors.count } && ranges.count == classes.count)
    (self.vectors, self.classes, self.ranges) = (vectors, classes, ranges)
  }

  /// Whether each attribute has a part of its own.
  var isParted: Bool { Set(ranges).count == ranges.count && ranges.count > 1 }

  /// An attribute's part of one photo's vector, with a length of 1.
  func part(_ attribute: Int, of photo: Int) -> [Float] {
    vectors.withRow(photo) { row in
      Embedding(Array(row[ranges[attribute]])).normalized().values
    }
  }

  /// For how many of the queries the nearest photo of a gallery, itself excepted, is of the same class;
  /// cosine distance in the attribute's part. Queries whose class has no other photo do not count.
  ///
  /// Of a part that is not the first attribute's, what the first attribute's class looks like is taken out before:
  /// the mean of its photos in the gallery.
  /// - Returns: nil where no query counts.
  public func recallAt1(_ attribute: Int, queries: [Int], gallery: [Int]) -> Double? {
    let bases = bases(attribute, gallery)
    func vector(_ photo: Int) -> [Float] {
      let part = Embedding(part(attribute, of: photo))
      return (bases[classes[0][photo]].map { part - $0 } ?? part).normalized().values
    }
    let known = gallery.map { (photo: $0, vector: vector($0)) }
    var (right, counted) = (0, 0)
    for query in queries {
      let own = classes[attribute][query]
      let others = known.filter { $0.photo != query }
      guard others.contains(where: { classes[attribute][$0.photo] == own }) else { continue }
      let asked = vector(query)
      let nearest = others.max { dot($0.vector, asked) < dot($1.vector, asked) }
      counted += 1
      if let nearest, classes[attribute][nearest.photo] == own { right += 1 }
    }
    return counted == 0 ? nil : Double(right) / Double(counted)
  }

  /// For each class of the first attribute, what its photos have in common in another's part; empty where nothing
  /// is to be taken out.
  private func bases(_ attribute: Int, _ photos: [Int]) -> [Int: Embedding] {
    guard isParted, attribute > 0 else { return [:] }
    return Dictionary(grouping: photos, by: { classes[0][$0] }).filter { $0.value.count > 1 }
      .mapValues { photos in .mean(photos.map { Embedding(part(attribute, of: $0)) }) }
  }

  /// The balanced verification accuracy at the best threshold on the cosine.
  /// - Returns: nil where there is no pair of one kind.
  public func verification(_ attribute: Int, photos: [Int]) -> Double? {
    let parts = photos.map { part(attribute, of: $0) }
    var pairs: [(similarity: Float, isSame: Bool)] = []
    for a in photos.indices {
      for b in 0..<a {
        let isSame = classes[attribute][photos[a]] == classes[attribute][photos[b]]
        pairs.append((dot(parts[a], parts[b]), isSame))
      }
    }
    let same = pairs.count { $0.isSame }
    guard same > 0, same < pairs.count else { return nil }
    pairs.sort { $0.similarity > $1.similarity }
    var (found, wrong, best) = (0, 0, 0.5)
    for (place, pair) in pairs.enumerated() {
      if pair.isSame { found += 1 } else { wrong += 1 }
      // A threshold lies between two values, not within equals.
      if place + 1 < pairs.count, pairs[place + 1].similarity == pair.similarity { continue }
      let rate = Double(found) / Double(same) - Double(wrong) / Double(pairs.count - same)
      best = max(best, 0.5 + rate / 2)
    }
    return best
  }

  private func dot(_ a: [Float], _ b: [Float]) -> Float { ck_dot_f32(a, b, a.count) }
}
