import Foundation
import GalleryCore
import LikenessCore

/// Something about faces and people that only the user can say, with yes or no.
public struct ReviewQuestion: Sendable, Codable, Equatable, Identifiable {
  /// What is asked.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Whether two people are one.
    case same
    /// Whether a doubtful find is a face.
    case face
    /// Whether a face is of the person that it was put to.
    case person
    /// Whether two people who are in one photo together are one who is in it twice, as in a mirror or a collage.
    case twice
    /// Whether a face shows somebody whom its photo's file names without a place.
    case name
  }

  /// What tells the question from others, and what it takes to answer it.
  public var id: ReviewSubject
  /// What is asked.
  public var kind: Kind { id.kind }
  /// The faces to look at: one, or one of each person.
  public var faces: [FaceID]
  /// Where somebody may be in a photo twice, or is named in its file, that photo; nil for other questions.
  public var photo: PhotoID?
  /// The photo's title for users.
  public var title: String?
  /// The people whom it is about, none where a find may be no face; the first is the one who would stay.
  public var people: [PersonID]
  /// What these are called, by their order; the name that is asked for where that is the question.
  public var names: [String?]
  /// The probability of a yes, from 0 to 1.
  public var probability: Float
  /// How many faces an answer settles.
  public var settles: Int
  /// How much an answer is expected to tell, in bits: the entropy of the answer for each face that it settles.
  public var gain: Double

  init(
    _ id: ReviewSubject, faces: [FaceID], people: [Person] = [], probability: Float, settles: Int
  ) {
    (self.id, self.faces) = (id, faces)
    (self.people, names) = (people.map(\.id), people.map(\.name))
    (self.probability, self.settles) = (probability, settles)
    let p = min(1 - 1e-6, max(1e-6, Double(probability)))
    gain = Double(settles) * -(p * log2(p) + (1 - p) * log2(1 - p))
  }

  private enum CodingKeys: String, CodingKey {
    case id, kind, faces, photo, title, people, names, probability, settles, gain
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    id = try fields.decode(ReviewSubject.self, forKey: .id)
    faces = try fields.decode([FaceID].self, forKey: .faces)
    photo = try fields.decodeIfPresent(PhotoID.self, forKey: .photo)
    title = try fields.decodeIfPresent(String.self, forKey: .title)
    people = try fields.decode([PersonID].self, forKey: .people)
    names = try fields.decode([String?].self, forKey: .names)
    probability = try fields.decode(Float.self, forKey: .probability)
    settles = try fields.decode(Int.self, forKey: .settles)
    gain = try fields.decode(Double.self, forKey: .gain)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(kind, forKey: .kind)
    try fields.encode(faces, forKey: .faces)
    try fields.encode(photo, forKey: .photo)
    try fields.encode(title, forKey: .title)
    try fields.encode(people, forKey: .people)
    try fields.encode(names, forKey: .names)
    try fields.encode(probability, forKey: .probability)
    try fields.encode(settles, forKey: .settles)
    try fields.encode(gain, forKey: .gain)
  }
}

/// What a question of the review is about; as a text such as `same/12/34/56`.
public enum ReviewSubject: Sendable, Hashable, Codable, RawRepresentable {
  /// Two people, and the face of the second that is most like the first.
  case same(PersonID, PersonID, face: FaceID)
  /// A doubtful find.
  case face(FaceID)
  /// A face, and the person whose it is taken to be.
  case person(PersonID, face: FaceID)
  /// Two people of one photo, and the face of the second.
  case twice(PersonID, PersonID, face: FaceID)
  /// A name that the photo's file says, and a face of the photo.
  case name(String, face: FaceID)

  /// From a text; nil for any other.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 2, parts[0] == ReviewQuestion.Kind.name.rawValue {
      // A name may have strokes itself.
      let name = parts.dropFirst(2).joined(separator: "/")
      guard let face = Int64(parts[1]), face > 0, !name.isEmpty,
        GalleryCore.GalleryNames.fault(of: name) == nil
      else { return nil }
      self = .name(name, face: FaceID(face))
      return
    }
    let numbers = parts.dropFirst().compactMap { Int64($0) }
    guard numbers.count == parts.count - 1, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    switch (ReviewQuestion.Kind(rawValue: String(parts[0])), numbers.count) {
    case (.same, 3):
      self = .same(PersonID(numbers[0]), PersonID(numbers[1]), face: FaceID(numbers[2]))
    case (.face, 1): self = .face(FaceID(numbers[0]))
    case (.person, 2): self = .person(PersonID(numbers[0]), face: FaceID(numbers[1]))
    case (.twice, 3):
      self = .twice(PersonID(numbers[0]), PersonID(numbers[1]), face: FaceID(numbers[2]))
    default: return nil
    }
  }

  public var rawValue: String {
    switch self {
    case .same(let first, let second, let face): "same/\(first)/\(second)/\(face)"
    case .face(let face): "face/\(face)"
    case .person(let person, let face): "person/\(person)/\(face)"
    case .twice(let first, let second, let face): "twice/\(first)/\(second)/\(face)"
    case .name(let name, let face): "name/\(face)/\(name)"
    }
  }

  /// What is asked.
  public var kind: ReviewQuestion.Kind {
    switch self {
    case .same: .same
    case .face: .face
    case .person: .person
    case .twice: .twice
    case .name: .name
    }
  }

  /// The same for questions that differ only in the face that stands for a person.
  var key: String {
    switch self {
    case .same(let a, let b, _): "same/\(min(a, b))/\(max(a, b))"
    case .twice(let a, let b, _): "twice/\(min(a, b))/\(max(a, b))"
    case .face, .person, .name: rawValue
    }
  }
}
