import LikenessCore

/// Why training cannot begin or go on.
public enum TrainingError: ClassifiedError, Equatable {
  /// A loss that is not a number.
  case notANumber(epoch: Int, batch: Int, photos: [String])
  /// A file or folder that cannot be written.
  case notWritable(path: String, reason: String)
  /// A folder that holds something else.
  case occupied(path: String)
  /// A folder without a run in it, or with a damaged one.
  case notARun(path: String, reason: String)
  /// A run that was begun with other photos.
  case otherPhotos(path: String, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .notANumber: .failed
    case .notWritable: .unavailable
    case .occupied, .otherPhotos: .conflict
    case .notARun: .invalidInput
    }
  }

  public var description: String {
    switch self {
    case .notANumber(let epoch, let batch, let photos):
      "the loss is not a number in epoch \(epoch), batch \(batch) (with \(photos.prefix(3).joined(separator: ", "))"
        + "\(photos.count > 3 ? " and \(photos.count - 3) more" : ""))"
    case .notWritable(let path, let reason):
      "\(path) cannot be written: \(reason)"
    case .occupied(let path):
      "\(path) is there already"
    case .notARun(let path, let reason):
      "\(path) is not a run that could be resumed: \(reason)"
    case .otherPhotos(let path, let reason):
      "\(path) was trained with other photos: \(reason)"
    }
  }
}
