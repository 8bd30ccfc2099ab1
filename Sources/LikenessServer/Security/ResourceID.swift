import LikenessKit

/// The number of a thing of the gallery, as addresses and bodies have it.
protocol ResourceID: RecordID {
  /// What the thing is called in addresses and error codes.
  static var name: String { get }
}

extension FaceID: ResourceID {
  static let name = "face"
}

extension PhotoID: ResourceID {
  static let name = "photo"
}

extension PersonID: ResourceID {
  static let name = "person"
}
