import Foundation
import GalleryCore
import LikenessCore

/// Names that photos' files say without a place: the user says which face they are of.
extension GalleryPeople {
  /// So many pairs of a face and a name are looked at.
  private static let mostCandidates = 2_000
  /// Of each name so many faces are compared.
  private static let facesOfName = 20

  /// Those of a server's photos are looked through each time: of more photos than that it is not asked.
  private static let mostPhotosOfServer = 300_000

  /// Whether a nameless face of a photo shows one of those whom the photo's file names.
  ///
  /// The probability is that of the two nearest faces of the name; of a name that no face has yet, it is as likely each of the
  /// photo's nameless faces.
  func candidateQuestions(_ store: any FaceStore) throws -> [ReviewQuestion] {
    guard try store.searching == nil || store.photoCount() <= Self.mostPhotosOfServer else {
      return []
    }
    let candidates = try store.candidates(ofPhotos: nil)
    guard !candidates.isEmpty else { return [] }
    let people = try list().people
    let personOf = Dictionary(
      people.flatMap { person in person.faces.map { ($0.face, person) } }
    ) { first, _ in first }
    let thresholds = try thresholds.current(of: store)
    let known = try store.embeddings(
      ofNames: Set(candidates.values.joined()), most: Self.facesOfName)
    var questions: [ReviewQuestion] = []
    for (photo, names) in candidates.sorted(by: { $0.key < $1.key }) {
      let open = try Self.open(names, try store.faces(inPhoto: photo))
      let faces = open.faces.filter { personOf[$0.id].map { $0.name == nil } ?? false }
      guard !faces.isEmpty, !open.names.isEmpty else { continue }
      let embeddings = Dictionary(
        try store.faces(ids: faces.map(\.id)).map { ($0.0.id, $0.1) }
      ) { first, _ in first }
      for name in open.names {
        for face in faces {
          guard let person = personOf[face.id] else { continue }
          let nearest = (known[name] ?? []).compactMap { other in
            embeddings[face.id].map { Metric.cosine.distance($0, other) }
          }.sorted().prefix(2)
          let probability =
            nearest.isEmpty
            ? 1 / Float(faces.count + 1)
            : thresholds.probability(at: nearest.reduce(0, +) / Float(nearest.count))
          var question = ReviewQuestion(
            .name(name, face: face.id), faces: [face.id], people: [person],
            probability: probability, settles: person.faces.count)
          question.names = [name]
          question.photo = photo
          questions.append(question)
        }
      }
      if questions.count >= Self.mostCandidates { break }
    }
    return questions
  }

  /// The names of a photo that none of its faces has, and the faces that may be theirs.
  private static func open(
    _ names: [String], _ faces: [StoredFace]
  ) throws -> (names: [String], faces: [StoredFace]) {
    let taken = Set(faces.compactMap(\.name))
    return (
      names.filter { !taken.contains($0) },
      faces.filter { $0.name == nil && !$0.quality.isDoubtful }
    )
  }

  /// Keeps whether a face shows somebody whom its photo's file names.
  /// - Returns: the edit; nil where the name was taken off the photo, or nothing changed.
  func answer(_ name: String, face: FaceID, _ isTrue: Bool) throws -> PeopleEdit? {
    let store = try gallery.reader()
    guard let entry = try store.entries(of: [face]).first else {
      throw LikenessError.unknownFace(face)
    }
    let people = try list().people
    let bearer = people.first { $0.name == name }
    if isTrue {
      guard let person = entry.person else {
        try gallery.writer().setName(name, face: face)
        return nil
      }
      guard let bearer, bearer.id != person else { return try self.name(person, as: name) }
      return try merge([bearer.id, person], name: name)
    }
    // It is nobody else's on this photo either where no other face is left.
    let faces = try store.faces(inPhoto: entry.face.photo)
    let others = faces.filter { $0.id != face && $0.name == nil && !$0.quality.isDoubtful }
    if others.isEmpty, let photo = try store.photo(id: entry.face.photo) {
      let left = try store.candidates(ofPhotos: [photo.id])[photo.id] ?? []
      try gallery.writer().note(candidates: [photo.digest: left.filter { $0 != name }])
    }
    return try bearer.flatMap { try tell(face, apartFrom: $0.id).edit }
  }
}
