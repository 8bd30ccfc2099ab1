import Foundation
import GalleryCore
import LikenessCore
import Synchronization

/// Questions about a gallery's faces and people, one after the other: the most useful first, each once.
///
/// Answers are edits of people (`GalleryPeople`): they are in the history, and undoing reverts them.
public final class ReviewSession: Sendable {
  private let people: GalleryPeople
  private let asked = Mutex<Set<String>>([])

  init(_ people: GalleryPeople) { self.people = people }

  /// What is worth asking now, without what was answered or passed over in this session. People are brought up to date first,
  /// as by `GalleryPeople.list`.
  /// - Parameter count: the most questions.
  /// - Returns: the most useful first, by their expected gain; and how many there are in all.
  /// - Throws: `GalleryError`, `IndexError`
  public func questions(count: Int = 20) throws -> (questions: [ReviewQuestion], total: Int) {
    let all = try people.reviewQuestions()
    let asked = asked.withLock { $0 }
    let left = all.filter { !asked.contains($0.id.key) }
    return (try people.withPhotos(Array(left.prefix(count))), left.count)
  }

  /// Keeps an answer.
  /// - Parameters:
  ///   - subject: what the question is about.
  ///   - isTrue: yes or no.
  /// - Returns: the edit; nil if it was known already.
  /// - Throws: `LikenessError.unknownPerson`, `.unknownFace`, `GalleryError`; the question stays open then.
  @discardableResult
  public func answer(_ subject: ReviewSubject, _ isTrue: Bool) throws -> PeopleEdit? {
    let edit = try people.answer(subject, isTrue)
    pass(subject)
    return edit
  }

  /// Passes a question over: it is not asked again in this session.
  public func pass(_ subject: ReviewSubject) {
    asked.withLock { _ = $0.insert(subject.key) }
  }
}

extension GalleryPeople {
  /// Begins to ask about faces and people that are in doubt.
  public func review() -> ReviewSession { ReviewSession(self) }

  /// Faces that were put to somebody with a name at least so surely are not asked about.
  private static let sureProbability: Float = 0.9

  fileprivate func answer(_ subject: ReviewSubject, _ isTrue: Bool) throws -> PeopleEdit? {
    switch subject {
    case .same(let first, let second, let face), .twice(let first, let second, let face):
      isTrue ? try merge([first, second]) : try tell(face, apartFrom: first).edit
    case .face(let face): isTrue ? try confirm(face) : try hide(faces: [face])
    case .person(let person, let face):
      isTrue ? try confirm(face, of: person) : try tell(face, apartFrom: person).edit
    case .name(let name, let face): try answer(name, face: face, isTrue)
    }
  }

  fileprivate func reviewQuestions() throws -> [ReviewQuestion] {
    let pairs = try pairs()
    let store = try gallery.reader()
    var questions = pairs.map { pair in
      let suggestion = pair.suggestion
      let people = [suggestion.first, suggestion.second]
      // The smaller gets what is known of the larger; a name that one of them has comes to the faces of the other.
      let settled =
        suggestion.first.given
        ? suggestion.second.faces.count
        : suggestion.second.given
          ? suggestion.first.faces.count : people.map(\.faces.count).min() ?? 1
      let faces = pair.together ?? suggestion.faces
      let (first, second) = (suggestion.first.id, suggestion.second.id)
      return ReviewQuestion(
        pair.together == nil
          ? .same(first, second, face: faces[1]) : .twice(first, second, face: faces[1]),
        faces: faces, people: people, probability: suggestion.probability,
        settles: settled)
    }
    let hidden = try store.hiddenFaces()
    let doubtful = try store.doubtfulFaces().subtracting(hidden).sorted()
    // Who drew a face has said that it is one.
    for entry in try store.entries(of: doubtful) where !entry.face.isDrawn {
      questions.append(
        ReviewQuestion(
          .face(entry.face.id), faces: [entry.face.id],
          probability: Float(entry.face.quality.confidence ?? 1), settles: 1))
    }
    questions += try doubtfulMembers(store)
    questions += try candidateQuestions(store)
    // Equal gains in the order of their texts, so that the queue is the same each time.
    return questions.sorted { ($1.gain, $0.id.rawValue) < ($0.gain, $1.id.rawValue) }
  }

  /// With the photos that people may be in twice, or are named in.
  fileprivate func withPhotos(_ questions: [ReviewQuestion]) throws -> [ReviewQuestion] {
    let faces = questions.filter { [.twice, .name].contains($0.kind) }.map { $0.faces[0] }
    guard !faces.isEmpty else { return questions }
    let store = try gallery.reader()
    let photos = try store.photos(ofFaces: faces)
    return try questions.map { question in
      var question = question
      if [.twice, .name].contains(question.kind), let photo = photos[question.faces[0]] {
        (question.photo, question.title) = (photo, try store.photo(id: photo)?.name)
      }
      return question
    }
  }

  /// Faces that came to somebody whom the user named, and are not much like those that the user confirmed.
  private func doubtfulMembers(_ store: any FaceStore) throws -> [ReviewQuestion] {
    let thresholds = try thresholds.current(of: store)
    let named = try list().people.filter(\.given)
    let dated = named.filter { !$0.dates.isEmpty }
    let photos = try store.photos(ofFaces: dated.flatMap { $0.faces.map(\.face) })
    let limits = try LifeLimits(
      Dictionary(uniqueKeysWithValues: dated.map { ($0.id, $0.dates) }), photos: photos.values,
      in: store)
    return try named.flatMap { person -> [ReviewQuestion] in
      let sure = person.faces.filter(\.pinned)
      let others = person.faces.filter { face in
        !face.pinned && !(photos[face.face].map { limits.rulesOut(person.id, on: $0) } ?? false)
      }
      guard !sure.isEmpty, !others.isEmpty else { return [] }
      let confirmed = try store.faces(ids: sure.map(\.face)).map(\.1)
      return try store.faces(ids: others.map(\.face)).compactMap { face, embedding in
        let nearest = confirmed.map { Metric.cosine.distance(embedding, $0) }.sorted().prefix(2)
        guard !nearest.isEmpty else { return nil }
        let probability = thresholds.probability(
          at: nearest.reduce(0, +) / Float(nearest.count))
        guard probability < Self.sureProbability else { return nil }
        return ReviewQuestion(
          .person(person.id, face: face.id), faces: [face.id, person.cover], people: [person],
          probability: probability, settles: 1)
      }
    }
  }
}
