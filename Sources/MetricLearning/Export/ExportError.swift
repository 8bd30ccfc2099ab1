/// Why a network cannot be written as ONNX.
public enum ExportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A layer that has no ONNX form here.
  case unsupported(layer: String)

  public var description: String {
    switch self {
    case .unsupported(let layer): "a network with a layer \(layer) cannot be exported"
    }
  }
}
