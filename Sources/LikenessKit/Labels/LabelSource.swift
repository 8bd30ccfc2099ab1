import Composition
import Foundation

/// Where the labels of a photo's most prominent face come from.
public enum LabelSource: Sendable {
  /// The file's name.
  case pattern(LabelPattern)
  /// A table that names photos.
  case table(LabelTable)

  /// The key whose values are people.
  public static let person = LabelledFace.personKey

  /// The keys that it may give values for, in order.
  public var keys: [String] {
    switch self {
    case .pattern(let pattern): pattern.keys
    case .table(let table): table.keys
    }
  }

  /// What is said about a photo; nil where nothing is.
  public func labels(of photo: URL) -> [String: String]? {
    switch self {
    case .pattern(let pattern): pattern.labels(of: photo)
    case .table(let table): table.labels(of: photo)
    }
  }
}
