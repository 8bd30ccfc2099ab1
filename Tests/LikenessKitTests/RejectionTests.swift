import Foundation
import References
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import GallerySQLite
@testable import LikenessKit

/// "Not this person" of one face: it stays, and teaches.
@Suite(.serialized) struct RejectionTests {
  /// A gallery of eight people with five photos each: faces 1, 9, 17, 25 and 33 are of the first.
  private static let photos = (0..<40).map { [$0 % 8] }

  /// Takes a face from the first person and puts it to the second, whom it is not like either.
  private func reject(_ likeness: Likeness) throws -> (face: FaceID, person: PersonID) {
    let people = try likeness.people.list(again: true).people
    let first = try #require(people.first { $0.faces.contains { $0.photo == "/photos/1.jpg" } })
    let second = try #require(people.first { $0.faces.contains { $0.photo == "/photos/2.jpg" } })
    try #require(first.faces.count == 5 && second.faces.count == 5)
    // So that all others are confirmed.
    _ = try likeness.people.name(first.id, as: "Ann")
    let face = try #require(first.faces.first { $0.photo == "/photos/9.jpg" }).face
    let told = try likeness.people.tell(face, apartFrom: first.id)
    try likeness.people.merge([second.id, told.person])
    return (face, first.id)
  }

  /// One more photo, of a face that is like the one that was taken away.
  private func addLike(_ face: FaceID, to likeness: Likeness) throws -> FaceID {
    let store = try likeness.gallery.writer()
    var faces = MadeFaces(seed: 77)
    let embedding = try #require(try store.embedding(face: face))
    for _ in 0..<60 { _ = faces.photo(of: [0]) }
    let photo = faces.photo(like: embedding)
    _ = try store.add([photo], model: "test", modelFile: nil, updatesPaths: true)
    let stored = try #require(try store.photo(digest: photo.digest))
    return try store.faces(inPhoto: stored.id)[0].id
  }

  private func owner(_ face: FaceID, _ likeness: Likeness) throws -> PersonID? {
    try likeness.gallery.reader().people(ofFaces: [face])[face]
  }

