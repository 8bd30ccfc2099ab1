import Foundation
import GalleryCore
import LikenessCore
import VectorSearch

/// Answers questions about faces from an index, and reads of a gallery only what the answers tell.
package struct FaceSearch {
  /// What an answer tells of a face.
  struct Details {
    var name: String?
    var person: PersonID?
    var photo: StoredPhoto
    var ordinal: Int
    var embedding: Embedding
    var labels: [String: String] = [:]
    var isDoubtful = false
  }

  package var finder: any FaceFinder
  private let metric: Metric
  let thresholds: GalleryThresholds
  private let details: ([FaceID]) throws -> [FaceID: Details]

  /// Over a whole gallery.
  /// - Parameters:
  ///   - metric: that of the thresholds.
  ///   - thresholds: that fit the gallery, from which probabilities follow.
  package init(
    _ finder: any FaceFinder, _ store: any FaceStore, _ metric: Metric,
    _ thresholds: GalleryThresholds
  ) {
    self.finder = finder
    self.metric = metric
    self.thresholds = thresholds
    details = { ids in
      var found: [FaceID: Details] = [:]
      // A face that was removed since is not an answer.
      let answers = try store.answers(of: ids)
      // Who has no name of its own goes by what its person is called.
      let unnamed = Set(answers.compactMap { $0.entry.name == nil ? $0.entry.person : nil })
      let names = try unnamed.isEmpty ? [:] : store.names(ofPeople: unnamed)
      for (entry, embedding, photo) in answers {
        found[entry.face.id] = Details(
          name: entry.name ?? entry.person.flatMap { names[$0] }, person: entry.person,
          photo: photo, ordinal: entry.face.ordinal, embedding: embedding, labels: entry.labels,
          isDoubtful: entry.face.quality.isDoubtful)
      }
      return found
    }
  }

  /// Over some faces that are in memory.
  package init(
    _ finder: IndexFinder, of faces: GalleryFaces, rows: Range<Int>, _ metric: Metric,
    _ thresholds: GalleryThresholds
  ) {
    self.finder = finder
    self.metric = metric
    self.thresholds = thresholds
    let rowOfFace = Dictionary(uniqueKeysWithValues: rows.map { (faces.faces[$0].id, $0) })
    details = { ids in
      Dictionary(
        uniqueKeysWithValues: ids.compactMap { id in
          guard let row = rowOfFace[id], let photo = faces.photos[faces.faces[row].photo] else {
            return nil
          }
          let face = faces.faces[row]
          return (
            id,
            Details(
              name: face.name, photo: photo, ordinal: face.ordinal,
              embedding: faces.embeddings[row], isDoubtful: face.quality.isDoubtful)
          )
        })
    }
  }

  /// The faces nearest to any of some queries, grouped and ranked.
  /// - Throws: `IndexError`, `LikenessError.dimensionMismatch`, `GalleryError`
  package func matches(_ queries: [Embedding], _ question: Question) throws -> [Match] {
    for query in queries where query.count != finder.dimensions {
      // A gallery may be of another model than the one in use.
      throw LikenessError.dimensionMismatch(query.count, finder.dimensions)
    }
    let all = max(1, finder.count)
    var count = min(question.count, all)
    // Answers may hide behind many photos of one name.
    if question.grouping == .name { count = 4 * count + 16 }
    while true {
      let (ranked, horizon) = try finder.nearest(
        toAnyOf: queries, count: min(count, all), metric: question.metric)
      let answers = try self.answers(to: queries, question, ranked, horizon)
      if answers.count >= question.count || horizon == .infinity { return answers }
      count *= 4
    }
  }

  private func answers(
    to queries: [Embedding], _ question: Question, _ ranked: [FaceFinder.Found], _ horizon: Float
  ) throws -> [Match] {
    var seen: Set<String> = []
    var answers: [Match] = []
    var start = 0
    while start < ranked.count {
      // Details are read for some at a time: most often the first of them are enough.
      let end = min(ranked.count, start + max(8, question.count - answers.count))
      let details = try details(ranked[start..<end].map(\.face))
      for found in ranked[start..<end] {
        guard answers.count < question.count, found.distance <= horizon else { return answers }
        guard let face = details[found.face] else { continue }
        // What the gallery keeps must be what the index answered by.
        guard question.metric.distance(queries[found.query], face.embedding) == found.distance
        else {
          throw IndexError.damaged(
            path: "the index", reason: "\(found.face.reference) is another than in the gallery")
        }
        if question.grouping == .name, let name = face.name, !seen.insert(name).inserted {
          continue
        }
        let decisive = metric.distance(queries[found.query], face.embedding)
        answers.append(
          Match(
            rank: answers.count + 1, name: face.name, person: face.person, distance: found.distance,
            probability: thresholds.probability(at: decisive), decisiveDistance: decisive,
            photo: face.photo.path, photoID: face.photo.id, title: face.photo.name,
            face: found.face,
            ordinal: face.ordinal, labels: face.labels, isDoubtful: face.isDoubtful))
      }
      start = end
    }
    return answers
  }
}
