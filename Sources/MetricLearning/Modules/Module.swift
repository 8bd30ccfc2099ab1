/// A part of a network: parameters, which are learnt, buffers, which are not, and parts, which are modules again.
public protocol Module: AnyObject {
  /// The parts, each under the name that its numbers' names begin with, in the order in which data
  /// flows.
  var parts: [(name: String, module: any Module)] { get }
  /// The parameters of this module itself, without those of its parts.
  var directParameters: [(name: String, tensor: Tensor)] { get }
  /// The buffers of this module itself, which are saved but not learnt.
  var directBuffers: [(name: String, tensor: Tensor)] { get }
  /// Whether this module itself is in training mode, in which some layers behave differently.
  var isTraining: Bool { get set }
}

/// A module that makes one tensor out of one.
public protocol Layer: Module {
  func callAsFunction(_ input: Tensor) -> Tensor
}

extension Module {
  public var parts: [(name: String, module: any Module)] { [] }
  public var directParameters: [(name: String, tensor: Tensor)] { [] }
  public var directBuffers: [(name: String, tensor: Tensor)] { [] }
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

  /// All parameters, those of the parts included, in the order in which data flows.
  public var parameters: [(name: String, tensor: Tensor)] {
    var result: [(name: String, tensor: Tensor)] = []
    walk("") { prefix, module in
      result += module.directParameters.map { (prefix + $0.name, $0.tensor) }
    }
    return result
  }

  /// Parameters and buffers.
  public var state: StateDictionary {
    var result = StateDictionary()
    walk("") { prefix, module in
      for entry in module.directParameters + module.directBuffers {
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

  /// Sets training or inference mode, in all parts.
  public func setTraining(_ isTraining: Bool) {
    walk("") { _, module in module.isTraining = isTraining }
  }

  /// Freezes all parts: no gradients, and batch norms with constant statistics.
  public func freeze() {
    for parameter in parameters { parameter.tensor.requiresGradient = false }
  }

  /// The number of learnt weights.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }
}
