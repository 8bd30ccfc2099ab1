/// A key that is to be made.
struct NewKey: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case name, rights, rate }

  let name: String
  let rights: Rights
  /// Requests a second on average; nil for any number.
  let rate: Double?

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    rights =
      fields.contains(.rights)
      ? try Rights(try fields.decode(String.self, forKey: .rights), as: "rights") : .read
    rate = try fields.decodeIfPresent(Double.self, forKey: .rate)
    if let rate, !APIKey.rates.contains(rate) {
      throw ServerError.badParameter("rate", "a number from 0.001 to 1000000")
    }
  }
}
