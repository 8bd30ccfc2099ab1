import GalleryCore
import LikenessCore

/// Which photos people cannot be on, by when they were born and died. Photos of which it is not known when they were taken rule
/// nobody out.
struct LifeLimits {
  private let dates: [PersonID: LifeDates]
  private let times: [PhotoID: CaptureTime]

  /// - Parameter photos: read only where somebody has dates.
  /// - Throws: `GalleryError`
  init(
    _ dates: [PersonID: LifeDates], photos: some Sequence<PhotoID>, in store: any FaceStore
  ) throws(GalleryError) {
    let dates = dates.filter { !$0.value.isEmpty }
    self.dates = dates
    times = dates.isEmpty ? [:] : try store.captureTimes(ofPhotos: Set(photos))
  }

  /// Whether they rule out anybody on any photo.
  var isEmpty: Bool { dates.isEmpty || times.isEmpty }

  /// Whether the photo cannot show the person.
  func rulesOut(_ person: PersonID, on photo: PhotoID) -> Bool {
    guard let dates = dates[person], let time = times[photo] else { return false }
    return dates.rulesOut(time)
  }

  /// Whom a photo cannot show.
  func peopleRuledOut(on photo: PhotoID) -> [PersonID] {
    guard let time = times[photo] else { return [] }
    return dates.filter { $0.value.rulesOut(time) }.keys.sorted()
  }
}

extension PeopleAssignment {
  /// The faces that a clustering put to people on photos that these cannot be on: it was not known then. They are sorted anew.
  /// - Throws: `GalleryError`
  func ruledOut(in store: any FaceStore) throws(GalleryError) -> Set<FaceID> {
    guard !dates.isEmpty else { return [] }
    let found = persons.filter { dates[$0.value] != nil && !pinned.contains($0.key) }
    let photos = try store.photos(ofFaces: found.keys)
    let limits = try LifeLimits(dates, photos: photos.values, in: store)
    return Set(
      found.filter { face, person in
        photos[face].map { limits.rulesOut(person, on: $0) } ?? false
      }.keys)
  }
}

extension GalleryPeople {
  /// Those of some people who may be another person by the dates of both.
  /// - Throws: `GalleryError`
  func possible(_ others: [Person], for person: Person) throws -> [Person] {
    let dated = others.filter { !$0.dates.isEmpty }
    guard !dated.isEmpty || !person.dates.isEmpty else { return others }
    let store = try gallery.reader()
    func photos(_ people: [Person]) throws -> [FaceID: PhotoID] {
      try store.photos(ofFaces: people.flatMap { $0.faces.map(\.face) })
    }
    var photosOf = try photos([person])
    let own = Set(photosOf.values)
    if !person.dates.isEmpty { photosOf.merge(try photos(others)) { first, _ in first } }
    let limits = try LifeLimits(
      Dictionary(uniqueKeysWithValues: (dated + [person]).map { ($0.id, $0.dates) }),
      photos: photosOf.values, in: store)
    guard !limits.isEmpty else { return others }
    return others.filter { other in
      !own.contains { limits.rulesOut(other.id, on: $0) }
        && !other.faces.contains { face in
          photosOf[face.face].map { limits.rulesOut(person.id, on: $0) } ?? false
        }
    }
  }
}
