import GalleryCore

extension Likeness {
  /// Removes names, people, photos and faces from the gallery with everything that was kept of them, all or none.
  ///
  /// A name stands for all faces that go by it. A photo goes with its last face, a name with its last photo. Photos that
  /// the gallery only knows the path of are never touched.
  /// Photos that show others, too, stay, with their file names, and still show who was removed, unless
  /// `Removal.sharedPhotos` says otherwise; the receipt tells which these are. What is covered in them comes back in no way.
  /// - Returns: what went; empty if nothing of it was there.
  /// - Throws: `GalleryError`, `IndexError`; where faces are to be covered `PhotoError` and `LikenessError.notWritable`:
  ///   nothing is removed then, and those that are covered already stay so
  @discardableResult
  public func remove(_ removal: Removal) throws -> RemovalReceipt {
    try gallery.remove(
      removal,
      from: people.isConcerned(by: removal) ? people.storeForEdits() : gallery.writer())
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
  /// - Parameter store: opens the gallery for changes.
  func remove(
    _ removal: Removal, from store: @autoclosure () throws -> any FaceStore
  ) throws -> RemovalReceipt {
    var blurring = FaceBlurring(removal, in: self)
    while true {
      try blurring.cover()
      let store = try store()
      // What came while pictures were made has its turn in the next round.
      guard try blurring.isDone(in: store) else { continue }
      let remaining = try store.remainingPeople(after: removal, of: store.faces(of: removal))
      var receipt = try store.remove(removal)
      receipt.remainingPeople = try store.current(remaining)
      blurring.mark(&receipt)
      if !receipt.isEmpty { try forgetRemoved(from: store) }
      return receipt
    }
  }
}
