/// Updates parameters along their gradients to reduce a loss.
public protocol Optimizer: AnyObject {
  /// The learning rate; a schedule may set it before each step.
  var learningRate: Double { get set }
  /// The parameters that it updates.
  var parameters: [(name: String, tensor: Tensor)] { get }
  /// All that it remembers from step to step: a run that begins with it goes on as the one it was
  /// taken from would have.
  var state: StateDictionary { get }
  /// Takes one step along the gradients that are there. Parameters without one stay as they are.
  func step()
  /// - Throws: `StateError`
  func load(_ state: StateDictionary) throws(StateError)
}

extension Optimizer {
  /// Clears the gradients of the last step.
  public func clearGradients() { for parameter in parameters { parameter.tensor.clearGradient() } }

  /// - Throws: `StateError`
  public func load(_ source: StateDictionary) throws(StateError) { try state.copy(from: source) }

  /// Tensors of zeros like the parameters.
  static func slots(for parameters: [(name: String, tensor: Tensor)]) -> [Tensor] {
    parameters.map { $0.tensor.detached().zerosLike() }
  }

  /// Slots under their parameters' names.
  func state(_ slots: (name: String, tensors: [Tensor])...) -> StateDictionary {
    var result = StateDictionary()
    for slot in slots {
      for (parameter, tensor) in zip(parameters, slot.tensors) {
        result["\(slot.name).\(parameter.name)"] = tensor
      }
    }
    return result
  }
}
