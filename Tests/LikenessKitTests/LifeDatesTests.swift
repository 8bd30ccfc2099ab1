import Foundation
import References
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import GallerySQLite
@testable import LikenessKit

/// Dates of birth and death limit what is proposed of a person, and nothing else.
@Suite(.serialized) struct LifeDatesTests {
  /// A gallery of eight people with five photos each: those of the first are 1.jpg, 9.jpg, …, 33.jpg.
  private static let photos = (0..<40).map { [$0 % 8] }

  private func date(_ text: String) throws -> LifeDateChange {
    .set(try #require(PartialDate(text)))
  }

  /// The photo of a number was taken in 1979 and so many years: those of the first person in 1980, 1988, 1996, 2004 and 2012.
  private func datePhotos(_ likeness: Likeness) throws {
    let store = try likeness.gallery.writer()
    var taken: [String: PhotoTaken] = [:]
    for photo in try store.photos() {
      let number = try #require(Int(photo.name.dropLast(4)))
      taken[photo.digest] = PhotoTaken(CaptureTime("\(1979 + number)-06-15T12:00:00"))
    }
    #expect(try store.note(taken: taken) == 40)
    #expect(try store.note(taken: taken) == 0)
  }

  private func face(_ number: Int, _ likeness: Likeness) throws -> FaceID {
    let store = try likeness.gallery.reader()
    let photo = try #require(try store.photos(paths: ["/photos/\(number).jpg"]).first)
    return try #require(try store.faces(inPhoto: photo.id).first).id
  }

  private func person(_ number: Int, _ likeness: Likeness) throws -> Person {
    let path = "/photos/\(number).jpg"
    return try #require(
      try likeness.people.list().people.first { $0.faces.contains { $0.photo == path } })
  }

  private func numbers(_ person: Person) -> [Int] {
    person.faces.compactMap {
      Int(URL(fileURLWithPath: $0.photo).deletingPathExtension().lastPathComponent)
    }.sorted()
  }

  private func areSuggested(_ a: PersonID, _ b: PersonID, _ likeness: Likeness) throws -> Bool {
    let pairs = try likeness.people.suggestions(of: a, count: .max)
      .map { Set([$0.first.id, $0.second.id]) }
    let questions = try likeness.people.review().questions(count: 1_000).questions
      .filter { $0.kind == .same }.map { Set($0.people) }
    #expect(pairs.contains([a, b]) == questions.contains([a, b]))
    return pairs.contains([a, b])
  }

  private func areNear(
    _ a: PersonID, _ b: PersonID, named text: String = "", _ likeness: Likeness
  ) throws -> Bool {
    try likeness.nearestPeople(to: a, named: text, count: 100).contains { $0.person.id == b }
  }

