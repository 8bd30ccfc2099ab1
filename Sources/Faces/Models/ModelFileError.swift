import LikenessCore

/// Why the bytes of a model file could not be understood.
public enum ModelFileError: ClassifiedError, Equatable {
  /// The file ends before the value at `offset` is complete.
  case truncated(offset: Int)
  /// The value before `offset` is not what the format allows there.
  case malformed(String, offset: Int)
  /// It is not an ONNX model, or a damaged one.
  case notONNX

  public var kind: ErrorKind { .unreadable }

  /// What is wrong with the file, in one line.
  public var description: String {
    switch self {
    case .truncated(let offset): "the file ends at byte \(offset), in the middle of a value"
    case .malformed(let what, let offset): "\(what) before byte \(offset) is not what was expected"
    case .notONNX: "it is not an ONNX model that can be read"
    }
  }
}
