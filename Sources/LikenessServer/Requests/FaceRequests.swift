import LikenessKit

/// Which faces are to be listed.
struct FaceListQuery: Sendable {
  let page: PageQuery<FaceID>
  let filter: FaceFilter

  init(_ query: QueryParameters) throws {
    page = try PageQuery(query)
    var filter = FaceFilter()
    if let name = query["name"] { filter.names = [name] }
    if let person = try query.id(PersonID.self) { filter.people = [person] }
    if let label = query["label"] {
      guard let colon = label.firstIndex(of: ":") else {
        throw ServerError.badParameter("label", "a key and a value with a colon between them")
      }
      filter.labels = [String(label[..<colon]): String(label[label.index(after: colon)...])]
    }
    self.filter = filter
  }
}

/// What somebody says of a face.
struct FaceChange: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case name, labels, doubtful }

  /// Nil leaves it; nil within takes it away.
  let name: PersonName??
  let labels: [String: String?]
  /// Whether somebody says that it is a face.
  let isConfirmed: Bool

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    name =
      fields.contains(.name) ? .some(try fields.decode(PersonName?.self, forKey: .name)) : nil
    labels = try fields.decodeIfPresent([String: String?].self, forKey: .labels) ?? [:]
    let doubtful = try fields.decodeIfPresent(Bool.self, forKey: .doubtful)
    isConfirmed = doubtful == false
    guard doubtful != true else { throw ServerError.badParameter("doubtful", "false") }
    guard fields.contains(.name) || fields.contains(.labels) || isConfirmed else {
      throw ServerError(
        .badRequest, "bad_json", "Say a name or labels, or that the face is not doubtful.")
    }
  }
}
