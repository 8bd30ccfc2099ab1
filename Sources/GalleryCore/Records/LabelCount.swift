/// How many faces have a label.
public struct LabelCount: Sendable, Codable, Equatable {
  /// The label's key, such as expression.
  public var key: String
  /// The label's value, such as happy.
  public var value: String
  /// How many faces have it.
  public var faces: Int

  /// A label with how many faces have it.
  public init(key: String, value: String, faces: Int) {
    self.key = key
    self.value = value
    self.faces = faces
  }
}

/// Changes to a face's labels, by key: a new value, or nil to remove it.
public typealias LabelChanges = [String: String?]
