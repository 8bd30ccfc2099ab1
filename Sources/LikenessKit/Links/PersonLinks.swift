import Clustering
import GalleryCore
import LikenessCore

/// Which people of a gallery are linked by so many of their faces that they may be one, as suggestions have it.
final class PersonLinks {
  private let thresholds: GalleryThresholds
  private let rejections: RejectionEvidence?
  private let embeddings: (PersonID) throws -> [Embedding]
  private var known: [PeopleBook.Pair: Bool] = [:]
  private var read: [PersonID: [Embedding]] = [:]

  /// - Parameters:
  ///   - rejections: whose links do not count.
  ///   - embeddings: those of a person's faces.
  init(
    thresholds: GalleryThresholds, _ rejections: RejectionEvidence?,
    embeddings: @escaping (PersonID) throws -> [Embedding]
  ) {
    (self.thresholds, self.rejections) = (thresholds, rejections)
    self.embeddings = embeddings
  }

  func mayBeOne(_ a: PersonID, _ b: PersonID) throws -> Bool {
    let pair = PeopleBook.Pair(a, b)
    if let answer = known[pair] { return answer }
    var (own, others) = (try faces(of: pair.low), try faces(of: pair.high))
    if let rejections {
      own.removeAll { rejections.people(barredTo: $0).contains(pair.high) }
      others.removeAll { rejections.people(barredTo: $0).contains(pair.low) }
    }
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
