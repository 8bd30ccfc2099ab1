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

  /// What is to be taken out.
  public init(
    names: some Sequence<String> = [], people: some Sequence<PersonID> = [],
    photos: some Sequence<PhotoID> = [], faces: some Sequence<FaceID> = []
  ) {
    self.names = Set(names.map(\.precomposedStringWithCanonicalMapping))
    (self.people, self.photos, self.faces) = (Set(people), Set(photos), Set(faces))
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

  /// Also what another one takes out.
  public mutating func formUnion(_ other: Removal) {
    names.formUnion(other.names)
    people.formUnion(other.people)
    photos.formUnion(other.photos)
    faces.formUnion(other.faces)
  }
}

/// What a removal would take out.
public struct RemovalPreview: Sendable, Codable, Equatable {
  /// Names that no face would go by any more.
  public var names: [String] = []
  /// The paths of photos that no face would be left on.
  public var photos: [String] = []
  /// The ids of the faces.
  public var faces: [FaceID] = []

  /// Nothing to take out.
  public init() {}
}
