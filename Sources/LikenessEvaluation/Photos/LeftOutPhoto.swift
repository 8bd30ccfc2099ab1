/// A photo that is not counted, and why.
public struct LeftOutPhoto: Codable, Sendable, Equatable {
  /// Its path below the folder.
  public var photo: String
  /// Why, in one line.
  public var reason: String
}
