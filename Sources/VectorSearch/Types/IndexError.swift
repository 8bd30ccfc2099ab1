import LikenessCore

/// What can go wrong with an index. Each says what happened in one line.
public enum IndexError: ClassifiedError, Equatable {
  /// The vector has `found` dimensions, the index `expected`.
  case dimensionMismatch(expected: Int, found: Int)
  /// A number in the vector is infinite or none.
  case notFinite
  /// The index holds as many vectors as it can.
  case full(capacity: Int)
  case outOfMemory(bytes: Int)
  /// The file is not an index, cut short or altered.
  case damaged(path: String, reason: String)
  /// The file was written by a newer version.
  case newerVersion(path: String, version: Int)
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .dimensionMismatch, .notFinite: .invalidInput
    case .full: .full
    case .outOfMemory: .failed
    case .damaged: .damaged
    case .newerVersion: .notSupported
    case .cannotRead, .cannotWrite: .unavailable
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .dimensionMismatch(let expected, let found):
      "a vector of \(found) dimensions in an index of \(expected)"
    case .notFinite: "a vector with a number that is not finite"
    case .full(let capacity): "the index is full: it holds \(capacity) vectors"
    case .outOfMemory(let bytes): "no memory for \(bytes) bytes of index"
    case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
    case .newerVersion(let path, let version):
      "\(path) is of version \(version), which is newer than this program"
    case .cannotRead(let path, let reason): "\(path) cannot be read: \(reason)"
    case .cannotWrite(let path, let reason): "\(path) cannot be written: \(reason)"
    }
  }
}
