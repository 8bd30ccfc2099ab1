import LikenessCore

/// Why a prepared photo was not added. It has to be prepared again.
public enum EnrolmentError: ClassifiedError {
  /// It was in the gallery when it was prepared and has been removed since.
  case removedMeanwhile
  /// The gallery was given another model since.
  case modelChanged

  public var kind: ErrorKind { .conflict }

  /// What happened, in one line.
  public var description: String {
    switch self {
    case .removedMeanwhile: "a photo was removed from the gallery while it was added again"
    case .modelChanged: "the gallery was given another model while photos were added"
    }
  }
}
