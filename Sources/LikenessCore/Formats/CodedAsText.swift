/// A value that is coded as its text, such as a date.
public protocol CodedAsText: Codable, CustomStringConvertible {
  /// From its text; nil for any other.
  init?(_ text: String)
}

extension CodedAsText {
  /// From its text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is not a \(Self.self)")
    }
    self = value
  }

  /// As its text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
