import Faces
import Foundation

/// Tensors in a file as `SafetensorsLayout` says.
public enum SafetensorsFile {
  /// Writes the tensors in their order, whole or not at all.
  /// - Throws: `SafetensorsError`
  public static func write(_ state: StateDictionary, to url: URL) throws(SafetensorsError) {
    do {
      try data(of: state).write(to: url, options: .atomic)
    } catch {
      throw .notWritable(path: url.path, reason: error.localizedDescription)
    }
  }

  /// - Throws: `SafetensorsError`
  public static func read(_ url: URL) throws(SafetensorsError) -> StateDictionary {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: url.path, reason: error.localizedDescription)
    }
    do {
      return try state(from: data)
    } catch let error as SafetensorsLayout.Malformed {
      throw .unreadable(path: url.path, reason: error.reason)
    } catch {
      throw .unreadable(path: url.path, reason: "its header is not what it should be")
    }
  }

  static func data(of state: StateDictionary) throws -> Data {
    let tensors = state.entries.map { name, tensor in
      var bytes = Data(capacity: tensor.count * tensor.type.byteCount)
      tensor.withBytes { bytes.append(contentsOf: $0) }
      return SafetensorsLayout.Tensor(
        name: name, type: tensor.type.safetensorsName, shape: tensor.shape, bytes: bytes)
    }
    return try SafetensorsLayout(metadata: state.metadata, tensors: tensors).data()
  }

  static func state(from data: Data) throws -> StateDictionary {
    func type(_ name: String) -> TensorType? {
      TensorType.allCases.first { $0.safetensorsName == name }
    }
    let layout = try SafetensorsLayout(data) { type($0)?.byteCount }
    var state = StateDictionary()
    state.metadata = layout.metadata
    for part in layout.tensors {
      guard let type = type(part.type) else { continue }
      let tensor = Tensor.zeros(part.shape, type: type)
      part.bytes.withUnsafeBytes { source in
        if !source.isEmpty { tensor.withMutableBytes { $0.copyMemory(from: source) } }
      }
      state[part.name] = tensor
    }
    return state
  }
}

extension TensorType {
  fileprivate var safetensorsName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
