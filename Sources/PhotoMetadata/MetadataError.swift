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
    case .notEmbeddable: .notSupported
    case .otherShape, .changedMeanwhile: .conflict
    case .notReadable: .notFound
    case .notWritable, .noToolkit: .unavailable
    }
  }

  /// One line: which file, and what is wrong with it.
  public var description: String {
    switch self {
    case .malformed(let path, let reason): "\(oneLine(path)): its XMP cannot be read: \(reason)"
    case .notEmbeddable(let path, let reason):
      "\(oneLine(path)): names cannot be written into the file: \(reason)"
    case .otherShape(let path):
      "\(oneLine(path)): was cropped since other programs wrote face regions, which do not fit any more"
    case .changedMeanwhile(let path): "\(oneLine(path)): changed while it was written; it was left as it is"
    case .notReadable(let path, let reason): "\(oneLine(path)): cannot be read (\(oneLine(reason)))"
    case .notWritable(let path, let reason):
      "\(oneLine(path)): cannot be written (\(oneLine(reason)))"
    case .noToolkit: "the XMP library Exempi cannot be started"
    }
  }

  private func oneLine(_ text: String) -> String { text.escapingControls }
}
