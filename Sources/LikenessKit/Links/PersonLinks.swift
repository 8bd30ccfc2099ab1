import Clustering
import GalleryCore
import LikenessCore

/// Which people of a gallery are linked by so many of their faces that they may be one, as suggestions have it.
final class PersonLinks {
  private let thresholds: GalleryThresholds
  private let embeddings: (PersonID) throws -> [Embedding]
  private var known: [PeopleBook.Pair: Bool] = [:]
  private var read: [PersonID: [Embedding]] = [:]

  /// - Parameter embeddings: those of a person's faces.
  init(thresholds: GalleryThresholds, embeddings: @escaping (PersonID) throws -> [Embedding]) {
    (self.thresholds, self.embeddings) = (thresholds, embeddings)
  }

  func mayBeOne(_ a: PersonID, _ b: PersonID) throws -> Bool {
    let pair = PeopleBook.Pair(a, b)
    if let answer = known[pair] { return answer }
    let (own, others) = (try faces(of: pair.low), try faces(of: pair.high))
    let answer =
      SeveralLinks(
        own.count, others.count,
        similarity: { 1 - Metric.cosine.distance(own[$0], others[$1]) },
        probability: { thresholds.probability(at: $0) }) != nil
    known[pair] = answer
    return answer
  }

  private func faces(of person: PersonID) throws -> [Embedding] {
    if let faces = read[person] { return faces }
    let faces = try embeddings(person)
    read[person] = faces
    return faces
  }
}
