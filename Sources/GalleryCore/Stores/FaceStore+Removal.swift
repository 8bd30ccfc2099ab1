import LikenessCore

/// The ways to say what is to be removed, and what that would be.
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
    let entries = try self.entries(of: faces.sorted())
    faces = Set(entries.map(\.face.id))
    preview.faces = faces.sorted()
    let whose = Dictionary(grouping: entries.map(\.face), by: \.photo)
    for id in Set(whose.keys).union(removal.photos).sorted() {
      guard let photo = try photo(id: id) else { continue }
      let own = try self.faces(inPhoto: id)
      let going = own.count { faces.contains($0.id) }
      if going < own.count {
        preview.sharedPhotos.append(SharedPhoto(photo, faces: going))
      } else if removal.photos.contains(id)
        || own.contains(where: { !removal.leavesPhoto(of: $0.id, isDrawn: $0.isDrawn) })
      {
        preview.photos.append(photo.path)
      }
    }
    var names = removal.names.intersection(try self.names().map(\.name))
    for entry in entries {
      if let name = entry.name { names.insert(name) }
    }
    for name in names.sorted()
    where try self.faces(named: name).allSatisfy({ faces.contains($0.id) }) {
      preview.names.append(name)
    }
    preview.remainingPeople = try remainingPeople(after: removal, of: faces)
    return preview
  }

  /// People who are shown by a name that is removed, with those of their faces that stay.
  /// - Parameter going: all faces that the removal takes out.
  package func remainingPeople(
    after removal: Removal, of going: Set<FaceID>
  ) throws(GalleryError) -> [RemainingPerson] {
    var named: Set<FaceID> = []
    for name in removal.names { named.formUnion(try self.faces(named: name).map(\.id)) }
    guard !named.isEmpty else { return [] }
    let people = Set(try self.people(ofFaces: named).values)
    let names = try self.names(ofPeople: people)
    var remaining: [RemainingPerson] = []
    for person in people.sorted() {
      // Who is shown by another name is somebody else, of whom a face went by this one.
      guard let name = names[person], removal.names.contains(name) else { continue }
      let faces = try self.faces(ofPeople: [person]).subtracting(going)
      if !faces.isEmpty {
        remaining.append(RemainingPerson(person: person, faces: faces.sorted()))
      }
    }
    return remaining
  }

  /// The same people as they are now, which a removal may have changed.
  package func current(_ people: [RemainingPerson]) throws(GalleryError) -> [RemainingPerson] {
    let whose = try self.people(ofFaces: people.flatMap(\.faces))
    return Dictionary(grouping: whose.keys) { whose[$0]! }
      .map { RemainingPerson(person: $0, faces: $1.sorted()) }.sorted { $0.person < $1.person }
  }

  /// The faces that a removal takes out, perhaps among others that are not there.
  package func faces(of removal: Removal) throws(GalleryError) -> Set<FaceID> {
    var faces = removal.faces.union(try self.faces(ofPeople: removal.people))
    for name in removal.names { faces.formUnion(try self.faces(named: name).map(\.id)) }
    var photos = removal.photos
    if removal.sharedPhotos == .remove { photos.formUnion(try self.photos(ofFaces: faces).values) }
    for photo in photos { faces.formUnion(try self.faces(inPhoto: photo).map(\.id)) }
    return faces
  }
}
