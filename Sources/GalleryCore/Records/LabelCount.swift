/// How many faces have a label.
public struct LabelCount: Sendable, Codable, Equatable {
  public var key: String
  public var value: String
  public var faces: Int

  public init(key: String, value: String, faces: Int) {
    self.key = key
    self.value = value
    self.faces = faces
  }
}

/// What becomes of a face's labels, by key: a new value, or nil for none any more.
public typealias LabelChanges = [String: String?]
