import CTorchInterface

/// Numbers in a box of any number of dimensions, and how they came about: libtorch's tensor.
///
/// A reference: two variables may be one tensor, and in-place methods change what both see. Belongs to
/// one thread at a time. Shapes that do not fit together end the program with libtorch's own text.
public final class Tensor {
  let handle: OpaquePointer

  /// Takes over what a call gave.
  init(_ handle: OpaquePointer?) {
    guard let handle else { fatalError(Torch.lastError) }
    self.handle = handle
  }

  deinit { Torch.api.pointee.free(handle) }

  /// The size of each dimension.
  public var shape: [Int] {
    var sizes = [Int64](repeating: 0, count: rank)
    Torch.api.pointee.sizes(handle, &sizes)
    return sizes.map(Int.init)
  }

  /// The number of dimensions.
  public var rank: Int { Torch.api.pointee.rank(handle) }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  public var type: TensorType {
    let code = Torch.api.pointee.type(handle)
    guard let type = TensorType.allCases.first(where: { Int32($0.code.rawValue) == code }) else {
      fatalError("a tensor of elements that have no name here")
    }
    return type
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String { "Tensor(\(type), \(shape))" }
}

/// Sizes as libtorch takes them.
func sizes(_ shape: [Int]) -> [Int64] { shape.map(Int64.init) }
