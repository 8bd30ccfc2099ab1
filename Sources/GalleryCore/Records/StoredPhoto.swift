import Foundation

/// A photo on its way into a gallery.
public struct NewPhoto: Sendable {
  /// SHA-256 of the file's bytes, lower-case hexadecimal.
  public var digest: String
  public var file: PhotoFile
  /// Upright and at full size, in pixels.
  public var width: Int
  public var height: Int
  /// By how many degrees clockwise it was turned until a face was found.
  public var turned: Int
  /// The name of the detector that looked for faces.
  public var detector: String?
  /// What it was called where it came from, where `file` does not say so.
  public var title: String?
  /// The most prominent first; empty if none was found.
  public var faces: [NewFace]
  /// When it was added; now, unless it comes from another gallery.
  public var added: Date?

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

/// Everything that a gallery has of a photo, as another one may take it over.
public struct PhotoContent: Sendable {
  public let id: Int64
  public let photo: NewPhoto
  /// The ids of the photo's faces, in their order.
  public let faces: [Int64]
  /// Whether the gallery keeps the photo itself.
  public let isKept: Bool

  public init(id: Int64, photo: NewPhoto, faces: [Int64], isKept: Bool) {
    (self.id, self.photo, self.faces, self.isKept) = (id, photo, faces, isKept)
  }
}

/// What tells that a file is still the one that was added, without reading it.
public struct PhotoFile: Sendable, Hashable {
  /// Absolute.
  public var path: String
  public var bytes: Int
  /// Seconds since 1970.
  public var modified: Double

  public init(path: String, bytes: Int, modified: Double) {
    self.path = path
    self.bytes = bytes
    self.modified = modified
  }
}

/// A photo in a gallery.
public struct StoredPhoto: Sendable, Identifiable {
  public let id: Int64
  public let digest: String
  public let path: String
  public let width: Int
  public let height: Int
  /// By how many degrees clockwise it was turned until a face was found.
  public let turned: Int
  public let detector: String?
  public let added: Date
  /// What it was called where it came from; nil for a file, which is called as its path says.
  package let title: String?
  /// Whether the gallery keeps the photo itself, so that it goes with its row.
  public let isKept: Bool

  /// - Parameter title: what it was called where it came from; nil where `path` says so.
  public init(
    id: Int64, digest: String, path: String, width: Int, height: Int, turned: Int,
    detector: String?, added: Date, title: String?, isKept: Bool
  ) {
    (self.id, self.digest, self.path) = (id, digest, path)
    (self.width, self.height, self.turned) = (width, height, turned)
    (self.detector, self.added, self.title, self.isKept) = (detector, added, title, isKept)
  }

  /// What people know it by.
  public var name: String { title ?? URL(fileURLWithPath: path).lastPathComponent }
}