  /// That neither the face nor its like is the person's or offered for it.
  private func expectRejected(
    _ face: FaceID, _ like: FaceID, _ person: PersonID, _ likeness: Likeness
  ) throws {
    for face in [face, like] {
      let own = try #require(try owner(face, likeness))
      #expect(own != person)
      #expect(
        try !likeness.people.suggestions(of: person, count: .max).contains {
          [$0.first.id, $0.second.id].contains(own)
        })
    }
    let found = try likeness.links.same(person: person).found.map(\.face)
    #expect(!found.contains(face) && !found.contains(like) && found.count > 1)
    let others = try likeness.links.same([.face(like)])[0].found.map(\.face)
    let own = try likeness.gallery.reader().faces(ofPeople: [person])
    #expect(own.isDisjoint(with: others))
  }

  private func expectTaught(_ likeness: Likeness) throws {
    let (face, person) = try reject(likeness)
    let like = try addLike(face, to: likeness)
    // As one that joins, and as one of all that are clustered again.
    _ = try likeness.people.list()
    try expectRejected(face, like, person, likeness)
    _ = try likeness.people.list(again: true)
    try expectRejected(face, like, person, likeness)
  }

  @Test func aRejectedFaceAndItsLikeAreNotOffered() throws {
    try withMadeGallery(Self.photos) { likeness in
      try expectTaught(likeness)
      // Undone, all is as it would have been.
      for _ in 0..<2 { _ = try likeness.people.undo() }
      let people = try likeness.people.list(again: true).people
      let first = try #require(people.first { $0.faces.contains { $0.face == 1 } })
      #expect(first.faces.count == 6)
    }
  }

  @Test func aServerDoesAsAFolderDoes() async throws {
    try await MilvusServer.with { server in
      let place = GalleryPlace.milvus(
        try MilvusAddress(server.address("rejections"), environment: [:]))
      let parts = GalleryPlace.milvus(
        try MilvusAddress(server.address("parts"), environment: [:]))
      try withMadeGallery(Self.photos) { folder in
        let there = Likeness(place: place)
        _ = try folder.people.list()
        _ = try folder.gallery.copy(to: there.gallery)
        _ = try folder.gallery.copy(to: Likeness(place: parts).gallery)
        try expectTaught(there)
        for _ in 0..<2 { _ = try there.people.undo() }
        #expect(try there.gallery.reader().peopleAssignment().rejected.isEmpty)
        // In parts, since it is larger than what is held at once.
        let inParts = Likeness(place: parts, facesHeldAtOnce: 10)
        let (face, person) = try reject(inParts)
        let like = try addLike(face, to: inParts)
        _ = try inParts.people.list()
        let own = try owner(like, inParts)
        #expect(own != nil && own != person)
      }
    }
  }

  @Test func aCopyKeepsWhatWasSaid() async throws {
    try await MilvusServer.with { server in
      let place = GalleryPlace.milvus(
        try MilvusAddress(server.address("copied"), environment: [:]))
      try withMadeGallery(Self.photos, doubtful: [7: [3]]) { folder in
        let (face, person) = try reject(folder)
        let store = try folder.gallery.reader()
        let photo = try #require(try store.photos(ofFaces: [face])[face])
        let digest = try #require(try store.photo(id: photo)).digest
        let doubtful = try store.doubtfulFaces()
        let visible = try #require(
          try folder.people.list().people.first { $0.faces.contains { $0.face == 4 } })
        _ = try folder.people.hide([visible.id], faces: Array(doubtful))
        let members = try #require(try folder.people.list().people.first { $0.id == person })
        _ = try folder.people.chooseCover(members.faces[1].face, of: person)
        try TestFiles.withTemporaryFolder { home in
          let there = Likeness(place: place)
          let back = Likeness(gallery: home.appendingPathComponent("back"))
          _ = try folder.gallery.copy(to: there.gallery)
          _ = try there.gallery.copy(to: back.gallery)
          for copy in [there, back] {
            let reader = try copy.gallery.reader()
            #expect(try reader.peopleAssignment().rejected.count == 1)
            let photo = try #require(try reader.photo(digest: digest))
            let twin = try reader.faces(inPhoto: photo.id)[0].id
            let rejected = try #require(try reader.peopleAssignment().rejected.first)
            #expect(rejected.face == twin)
            let like = try addLike(twin, to: copy)
            _ = try copy.people.list(again: true)
            try expectRejected(twin, like, rejected.person, copy)
            #expect(try copy.people.hiddenFaces().count == visible.faces.count + doubtful.count)
            let covered = try copy.people.list().people.filter(\.coverChosen)
            #expect(covered.map(\.id) == [rejected.person])
          }
        }
      }
    }
  }

  /// Who is who, as if it had been found so.
  private func sort(_ labels: [Int32], _ likeness: Likeness) throws {
    let store = try #require(try likeness.gallery.writer() as? GalleryStore)
    let revision = try store.revision()
    try store.setPeople(
      faces: try store.embeddings().faces, labels: labels,
      state: PeopleState(
        algorithm: "likeness", revision: revision, mark: try store.mark(of: revision),
        clustered: labels.count, joined: 0))
  }

  /// A face between two people leads from one to all photos of the other, unless several links do.
  @Test func oneWrongLinkLeadsNowhere() throws {
    try withMadeGallery(Self.photos) { likeness in
      do {
        let store = try likeness.gallery.writer()
        let (own, other) = (
          try #require(try store.embedding(face: 1)), try #require(try store.embedding(face: 2))
        )
        var faces = MadeFaces(seed: 77)
        for _ in 0..<60 { _ = faces.photo(of: [0]) }
        let bridge = Embedding(zip(own.values, other.values).map { ($0 + $1) / 2 })
        _ = try store.add(
          [faces.photo(like: bridge)], model: "test", modelFile: nil, updatesPaths: true)
      }
      let labels = (0..<40).map { Int32($0 % 8) }
      try sort(labels + [0], likeness)
      let graph = try likeness.links.graph()
      try #require(graph.pairs.contains([1, 41]) && graph.pairs.contains([2, 41]))
      let first = try #require(try owner(1, likeness))
      let found = try likeness.links.same(person: first).found.map(\.face)
      #expect(Set(found) == [1, 9, 17, 25, 33, 41])
      #expect(try likeness.people.suggestions(of: first).isEmpty)
      // Several links are a reason to ask, and to walk there.
      var halves = labels + [0]
      (halves[8], halves[16]) = (8, 8)
      try sort(halves, likeness)
      let (own, half) = (
        try #require(try owner(1, likeness)), try #require(try owner(9, likeness))
      )
      try #require(own != half)
      let suggestion = try #require(try likeness.people.suggestions(of: own).first)
      #expect(Set([suggestion.first.id, suggestion.second.id]) == [own, half])
      #expect(suggestion.links == 2 && suggestion.probability > 0.5)
      let walked = try likeness.links.same(person: own).found.map(\.face)
      #expect(Set(walked) == [1, 9, 17, 25, 33, 41])
    }
  }
}
