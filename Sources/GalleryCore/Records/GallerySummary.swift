import LikenessCore

/// What a gallery holds.
public struct GallerySummary: Sendable, Codable {
  /// A unique id, 32 hexadecimal digits; a copied folder keeps it.
  public var id: String?
  /// Where the gallery is.
  public var path: String
  /// When it was made, ISO 8601 in UTC.
  public var created: String?
  /// Photos that were looked at.
  public var photos: Int
  /// Those of them in which no face was found.
  public var photosWithoutFace: Int
  /// Faces, doubtful ones among them.
  public var faces: Int
  /// Those of the faces that have a name.
  public var namedFaces: Int
  /// Of the faces those that are doubtful.
  public var doubtfulFaces: Int
  /// Different names.
  public var names: Int
  /// The model whose embeddings it holds; nil while it is empty.
  public var model: String?
  /// Faces that have no embedding of that model, and so are no answers; nil in a summary of an earlier version.
  public var unembeddedFaces: Int?
  /// Faces that the user hid, one by one or with their people; nil in a summary of an earlier version.
  public var hiddenFaces: Int?
  /// Of an embedding; nil while it is empty.
  public var dimensions: Int?
  /// On disk, all files together.
  public var bytes: Int

  /// What a gallery holds, as it was counted.
  public init(
    id: String?, path: String, created: String?, photos: Int, photosWithoutFace: Int, faces: Int,
    namedFaces: Int, doubtfulFaces: Int, names: Int, model: String?, dimensions: Int?, bytes: Int,
    unembeddedFaces: Int, hiddenFaces: Int
  ) {
    (self.id, self.path, self.created, self.bytes) = (id, path, created, bytes)
    (self.photos, self.photosWithoutFace) = (photos, photosWithoutFace)
    (self.faces, self.namedFaces, self.names) = (faces, namedFaces, names)
    (self.doubtfulFaces, self.unembeddedFaces) = (doubtfulFaces, unembeddedFaces)
    (self.model, self.dimensions) = (model, dimensions)
    self.hiddenFaces = hiddenFaces
  }
}

/// A name with its numbers of photos and faces.
public struct NameSummary: Sendable, Codable, Hashable {
  /// The name, as it is written.
  public var name: String
  /// Photos with a face of that name.
  public var photos: Int
  /// Faces of that name.
  public var faces: Int

  /// A name with how much goes by it.
  public init(name: String, photos: Int, faces: Int) {
    (self.name, self.photos, self.faces) = (name, photos, faces)
  }
}

/// What was taken out of a gallery: names, the paths of photos, the ids of faces.
public struct RemovalReceipt: Sendable, Codable, Equatable {
  /// Names that have no faces any more.
  public var names: [String] = []
  /// The paths of the photos.
  public var photos: [String] = []
  /// The ids of the faces.
  public var faces: [FaceID] = []
  /// How many small pictures of faces were deleted.
  public var thumbnails = 0
  /// How many photos that the gallery kept itself were deleted from the disk.
  public var files = 0
  /// Photos that stay, since they show others. They still show removed faces, where these were not blurred.
  public var sharedPhotos: [SharedPhoto] = []
  /// People who were shown by a removed name, with their faces that did not go by it and stay; with the ids that the people
  /// have after the removal.
  public var remainingPeople: [RemainingPerson] = []
  /// True if bytes of what was removed may still be in the gallery's files, unreachable except with a file editor:
  /// a reader still uses them, or the disk is full. They are erased when the gallery is next opened for writing or
  /// something is removed.
  public var tracesRemain = false

  /// Nothing taken out.
  public init() {}

  /// Whether nothing was taken out. Pictures and files go with faces and photos only.
  public var isEmpty: Bool { names.isEmpty && photos.isEmpty && faces.isEmpty }
}