  /// One more photo of a face that is like another.
  /// - Returns: whose it is then.
  private func add(
    _ number: Int, like other: Int, in year: Int?, _ likeness: Likeness
  ) throws -> PersonID? {
    let face = try face(other, likeness)
    do {
      let store = try likeness.gallery.writer()
      var faces = MadeFaces(seed: 77)
      for _ in 1..<number { _ = faces.photo(of: [0]) }
      var photo = faces.photo(like: try #require(try store.embedding(face: face)))
      photo.taken = year.map { PhotoTaken(CaptureTime("\($0)-01-02T03:04:05")) } ?? .undated
      _ = try store.add([photo], model: "test", modelFile: nil, updatesPaths: true)
    }
    _ = try likeness.people.list()
    let new = try self.face(number, likeness)
    return try likeness.gallery.reader().people(ofFaces: [new])[new]
  }

  private func expectLimits(_ likeness: Likeness) throws {
    try datePhotos(likeness)
    _ = try likeness.people.list(again: true)
    let first = try person(1, likeness)
    #expect(numbers(first) == [1, 9, 17, 25, 33])
    let died = try likeness.people.setDates(of: first.id, died: date("2000"))
    #expect(died.edit?.kind == .dates && died.contradicting.isEmpty)

    // Those that the clustering put there are sorted anew, by themselves and with all others.
    #expect(numbers(try person(1, likeness)) == [1, 9, 17])
    _ = try likeness.people.list(again: true)
    let before = try person(1, likeness)
    #expect(before.id == first.id && numbers(before) == [1, 9, 17])
    #expect(before.died == PartialDate("2000") && before.born == nil)
    let after = try person(33, likeness)
    #expect(try !areSuggested(first.id, after.id, likeness))
    #expect(try !areNear(first.id, after.id, likeness))
    #expect(try !areNear(after.id, first.id, likeness))
    // Whom a name is typed of is found, and searches answer as ever.
    _ = try likeness.people.name(first.id, as: "Ann")
    #expect(try areNear(after.id, first.id, named: "ann", likeness))
    let found = try likeness.nearest(
      to: face(33, likeness), Question(count: 5, grouping: .photo))
    #expect(Set(found.map(\.photo)).isSuperset(of: ["/photos/1.jpg", "/photos/25.jpg"]))

    // New photos keep to it, unless it is not known when they were taken.
    #expect(try add(61, like: 1, in: 1999, likeness) == first.id)
    #expect(try add(62, like: 1, in: nil, likeness) == first.id)
    #expect(try add(63, like: 1, in: 2003, likeness) != first.id)

    // Taken back, it is as if it had never been said.
    for _ in 0..<2 { _ = try likeness.people.undo() }
    #expect(try person(1, likeness).died == nil)
    #expect(numbers(try person(1, likeness)) == [1, 9, 17, 25, 33, 61, 62, 63])
  }

  @Test func nobodyIsProposedOutsideOfALife() throws {
    try withMadeGallery(Self.photos) { try expectLimits($0) }
  }

  @Test func aServerDoesAsAFolderDoes() async throws {
    try await MilvusServer.with { server in
      let place = GalleryPlace.milvus(
        try MilvusAddress(server.address("dates"), environment: [:]))
      let parts = GalleryPlace.milvus(
        try MilvusAddress(server.address("parts"), environment: [:]))
      try withMadeGallery(Self.photos) { folder in
        let there = Likeness(place: place)
        _ = try folder.people.list()
        _ = try folder.gallery.copy(to: there.gallery)
        try expectLimits(there)
        // A gallery that has the photos and no dates gets them, with those of the people.
        let first = try person(1, folder)
        _ = try folder.people.setDates(of: first.id, born: date("1979"), died: date("2000-01"))
        let other = Likeness(place: parts, facesHeldAtOnce: 10)
        _ = try folder.gallery.copy(to: other.gallery)
        try datePhotos(folder)
        _ = try folder.gallery.copy(to: other.gallery)
        let reader = try other.gallery.reader()
        let times = try reader.captureTimes(ofPhotos: Set(reader.photos().map(\.id)))
        #expect(times.count == 40)
        let twin = try #require(try reader.people().first { !$0.dates.isEmpty })
        #expect(twin.dates.text == "born 1979, died 2000-01")
        // In parts, since it is larger than what is held at once.
        #expect(try add(61, like: 1, in: 1999, other) == twin.id)
        #expect(try add(62, like: 1, in: 2003, other) != twin.id)
      }
    }
  }

  @Test func whatTheUserSaidStaysAndIsTold() throws {
    try withMadeGallery(Self.photos) { likeness in
      try datePhotos(likeness)
      let first = try person(1, likeness)
      _ = try likeness.people.name(first.id, as: "Ann")
      let set = try likeness.people.setDates(of: first.id, born: date("1985"), died: date("2004"))
      let outside = try [1, 33].map { try face($0, likeness) }.sorted()
      #expect(set.edit != nil && set.contradicting == outside)
      _ = try likeness.people.list(again: true)
      #expect(numbers(try person(1, likeness)) == [1, 9, 17, 25, 33])
      // Said again, nothing changes, and it is told again.
      let again = try likeness.people.setDates(of: first.id, born: date("1985"))
      #expect(again.edit == nil && again.contradicting == outside)
      #expect(throws: GalleryError.self) {
        try likeness.people.setDates(of: first.id, died: date("1984-12-31"))
      }
      #expect(throws: LikenessError.unknownPerson(4711)) {
        try likeness.people.setDates(of: 4711, died: date("1984"))
      }
      #expect(try person(1, likeness).dates.text == "born 1985, died 2004")
      let born = try likeness.people.setDates(of: first.id, born: .remove)
      #expect(born.contradicting == [outside[1]])
    }
  }

  /// Also the first of all, by which a person without a name would else be held.
  @Test func theFirstFaceMayBeRuledOut() throws {
    try withMadeGallery(Self.photos) { likeness in
      try datePhotos(likeness)
      let first = try person(1, likeness)
      #expect(try likeness.people.setDates(of: first.id, born: date("1985")).contradicting == [])
      let now = try person(9, likeness)
      #expect(now.id == first.id && numbers(now) == [9, 17, 25, 33])
      #expect(try person(1, likeness).id != first.id)
    }
  }

  /// The day of the birth counts, and the day after the death.
  @Test func limitsAreOfDays() throws {
    try withMadeGallery(Self.photos) { likeness in
      try datePhotos(likeness)
      let first = try person(1, likeness)
      _ = try likeness.people.name(first.id, as: "Ann")
      func contradicting(_ born: String, _ died: String) throws -> Int {
        try likeness.people.setDates(of: first.id, born: date(born), died: date(died))
          .contradicting.count
      }
      #expect(try contradicting("1980-06-15", "2012-06-14") == 0)
      #expect(try contradicting("1980-06-16", "2012-06-14") == 1)
      #expect(try contradicting("1980-06-16", "2012-06-13") == 2)
    }
  }
}
