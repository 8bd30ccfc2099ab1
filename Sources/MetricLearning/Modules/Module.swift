/// A part of a network: numbers that are learnt, numbers that are only kept, and parts of its own.
public protocol Module: AnyObject {
  /// The parts, each under the name that its numbers' names begin with, in the order in which data
  /// flows.
  var parts: [(name: String, module: any Module)] { get }
  /// What is learnt, of this module itself.
  var ownParameters: [(name: String, tensor: Tensor)] { get }
  /// What is kept with the network but not learnt, of this module itself.
  var ownBuffers: [(name: String, tensor: Tensor)] { get }
  /// Whether the network learns or is asked, for this module itself: some layers differ.
  var isTraining: Bool { get set }
}

/// A module that makes one tensor out of one.
public protocol Layer: Module {
  func callAsFunction(_ input: Tensor) -> Tensor
}

extension Module {
  public var parts: [(name: String, module: any Module)] { [] }
  public var ownParameters: [(name: String, tensor: Tensor)] { [] }
  public var ownBuffers: [(name: String, tensor: Tensor)] { [] }
  // Most layers are the same either way.
  public var isTraining: Bool {
    get { false }
    set {}
  }

  /// This module and all parts, with the names of their parts joined by dots.
  func walk(_ prefix: String, _ visit: (String, any Module) -> Void) {
    visit(prefix, self)
    for part in parts { part.module.walk("\(prefix)\(part.name).", visit) }
  }

  /// All that is learnt, in the order in which data flows.
  public var parameters: [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    walk("") { prefix, module in
      result += module.ownParameters.map { (prefix + $0.name, $0.tensor) }
    }
    return result
  }

  /// Parameters and buffers.
  public var state: StateDictionary {
    var result = StateDictionary()
    walk("") { prefix, module in
      for entry in module.ownParameters + module.ownBuffers {
        result[prefix + entry.name] = entry.tensor
      }
    }
    return result
  }

  /// Copies numbers into this network; none is changed unless all fit.
  /// - Parameter isKnownExtra: names that may be there for nothing.
  /// - Throws: `StateError`
  public func load(
    _ source: StateDictionary, ignoring isKnownExtra: (String) -> Bool = { _ in false }
  ) throws(StateError) {
    try state.copy(from: source, ignoring: isKnownExtra)
  }

  /// Sets whether the network learns, in all parts.
  public func setTraining(_ isTraining: Bool) {
    walk("") { _, module in module.isTraining = isTraining }
  }

  /// Keeps all parts from learning: no gradients, and batch norms that stay as they are.
  public func freeze() {
    for parameter in parameters { parameter.tensor.requiresGradient = false }
  }

  /// How many numbers are learnt.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }
}
