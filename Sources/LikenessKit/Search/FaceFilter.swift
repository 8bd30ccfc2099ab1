import GalleryCore
import LikenessCore
import VectorSearch

/// Which faces of a gallery may answer a question; all conditions hold together.
public struct FaceFilter: Sendable, Equatable {
  /// Only faces with one of these names, as typed by users; empty for any.
  public var names: [String] = []
  /// Only faces that go by a name, whatever it is.
  public var isNamed = false
  /// Only faces of these people; empty for any.
  public var people: [PersonID] = []
  /// Only faces with all of these labels.
  public var labels: [String: String] = [:]
  /// Only faces of at least this quality, from 0 to 1.
  public var minimumQuality = 0.0
  /// Also faces that are likely not faces. This concerns answers; lists of faces include them in any case.
  public var includesDoubtful = false

  /// Also faces that the user hid, one by one or with their people.
  public var includesHidden = false

  /// All faces but doubtful and hidden ones.
  public init() {}

  /// Whether it is the default, which leaves out doubtful and hidden faces only.
  public var isEmpty: Bool { self == FaceFilter() }

  /// The ids of the faces that it lets through, whether they are doubtful and hidden or not; nil for all.
  /// - Throws: `GalleryError`
  func faces(of store: any FaceStore) throws -> Set<FaceID>? {
    var allowed: Set<FaceID>?
    func restrict(to faces: Set<FaceID>) {
      allowed = allowed.map { $0.intersection(faces) } ?? faces
    }
    if !names.isEmpty {
      let meant = try store.names(meantBy: names)
      restrict(to: Set(try meant.flatMap { try store.faces(named: $0).map(\.id) }))
    }
    if isNamed, names.isEmpty { restrict(to: try store.namedFaces()) }
    if !people.isEmpty { restrict(to: try store.faces(ofPeople: people)) }
    if !labels.isEmpty { restrict(to: try store.faces(labelled: labels)) }
    if minimumQuality > 0 {
      restrict(to: try store.faces(ofQuality: minimumQuality))
    }
    return allowed
  }

  /// The same for an index, without some faces, doubtful and hidden ones, unless these are asked for.
  func searchFilter(of store: any FaceStore, without faces: Set<FaceID>) throws -> SearchFilter {
    var faces = includesDoubtful ? faces : faces.union(try store.doubtfulFaces())
    if !includesHidden { faces.formUnion(try store.hiddenFaces()) }
    if let allowed = try self.faces(of: store) {
      return .faces(allowed.lazy.filter { !faces.contains($0) })
    }
    return .others(than: faces)
  }

  /// The same in the words of a server. Who goes by a name is looked up only where the user gave anybody a name, or
  /// chose a person: else the names that faces were added by tell.
  func condition(of store: any FaceStore, without faces: Set<FaceID>) throws -> FaceCondition {
    var condition = FaceCondition()
    (condition.labels, condition.minimumQuality) = (labels, minimumQuality)
    condition.includesDoubtful = includesDoubtful
    condition.excluded = includesHidden ? faces : faces.union(try store.hiddenFaces())
    var people = FaceFilter()
    people.people = self.people
    if !names.isEmpty {
      let meant = try store.names(meantBy: names)
      if try meant.isEmpty || !store.givenPersonNames().isEmpty {
        people.names = names
      } else {
        condition.names = meant.sorted()
      }
    }
    if isNamed, names.isEmpty {
      // A name that a person was given is not in a face's row.
      if try store.givenPersonNames().isEmpty {
        condition.hasAddedName = true
      } else {
        people.isNamed = true
      }
    }
    condition.among = try people.faces(of: store)
    return condition
  }
}
