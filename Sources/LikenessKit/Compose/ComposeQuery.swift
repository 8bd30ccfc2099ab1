import Composition
import LikenessCore

/// A person with attributes, as terms of a sum: this person with that expression.
public struct ComposeQuery: Sendable {
  /// What is added or taken away.
  public enum Operand: Sendable {
    /// All faces with a label, as it is written in the gallery.
    case label(key: String, value: String)
    /// Faces of the gallery, by their mean; they are no answers then.
    case faces([FaceID])
    /// A face that is not in the gallery.
    case outsider(FaceVector)
  }

  /// An operand with its weight.
  public struct Term: Sendable {
    /// Below 0 for what is taken away.
    public var weight: Float
    /// What is added or taken away.
    public var operand: Operand

    /// A term; of weight 1 unless said otherwise.
    public init(weight: Float = 1, operand: Operand) {
      (self.weight, self.operand) = (weight, operand)
    }
  }

  /// In words, for messages.
  public var text: String
  /// In any order.
  public var terms: [Term]

  /// A sum of terms.
  public init(text: String = "", terms: [Term]) { (self.text, self.terms) = (text, terms) }
}
