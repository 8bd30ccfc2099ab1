import Foundation

/// Where the name of a photo's most prominent face comes from.
public enum NameSource: String, Sendable, CaseIterable {
  /// The file's name without its extension.
  case file
  /// The name of the folder that the file lies in.
  case folder
  /// Nowhere: faces are added without a name.
  case none

  package func name(of url: URL) -> String? {
    switch self {
    case .file: url.deletingPathExtension().lastPathComponent
    case .folder: url.deletingLastPathComponent().standardizedFileURL.lastPathComponent
    case .none: nil
    }
  }
}

/// What a gallery keeps of photos that come without a file.
public enum PhotoKeeping: Sendable {
  /// The photo itself, in the gallery's folder.
  case photo
  /// Embeddings and positions of the faces, without any picture.
  case embeddings
}

/// How photos are added.
public struct EnrolmentOptions: Sendable {
  /// Where the name of a photo's most prominent face comes from, unless `name` or `labels` give one. Uploads bring
  /// their own names and labels.
  public var nameSource = NameSource.file
  /// One name for all files; takes precedence over `nameSource`.
  public var name: String?
  /// Labels for the most prominent face of a file. A label `person` takes precedence over `nameSource`, but not over
  /// `name`.
  public var labels: LabelSource?
  /// The largest photo to accept; larger ones are skipped.
  public var limits = PhotoLimits.default
  /// The part of the files to add; nil for all.
  public var shard: Shard?
  /// What is kept of uploads. Of files, the gallery keeps the path and a small picture of each face.
  public var keeping = PhotoKeeping.photo

  /// Names from file names, for all photos.
  public init() {}
}
