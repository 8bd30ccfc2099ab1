import Gallery
import Search

/// Which faces of a gallery may answer a question; all conditions hold together.
public struct FaceFilter: Sendable, Equatable {
  /// Only faces that go by one of these names; empty for any.
  public var names: [String] = []
  /// Only faces of these people; empty for any.
  public var people: [Int64] = []
  /// Only faces with all of these labels.
  public var labels: [String: String] = [:]
  /// Only faces of at least this quality, from 0 to 1.
  public var minimumQuality = 0.0

  public init() {}

  public var isEmpty: Bool { self == FaceFilter() }

  /// The ids of the faces that it lets through; nil for all.
  /// - Throws: `GalleryError`
  func faces(of store: GalleryStore) throws -> Set<Int64>? {
    var allowed: Set<Int64>?
    func restrict(to faces: Set<Int64>) {
      allowed = allowed.map { $0.intersection(faces) } ?? faces
    }
    if !names.isEmpty {
      restrict(to: Set(try names.flatMap { try store.faces(named: $0).map(\.id) }))
    }
    if !people.isEmpty { restrict(to: try store.faces(ofPeople: people)) }
    if !labels.isEmpty { restrict(to: try store.faces(labelled: labels)) }
    if minimumQuality > 0 {
      restrict(
        to: Set(
          try store.qualities().filter { FaceQuality($0.value).overall >= minimumQuality }.keys))
    }
    return allowed
  }

  func searchFilter(of store: GalleryStore) throws -> SearchFilter {
    try faces(of: store).map { .ids($0) } ?? .all
  }
}
