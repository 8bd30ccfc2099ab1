import LikenessKit

/// Which photos are to be listed.
struct PhotoListQuery: Sendable {
  let page: PageQuery<PhotoID>
  /// Nil for all photos in the order of their ids, of which a page is read from the gallery as it is.
  let query: PhotoQuery?

  init(_ query: QueryParameters) throws {
    page = try PageQuery(query)
    guard ["search", "sort", "show"].contains(where: { query[$0] != nil }) else {
      self.query = nil
      return
    }
    self.query = PhotoQuery(
      text: try query.searchText(),
      order: try query.choice("sort", default: PhotoQuery.Order.oldest),
      kind: try query.choice("show", default: PhotoQuery.Kind.all))
  }
}

/// Where the names of a photo's faces are to be written.
struct TagRequest: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case place, dryRun }
  let place: TagPlace
  /// Whether nothing is to be written.
  let isDryRun: Bool

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    place =
      try fields.decodeIfPresent(String.self, forKey: .place)
      .map { try TagPlace($0, as: "place") } ?? .sidecar
    isDryRun = try fields.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false
  }
}

/// A face that is to be added to a photo, in a box that the user drew.
struct DrawnFaceRequest: Decodable, Sendable {
  enum CodingKeys: String, CodingKey, CaseIterable { case box, name }

  private struct StrictBox: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable { case x, y, width, height }
    let box: Box

    init(from decoder: any Decoder) throws {
      try decoder.rejectUnknownFields(besides: CodingKeys.self)
      box = try Box(from: decoder)
    }
  }

  /// In pixels of the upright photo at full size.
  let box: Box
  let name: String?

  init(from decoder: any Decoder) throws {
    try decoder.rejectUnknownFields(besides: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    box = try fields.decode(StrictBox.self, forKey: .box).box
    name = try fields.decodeIfPresent(PersonName.self, forKey: .name)?.text
  }
}

/// The photos that are to be in one file.
struct ArchiveQuery: Sendable {
  static let most = 500

  let photos: [PhotoID]

  init(_ query: QueryParameters, noting subject: AuditSubject) throws {
    let numbers = (query["photos"] ?? "").split(separator: ",").map { Int64($0) ?? 0 }
    guard (1...Self.most).contains(numbers.count), numbers.allSatisfy({ $0 > 0 }) else {
      throw ServerError.badParameter(
        "photos", "1 to \(Self.most) numbers of photos with commas between them")
    }
    var seen: Set<PhotoID> = []
    photos = numbers.map { PhotoID($0) }.filter { seen.insert($0).inserted }
    for photo in photos { subject.note(photo) }
  }
}
