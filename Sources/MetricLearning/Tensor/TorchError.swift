import LikenessCore

/// Why nothing can be trained.
public enum TorchError: ClassifiedError, Equatable {
  /// The library over libtorch was not built: libtorch's headers were not there.
  case missing(folder: String)
  /// It is there, but cannot be opened.
  case unusable(path: String, reason: String)

  public var kind: ErrorKind { .unavailable }

  public var description: String {
    switch self {
    case .missing(let folder):
      "training needs libtorch, and \(Torch.libraryName) is not in \(folder): install the package "
        + "likeness-training, or in a clone libtorch-dev (Scripts/setup does), and build again: "
        + "swift build --manifest-cache none"
    case .unusable(let path, let reason):
      "\(path) cannot be used (\(reason)): install libtorch-dev (Scripts/setup does), then build again"
    }
  }
}
