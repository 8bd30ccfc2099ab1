/// A function of each number by itself.
public enum Activation: String, Sendable, Codable {
  case relu, relu6, sigmoid
}
