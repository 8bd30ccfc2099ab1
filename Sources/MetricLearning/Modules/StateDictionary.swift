/// Tensors by name, in an order that is kept, and texts about them.
public struct StateDictionary {
  public private(set) var names: [String] = []
  private var tensors: [String: Tensor] = [:]
  /// What a file says besides.
  public var metadata: [String: String] = [:]

  public init() {}

  public subscript(name: String) -> Tensor? {
    get { tensors[name] }
    set {
      let old = tensors.updateValueOrRemove(newValue, name)
      if old == nil, newValue != nil { names.append(name) }
      if old != nil, newValue == nil { names.removeAll { $0 == name } }
    }
  }

  /// Names and tensors in their order.
  public var entries: [(name: String, tensor: Tensor)] {
    names.compactMap { name in tensors[name].map { (name, $0) } }
  }

  /// Adds what another holds, under a prefix.
  public mutating func add(_ other: StateDictionary, under prefix: String) {
    for (name, tensor) in other.entries { self[prefix + name] = tensor }
  }

  /// What stands under a prefix, without it.
  public func part(_ prefix: String) -> StateDictionary {
    var result = StateDictionary()
    for (name, tensor) in entries where name.hasPrefix(prefix) {
      result[String(name.dropFirst(prefix.count))] = tensor
    }
    return result
  }

  /// Copies values into these tensors; none is changed unless all fit.
  /// - Parameter isKnownExtra: names that `source` may have for nothing.
  /// - Throws: `StateError`
  public func copy(
    from source: StateDictionary, ignoring isKnownExtra: (String) -> Bool = { _ in false }
  ) throws(StateError) {
    var pairs: [(Tensor, Tensor)] = []
    for (name, target) in entries {
      guard let tensor = source[name] else { throw .missing(name) }
      guard tensor.shape == target.shape, tensor.type == target.type else {
        throw .mismatch(
          name, found: "\(tensor.type) \(tensor.shape)",
          expected: "\(target.type) \(target.shape)")
      }
      pairs.append((target, tensor))
    }
    for name in source.names where self[name] == nil && !isKnownExtra(name) {
      throw .unexpected(name)
    }
    withoutGradients { for (target, tensor) in pairs { target.copy(from: tensor) } }
  }
}

extension Dictionary {
  /// Sets or removes, and gives what was there.
  fileprivate mutating func updateValueOrRemove(_ value: Value?, _ key: Key) -> Value? {
    if let value { updateValue(value, forKey: key) } else { removeValue(forKey: key) }
  }
}

/// Why numbers do not fit a network or an optimizer.
public enum StateError: Error, Sendable, Equatable, CustomStringConvertible {
  case missing(String)
  case unexpected(String)
  case mismatch(String, found: String, expected: String)

  public var description: String {
    switch self {
    case .missing(let name): "the weights lack \(name)"
    case .unexpected(let name): "the weights hold \(name), which the network does not have"
    case .mismatch(let name, let found, let expected):
      "the weights' \(name) is \(found), the network's \(expected)"
    }
  }
}
