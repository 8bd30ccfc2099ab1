/// The number of a thing of the gallery, as addresses and bodies have it.
protocol ResourceID: RawRepresentable, Decodable, Hashable, Sendable where RawValue == Int64 {
  /// What the thing is called in addresses, error codes and the audit log.
  static var name: String { get }

  init(rawValue: Int64)
}

struct FaceID: ResourceID {
  static let name = "face"
  let rawValue: Int64
}

struct PhotoID: ResourceID {
  static let name = "photo"
  let rawValue: Int64
}

struct PersonID: ResourceID {
  static let name = "person"
  let rawValue: Int64
}
