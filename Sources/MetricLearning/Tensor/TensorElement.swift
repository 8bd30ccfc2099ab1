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
