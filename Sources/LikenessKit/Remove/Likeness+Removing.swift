import GalleryCore

extension Likeness {
  /// Removes names, people, photos and faces from the gallery with everything that was kept of them, all or none.
  ///
  /// A name stands for all faces that go by it. A photo goes with its last face, a name with its last photo. Photos that
  /// the gallery only knows the path of are never touched.
  /// - Returns: what went; empty if nothing of it was there.
  /// - Throws: `GalleryError`, `IndexError`
  @discardableResult
  public func remove(_ removal: Removal) throws -> RemovalReceipt {
    let store = try people.isConcerned(by: removal) ? people.storeForEdits() : gallery.writer()
    return try gallery.remove(removal, from: store)
  }

  /// What `remove` would take out now.
  /// - Throws: `GalleryError`
  public func preview(of removal: Removal) throws -> RemovalPreview {
    // Faces that were added since are their people's before anything of these is removed.
    if try people.isConcerned(by: removal), !people.isListAtHand { _ = try people.groupFaces() }
    return try gallery.withSession { try gallery.reader().preview(of: removal) }
  }
}

extension OpenGallery {
  /// - Parameter store: the gallery, opened for changes.
  func remove(_ removal: Removal, from store: any FaceStore) throws -> RemovalReceipt {
    let receipt = try store.remove(removal)
    if !receipt.isEmpty { try forgetRemoved(from: store) }
    return receipt
  }
}
