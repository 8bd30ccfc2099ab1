import LikenessCore

/// Why what is said about a photo in its file or beside it cannot be read or written.
public enum MetadataError: ClassifiedError, Equatable {
  /// What stands where XMP should be is none; `reason` says what is wrong with it.
  case malformed(path: String, reason: String)
  /// A file that no XMP can be written into, for a reason.
  case notEmbeddable(path: String, reason: String)
  /// The regions that are in a file already are for a picture of another shape: it was cropped since.
  case otherShape(path: String)
  /// A file that changed while it was worked on.
  case changedMeanwhile(path: String)
  /// The system refused; `reason` is its own text.
  case notReadable(path: String, reason: String)
  /// The system refused; `reason` is its own text.
  case notWritable(path: String, reason: String)
  /// The library that reads XMP cannot be started.
  case noToolkit

  public var kind: ErrorKind {
    switch self {
    case .malformed: .unreadable
    case .notEmbeddable, .otherShape, .changedMeanwhile: .conflict
    case .notReadable: .notFound
    case .notWritable, .noToolkit: .unavailable
    }
  }

  /// One line: which file, and what is wrong with it.
  public var description: String { path.map { "\($0.escapingControls): \(reason)" } ?? reason }

  /// What is wrong, without saying where.
  public var reason: String {
    switch self {
    case .malformed(_, let reason): "the XMP cannot be read: \(reason)"
    case .notEmbeddable(_, let reason): "names cannot be written into the file: \(reason)"
    case .otherShape:
      "the photo was cropped since other programs wrote face regions, which do not fit any more"
    case .changedMeanwhile: "the file changed while it was written, and was left as it is"
    case .notReadable(_, let reason): "the file cannot be read (\(reason.escapingControls))"
    case .notWritable(_, let reason): "the file cannot be written (\(reason.escapingControls))"
    case .noToolkit: "the XMP library Exempi cannot be started"
    }
  }

  private var path: String? {
    switch self {
    case .malformed(let path, _), .notEmbeddable(let path, _), .otherShape(let path),
      .changedMeanwhile(let path), .notReadable(let path, _), .notWritable(let path, _):
      path
    case .noToolkit: nil
    }
  }
}
