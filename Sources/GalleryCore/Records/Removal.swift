import LikenessCore

/// What is to be taken out of a gallery, all at once or none of it. What is not there is passed over.
public struct Removal: Sendable, Equatable {
  /// Names as they are written in the gallery, each with all faces that go by it.
  public var names: Set<String> = []
  /// People, each with all of their faces.
  public var people: Set<PersonID> = []
  /// Photos, each with all of its faces, or without any.
  public var photos: Set<PhotoID> = []
  /// Single faces.
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

extension FaceStore {
  /// Removes a face, and its photo and name if it was their last.
  /// - Returns: what went; empty if there is no such face.
  @discardableResult
  public func remove(face: FaceID) throws(GalleryError) -> RemovalReceipt {
    try remove(faces: [face])
  }

  /// Removes faces, and the photos and names that they were the last of.
  /// - Returns: what went; faces that are not there are not in it.
  @discardableResult
  public func remove(faces: [FaceID]) throws(GalleryError) -> RemovalReceipt {
    try remove(Removal(faces: faces))
  }

  /// Removes a photo with all of its faces, if any.
  /// - Returns: what went; empty if there is no such photo.
  @discardableResult
  public func remove(photo: PhotoID) throws(GalleryError) -> RemovalReceipt {
    try remove(Removal(photos: [photo]))
  }

  /// Removes a name with all faces that go by it.
  /// - Returns: what went; empty if there is no such name.
  @discardableResult
  public func remove(name: String) throws(GalleryError) -> RemovalReceipt {
    try remove(Removal(names: [name]))
  }

  /// What `remove` would take out now.
  public func preview(of removal: Removal) throws(GalleryError) -> RemovalPreview {
    var faces = try self.faces(of: removal)
    var preview = RemovalPreview()
    let whose = try photos(ofFaces: faces)
    // Of faces that are not there, there is no photo.
    faces.formIntersection(whose.keys)
    preview.faces = faces.sorted()
    for id in Set(whose.values).union(removal.photos).sorted() {
      guard let photo = try photo(id: id),
        try self.faces(inPhoto: id).allSatisfy({ faces.contains($0.id) })
      else { continue }
      preview.photos.append(photo.path)
    }
    var names = removal.names.intersection(try self.names().map(\.name))
    for entry in try entries(of: preview.faces) {
      if let name = entry.name { names.insert(name) }
    }
    for name in names.sorted()
    where try self.faces(named: name).allSatisfy({ faces.contains($0.id) }) {
      preview.names.append(name)
    }
    return preview
  }

  /// The faces that a removal takes out, perhaps among others that are not there.
  package func faces(of removal: Removal) throws(GalleryError) -> Set<FaceID> {
    var faces = removal.faces.union(try self.faces(ofPeople: removal.people))
    for name in removal.names { faces.formUnion(try self.faces(named: name).map(\.id)) }
    for photo in removal.photos { faces.formUnion(try self.faces(inPhoto: photo).map(\.id)) }
    return faces
  }
}
