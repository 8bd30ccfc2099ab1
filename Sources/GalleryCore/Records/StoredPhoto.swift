import Foundation
import LikenessCore

/// A photo on its way into a gallery.
public struct NewPhoto: Sendable {
  /// SHA-256 of the file's bytes, lower-case hexadecimal.
  public var digest: String
  /// The file that it was read from.
  public var file: PhotoFile
  /// Upright and at full size, in pixels.
  public var width: Int
  /// The height of the upright photo at full size, in pixels.
  public var height: Int
  /// By how many degrees clockwise it was turned until a face was found.
  public var turned: Int
  /// The name of the detector that looked for faces.
  public var detector: String?
  /// Its title at its origin, if `file` does not say it.
  public var title: String?
  /// The most prominent first; empty if none was found.
  public var faces: [NewFace]
  /// When it was added; now, unless it comes from another gallery.
  public var added: Date?
  /// What is known of when it was taken.
  public var taken = PhotoTaken.unread
  /// Names of people whom it shows as its file says, of none of whom it says where they are.
  public var candidates: [String] = []

  /// A photo that was looked at, with the faces that were found.
  public init(
    digest: String, file: PhotoFile, width: Int, height: Int, turned: Int,
    detector: String? = nil, title: String? = nil, faces: [NewFace]
  ) {
    self.digest = digest
    self.file = file
    self.width = width
    self.height = height
    self.turned = turned
    self.detector = detector
    self.title = title
    self.faces = faces
  }
}

/// Everything that a gallery has of a photo, to be copied to another.
public struct PhotoContent: Sendable {
  /// The photo's id in the gallery that it is from.
  public let id: PhotoID
  /// The photo with its faces, as it would be added.
  public let photo: NewPhoto
  /// The ids of the photo's faces, in their order.
  public let faces: [FaceID]
  /// Whether the gallery keeps the photo itself.
  public let isKept: Bool

  /// A photo's content, with the ids that it has where it is from.
  public init(id: PhotoID, photo: NewPhoto, faces: [FaceID], isKept: Bool) {
    (self.id, self.photo, self.faces, self.isKept) = (id, photo, faces, isKept)
  }
}

/// Another picture of a photo that the gallery keeps itself.
public struct KeptPicture: Sendable {
  /// SHA-256 of its bytes, lower-case hexadecimal.
  public var digest: String
  /// Its file, with the path as the gallery keeps it.
  public var file: PhotoFile
  /// Small JPEGs of faces that look different now, by the faces' ids.
  public var thumbnails: [FaceID: Data]

  /// A picture whose file is in the gallery's folder.
  public init(digest: String, file: PhotoFile, thumbnails: [FaceID: Data] = [:]) {
    (self.digest, self.file, self.thumbnails) = (digest, file, thumbnails)
  }
}

/// What identifies an unchanged file without reading it.
public struct PhotoFile: Sendable, Hashable {
  /// The absolute path.
  public var path: String
  /// The file's size.
  public var bytes: Int
  /// The modification time, in seconds since 1970.
  public var modified: Double

  /// A file as it was last seen.
  public init(path: String, bytes: Int, modified: Double) {
    self.path = path
    self.bytes = bytes
    self.modified = modified
  }
}

/// A photo in a gallery.
public struct StoredPhoto: Sendable, Identifiable {
  /// The photo's id, never reused.
  public let id: PhotoID
  /// SHA-256 of the file's bytes, lower-case hexadecimal.
  public let digest: String
  /// Where it was last seen: an absolute path, or one in the gallery's own folder.
  public let path: String
  /// The width of the upright photo at full size, in pixels.
  public let width: Int
  /// The height of the upright photo at full size, in pixels.
  public let height: Int
  /// By how many degrees clockwise it was turned until a face was found.
  public let turned: Int
  /// The name of the detector that looked for its faces; nil if it was not recorded.
  public let detector: String?
  /// When it was added.
  public let added: Date
  /// What is known of when it was taken.
  public let taken: PhotoTaken
  /// Its title at its origin; nil for a file, whose path says it.
  package let title: String?
  /// Whether the gallery keeps the photo itself, so that it goes with its row.
  public let isKept: Bool

  /// - Parameter title: what it was called where it came from; nil where `path` says so.
  public init(
    id: PhotoID, digest: String, path: String, width: Int, height: Int, turned: Int,
    detector: String?, added: Date, taken: PhotoTaken, title: String?, isKept: Bool
  ) {
    (self.id, self.digest, self.path) = (id, digest, path)
    (self.width, self.height, self.turned) = (width, height, turned)
    (self.detector, self.added, self.taken) = (detector, added, taken)
    (self.title, self.isKept) = (title, isKept)
  }

  /// Its title for users.
  public var name: String { title ?? URL(fileURLWithPath: path).lastPathComponent }
}
