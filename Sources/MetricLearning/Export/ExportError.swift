import LikenessCore

/// Why a network cannot be written as ONNX.
public enum ExportError: ClassifiedError, Equatable {
  /// A layer that has no ONNX form here.
  case unsupported(layer: String)

  public var kind: ErrorKind { .notSupported }

  public var description: String {
    switch self {
    case .unsupported(let layer): "a network with a layer \(layer) cannot be exported"
    }
  }
}
