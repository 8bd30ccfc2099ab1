import CTorchInterface

/// What a tensor can hold, and how libtorch calls it.
public enum TensorType: Sendable, Hashable, CaseIterable {
  case float32, float64, int64, uint8, bool

  var code: ct_type {
    switch self {
    case .float32: CT_F32
    case .float64: CT_F64
    case .int64: CT_I64
    case .uint8: CT_U8
    case .bool: CT_BOOL
    }
  }

  /// The size of an element in bytes.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }
}

/// A Swift type that lies in memory as a tensor's elements do.
public protocol TensorElement: BitwiseCopyable {
  static var tensorType: TensorType { get }
}

extension Float: TensorElement {
  public static var tensorType: TensorType { .float32 }
}
extension Double: TensorElement {
  public static var tensorType: TensorType { .float64 }
}
extension Int64: TensorElement {
  public static var tensorType: TensorType { .int64 }
}
extension UInt8: TensorElement {
  public static var tensorType: TensorType { .uint8 }
}
extension Bool: TensorElement {
  public static var tensorType: TensorType { .bool }
}
