import LikenessCore

/// Why a network could not be run.
public enum InferenceError: ClassifiedError, Equatable {
  /// OpenVINO's libraries are missing.
  case runtimeMissing(folder: String)
  /// They are there, but cannot be used.
  case runtimeUnusable(String)
  /// A model file was refused.
  case modelRefused(path: String, reason: String)
  /// An inference failed.
  case failed(String)

  public var kind: ErrorKind {
    switch self {
    case .runtimeMissing, .runtimeUnusable, .modelRefused: .unavailable
    case .failed: .failed
    }
  }

  /// What is wrong, and what to do, in one line.
  public var description: String {
    switch self {
    case .runtimeMissing(let folder):
      "OpenVINO is missing from \(folder): run Scripts/setup in a clone, install the package again, or set "
        + "LIKENESS_OPENVINO to its folder"
    case .runtimeUnusable(let reason):
      "OpenVINO cannot be used (\(reason)): run Scripts/setup again, or install the package again"
    case .modelRefused(let path, let reason):
      "the model \(path) cannot be used: \(reason)"
    case .failed(let reason):
      "the inference failed: \(reason)"
    }
  }
}
