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
  let title: String?
  /// Whether the gallery keeps the photo itself, so that it goes with its row.
  public let isKept: Bool

  /// What people know it by.
  public var name: String { title ?? URL(fileURLWithPath: path).lastPathComponent }
}
