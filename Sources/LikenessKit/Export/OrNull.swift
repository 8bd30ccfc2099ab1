/// An optional that every answer in JSON has, as null where there is none; Swift would leave it out.
@propertyWrapper
public struct OrNull<Value> {
  /// The value, or nil.
  public var wrappedValue: Value?

  /// A value, or nil, which becomes `null` in JSON instead of a missing key.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Sendable where Value: Sendable {}

extension OrNull: Equatable where Value: Equatable {}

extension OrNull: Encodable where Value: Encodable {
  /// Writes the value, or `null`.
  public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

extension OrNull: Decodable where Value: Decodable {
  /// Reads a value; `null` and, by the containers' `decode(_:forKey:)`, a missing key are nil.
  public init(from decoder: any Decoder) throws { wrappedValue = try Value?(from: decoder) }
}
