import CTorchInterface

extension Tensor {
  func unary(_ operation: ct_unary) -> Tensor { Tensor(Torch.api.pointee.unary(operation, handle)) }

  static func binary(_ operation: ct_binary, _ left: Tensor, _ right: Tensor) -> Tensor {
    Tensor(Torch.api.pointee.binary(operation, left.handle, right.handle))
  }

  static func binary(_ operation: ct_binary, _ left: Tensor, _ right: Double) -> Tensor {
    Tensor(Torch.api.pointee.binary_scalar(operation, left.handle, right))
  }

  // Element by element; a dimension of 1 stretches to the other's size.
  public static func + (a: Tensor, b: Tensor) -> Tensor { binary(CT_ADD, a, b) }
  public static func - (a: Tensor, b: Tensor) -> Tensor { binary(CT_SUB, a, b) }
  public static func * (a: Tensor, b: Tensor) -> Tensor { binary(CT_MUL, a, b) }
  public static func / (a: Tensor, b: Tensor) -> Tensor { binary(CT_DIV, a, b) }
  public static func + (a: Tensor, b: Double) -> Tensor { binary(CT_ADD, a, b) }
  public static func - (a: Tensor, b: Double) -> Tensor { binary(CT_SUB, a, b) }
  public static func * (a: Tensor, b: Double) -> Tensor { binary(CT_MUL, a, b) }
  public static func / (a: Tensor, b: Double) -> Tensor { binary(CT_DIV, a, b) }
  public static func + (a: Double, b: Tensor) -> Tensor { b + a }
  public static func - (a: Double, b: Tensor) -> Tensor { -b + a }
  public static func * (a: Double, b: Tensor) -> Tensor { b * a }
  public static prefix func - (a: Tensor) -> Tensor { a.unary(CT_NEG) }

  // Comparisons give a tensor of truth values.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { binary(CT_EQ, a, b) }
  public static func .== (a: Tensor, b: Double) -> Tensor { binary(CT_EQ, a, b) }
  public static func .< (a: Tensor, b: Tensor) -> Tensor { binary(CT_LT, a, b) }
  public static func .< (a: Tensor, b: Double) -> Tensor { binary(CT_LT, a, b) }
  public static func .> (a: Tensor, b: Tensor) -> Tensor { binary(CT_GT, a, b) }
  public static func .> (a: Tensor, b: Double) -> Tensor { binary(CT_GT, a, b) }
  public static func .& (a: Tensor, b: Tensor) -> Tensor { binary(CT_AND, a, b) }
  public static func .| (a: Tensor, b: Tensor) -> Tensor { binary(CT_OR, a, b) }
  public static prefix func .! (a: Tensor) -> Tensor { a.unary(CT_NOT) }

  /// The product of matrices `(n, k)` and `(k, m)`.
  public func matmul(_ other: Tensor) -> Tensor { Self.binary(CT_MATMUL, self, other) }

  /// The larger of both, element by element.
  public func maximum(_ other: Tensor) -> Tensor { Self.binary(CT_MAXIMUM, self, other) }
  /// The smaller of both, element by element.
  public func minimum(_ other: Tensor) -> Tensor { Self.binary(CT_MINIMUM, self, other) }

  public func abs() -> Tensor { unary(CT_ABS) }
  public func squared() -> Tensor { unary(CT_SQUARE) }
  public func squareRoot() -> Tensor { unary(CT_SQRT) }
  public func exp() -> Tensor { unary(CT_EXP) }
  public func log() -> Tensor { unary(CT_LOG) }
  public func sin() -> Tensor { unary(CT_SIN) }
  public func cos() -> Tensor { unary(CT_COS) }
  public func power(_ exponent: Double) -> Tensor {
    Tensor(Torch.api.pointee.power(handle, exponent))
  }
  /// `max(0, x)`
  public func relu() -> Tensor { unary(CT_RELU) }
  /// `min(6, max(0, x))`
  public func relu6() -> Tensor { unary(CT_RELU6) }
  /// `1 / (1 + exp(−x))`
  public func sigmoid() -> Tensor { unary(CT_SIGMOID) }
  /// `log(1 + exp(x))`, without overflow.
  public func softplus() -> Tensor { unary(CT_SOFTPLUS) }

  /// Values below and above a range become its ends; they pass no gradient.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    Tensor(Torch.api.pointee.clamp(handle, range.lowerBound, range.upperBound))
  }

  /// Takes from `yes` where `condition` is true, else from `no`.
  public static func choose(_ condition: Tensor, _ yes: Tensor, _ no: Tensor) -> Tensor {
    Tensor(Torch.api.pointee.where(condition.handle, yes.handle, no.handle))
  }
}
