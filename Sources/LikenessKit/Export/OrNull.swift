/// An optional that every answer in JSON has, as null where there is none; Swift would leave it out.
@propertyWrapper
public struct OrNull<Value> {
  public var wrappedValue: Value?

  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Sendable where Value: Sendable {}

extension OrNull: Equatable where Value: Equatable {}

extension OrNull: Encodable where Value: Encodable {
  public func encode(to encoder: any Encoder) throws { try wrappedValue.encode(to: encoder) }
}

extension OrNull: Decodable where Value: Decodable {
  public init(from decoder: any Decoder) throws { wrappedValue = try Value?(from: decoder) }
}
