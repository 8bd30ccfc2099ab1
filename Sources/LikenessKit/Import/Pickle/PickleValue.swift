import Foundation

/// A value of a Python pickle, as far as it is data.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case bytes(Data)
  case tuple(PickleList)
  case list(PickleList)
  case dictionary(PickleDictionary)
  case array(PickleArray)
  case type(PickleType)
  case global(PickleGlobal)

  /// The text, also of bytes that are UTF-8.
  var text: String? {
    switch self {
    case .text(let text): text
    case .bytes(let data): String(data: data, encoding: .utf8)
    default: nil
    }
  }

  var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .bool(let value): value ? 1 : 0
    case .array(let array): array.values.count == 1 ? array.values[0] : nil
    default: nil
    }
  }

  /// The entries of a list or tuple.
  var entries: [PickleValue]? {
    switch self {
    case .tuple(let list), .list(let list): list.entries
    default: nil
    }
  }

  /// The numbers of a list, a tuple or an array of one dimension.
  var vector: [Float]? {
    if case .array(let array) = self {
      let sizes = array.shape.filter { $0 != 1 }
      return sizes.count <= 1 ? array.values.map { Float($0) } : nil
    }
    guard let entries, !entries.isEmpty else { return nil }
    let numbers = entries.compactMap(\.double)
    return numbers.count == entries.count ? numbers.map { Float($0) } : nil
  }

  subscript(key: String) -> PickleValue? {
    guard case .dictionary(let dictionary) = self else { return nil }
    return dictionary.entries.last { $0.key.text == key }?.value
  }
}

/// What holds other values.
class PickleContainer {
  func empty() {}
}

/// A list, which others may refer to before it is full; also a tuple.
final class PickleList: PickleContainer {
  var entries: [PickleValue]
  init(_ entries: [PickleValue] = []) { self.entries = entries }
  override func empty() { entries = [] }
}

/// A dictionary, in the order in which it was filled.
final class PickleDictionary: PickleContainer {
  var entries: [(key: PickleValue, value: PickleValue)]
  init(_ entries: [(key: PickleValue, value: PickleValue)] = []) { self.entries = entries }
  override func empty() { entries = [] }
}

/// All containers of a pickle. They are emptied one by one: let go of from the outside in, ones that lie in each other a million deep would
/// overflow the stack, and ones that hold themselves would stay.
final class PickleArena {
  private var containers: [PickleContainer] = []

  func add<Container: PickleContainer>(_ container: Container) -> Container {
    containers.append(container)
    return container
  }

  deinit { for container in containers { container.empty() } }
}

/// A pickle's value with all that it holds.
struct PickleDocument {
  let value: PickleValue
  /// Keeps the containers for as long as the value is looked at.
  let arena: PickleArena
}

/// An array of NumPy, filled after it is made.
final class PickleArray {
  var shape: [Int] = []
  var values: [Double] = []
}

/// A number type of NumPy.
final class PickleType {
  /// Such as `f8`.
  let code: String
  var isBigEndian = false
  init(_ code: String) { self.code = code }

  /// The bytes of a number; nil for a type of which none is read.
  var size: Int? { ["f4": 4, "f8": 8, "i4": 4, "i8": 8, "u1": 1, "b1": 1][code] }

  /// The numbers in some bytes; nil where these are not `count` of them.
  func numbers(in data: Data, count: Int) -> [Double]? {
    guard let size, count >= 0, data.count / size == count, data.count % size == 0 else {
      return nil
    }
    return data.withUnsafeBytes { bytes in
      (0..<count).map { place in
        let at = place * size
        switch code {
        case "f4": return Double(Float(bitPattern: word(bytes, at)))
        case "f8": return Double(bitPattern: word(bytes, at))
        case "i4": return Double(Int32(bitPattern: word(bytes, at)))
        case "i8": return Double(Int64(bitPattern: word(bytes, at)))
        default: return Double(bytes[at])
        }
      }
    }
  }

  private func word<Word: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Word {
    let word = bytes.loadUnaligned(fromByteOffset: at, as: Word.self)
    return isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
  }
}

/// What a pickle may name: these and nothing else, and none of them is run.
enum PickleGlobal {
  case reconstruct, fromBuffer, array, type, scalar, encode, orderedDictionary

  init?(_ module: String, _ name: String) {
    switch (module, name) {
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      self = .reconstruct
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .scalar
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      self = .fromBuffer
    case ("numpy", "ndarray"): self = .array
    case ("numpy", "dtype"): self = .type
    case ("_codecs", "encode"): self = .encode
    case ("collections", "OrderedDict"): self = .orderedDictionary
    default: return nil
    }
  }
}
