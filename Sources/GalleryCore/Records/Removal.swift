import LikenessCore

/// What is to be taken out of a gallery, all at once or none of it. What is not there is passed over.
public struct Removal: Sendable, Equatable {
  /// Names as they are written in the gallery, each with all faces that go by it.
  public var names: Set<String> = []
  /// People, each with all of their faces.
  public var people: Set<PersonID> = []
  /// Photos, each with all of its faces, or without any.
  public var photos: Set<PhotoID> = []
  /// Single faces. A photo goes with its last one, unless that is one that the user drew.
  public var faces: Set<FaceID> = []
  /// What becomes of photos that show others, too.
  public var sharedPhotos = SharedPhotos.keep

  /// What becomes of photos that show a removed face among others.
  public enum SharedPhotos: Sendable {
    /// They stay as they are: whoever looks at them sees the removed face.
    case keep
    /// Removed faces are covered, for good, in the copies that the gallery keeps. Files that are not the gallery's stay as
    /// they are.
    case blur
    /// They go with all of their faces.
    case remove
  }

  /// What is to be taken out.
  public init(
    names: some Sequence<String> = [], people: some Sequence<PersonID> = [],
    photos: some Sequence<PhotoID> = [], faces: some Sequence<FaceID> = [],
    sharedPhotos: SharedPhotos = .keep
  ) {
    self.names = Set(names.map(\.precomposedStringWithCanonicalMapping))
    (self.people, self.photos, self.faces) = (Set(people), Set(photos), Set(faces))
    self.sharedPhotos = sharedPhotos
  }

  /// Whether nothing is to be taken out.
  public var isEmpty: Bool {
    names.isEmpty && people.isEmpty && photos.isEmpty && faces.isEmpty
  }

  /// Whether a photo stays that a face was the last of: where the user drew the box of that face and takes it back, the
  /// photo is again one without a face.
  package func leavesPhoto(of face: FaceID, isDrawn: Bool) -> Bool {
    isDrawn && faces.contains(face)
  }

  /// Also what another one takes out; shared photos are treated as before.
  public mutating func formUnion(_ other: Removal) {
    names.formUnion(other.names)
    people.formUnion(other.people)
    photos.formUnion(other.photos)
    faces.formUnion(other.faces)
  }
}

/// A photo that stays in a gallery, or would, after a face on it was removed.
///
/// Its picture still shows the face unless it was blurred, and its file name and title are kept: they may say who is on it.
public struct SharedPhoto: Sendable, Codable, Equatable {
  /// The photo's id.
  public var id: PhotoID
  /// Where its picture lies.
  public var photo: String
  /// Its title for users.
  public var title: String
  /// How many of its faces are removed.
  public var faces: Int
  /// Whether the picture is a copy that the gallery keeps itself, in which faces can be blurred.
  public var isKept: Bool
  /// Whether the removed faces were covered in it.
  public var isBlurred = false

  /// A photo, with how many of its faces are removed.
  public init(_ photo: StoredPhoto, faces: Int) {
    (id, self.photo, title) = (photo.id, photo.path, photo.name)
    (self.faces, isKept) = (faces, photo.isKept)
  }
}

/// A person who keeps faces, or would, after a name was removed that the person is shown by: those that do not go by it.
public struct RemainingPerson: Sendable, Codable, Equatable {
  /// The person's id.
  public var person: PersonID
  /// The ids of the faces.
  public var faces: [FaceID]

  /// A person with the faces that are left.
  public init(person: PersonID, faces: [FaceID]) { (self.person, self.faces) = (person, faces) }
}

/// What a removal would take out.
public struct RemovalPreview: Sendable, Codable, Equatable {
  /// Names that no face would go by any more.
  public var names: [String] = []
  /// The paths of photos that no face would be left on.
  public var photos: [String] = []
  /// The ids of the faces.
  public var faces: [FaceID] = []
  /// Photos that would stay, since they show others, and would still show removed faces.
  public var sharedPhotos: [SharedPhoto] = []
  /// People who are shown by a removed name, with their faces that do not go by it and would stay. Only people who were found
  /// already.
  public var remainingPeople: [RemainingPerson] = []

  /// Nothing to take out.
  public init() {}
}
