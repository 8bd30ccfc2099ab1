import Foundation
import GRDB
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct PeopleStoreTests {
  @Test func peopleComeWithTheirFacesTheLargestFirst() throws {
    try withPeople([1, 0, 0, 0], names: ["holiday", "Ann", "Ann", nil]) { store, _ in
      let people = try store.people()
      #expect(people.map { $0.faces.map(\.face) } == [[2, 3, 4], [1]])
      // More than half of the faces were added by that name.
      #expect(people.map(\.name) == ["Ann", "holiday"])
      #expect(people.allSatisfy { !$0.isGiven })
      #expect(people[0].faces[0].path == "/photos/p1.jpg" && !people[0].faces[0].isPinned)
      #expect(try store.peopleState()?.algorithm == "test")
    }
  }

  /// One notion of a person's name: that of most of the faces that have one.
  @Test func peopleAreCalledByTheirNamedFaces() throws {
    try withPeople([0, 0, 1, 1, 1], names: ["Ann", nil, "Bob", "Cid", nil]) { store, _ in
      #expect(try store.names(ofPeople: [1, 2, 9]) == [1: "Ann"])
      #expect(try store.people().map(\.name) == [nil, "Ann"])
      // A face that the user put to somebody else than Ann is not called so.
      _ = try store.name(person: 2, "Ann")
      _ = try store.confirm(face: 1, of: 1)
      #expect(try store.names(ofPeople: [1, 2]) == [2: "Ann"])
      #expect(try store.people().map(\.name) == ["Ann", nil])
    }
  }

  @Test func halfOfTheFacesGiveNoName() throws {
    try withPeople([0, 0], names: ["Ann", "Bob"]) { store, _ in
      let people = try store.people()
      #expect(people.map(\.name) == [nil])
    }
    try withPeople([]) { store, _ in
      let people = try store.people()
      #expect(people.isEmpty)
    }
  }

  @Test func idsStayWithThoseWhoShareMostFaces() throws {
    try withPeople([0, 0, 0, 1, 1, 2]) { store, _ in
      // The first cluster loses a face to the second; the third joins the second; the labels are others.
      try cluster(store, [7, 7, 3, 3, 3, 3])
      #expect(try PeopleSnapshot(store).people == ["#1  1,2", "#2  3,4,5,6"])
      // Who vanished does not come back under the same number.
      try cluster(store, [0, 0, 1, 1, 1, 2])
      #expect(try PeopleSnapshot(store).people == ["#1  1,2", "#2  3,4,5", "#4  6"])
      let before = try store.revision()
      try cluster(store, [0, 0, 1, 1, 1, 2])
      #expect(try store.revision() == before + 1)
    }
  }

  @Test func pinnedFacesStayAndHoldTheirCluster() throws {
    try withPeople([0, 0, 0, 1]) { store, _ in
      #expect(try store.name(person: 2, "Bob") != nil)
      try cluster(store, [0, 0, 0, 0])
      #expect(try PeopleSnapshot(store).people == ["#2 Bob 1,2,3,4!"])
      // Though the cluster without it is the larger one.
      try cluster(store, [0, 0, 0, 1])
      #expect(try PeopleSnapshot(store).people == ["#2 Bob 4!", "#3  1,2,3"])
      #expect(try store.name(person: 3, "Ann") != nil)
      try cluster(store, [0, 0, 0, 0])
      #expect(try PeopleSnapshot(store).people == ["#2 Bob 4!", "#3 Ann 1!,2!,3!"])
    }
  }

  @Test func newFacesJoinWithoutMovingOthers() throws {
    try withPeople([0, 1]) { store, _ in
      try store.add([photo("new", [face(nil, 9), face(nil, 10)])], model: model)
      #expect(try store.people().flatMap(\.faces).count == 2)
      try store.setPeople(faces: [3, 4], labels: [0, 1], state: try state(store))
      #expect(try PeopleSnapshot(store).people == ["#1  1", "#2  2", "#3  3", "#4  4"])
      try cluster(store, [0, 1, 1, -1])
      #expect(try PeopleSnapshot(store).people == ["#1  1", "#2  2,3", "#4  4"])
    }
  }

  @Test func whatCameMeanwhileIsLeftAlone() throws {
    try withPeople([0, 0]) { store, _ in
      let old = try state(store)
      _ = try store.remove(face: 2)
      try store.add([photo("other", [face(nil, 9)])], model: model)
      // The number of the face that went is nobody's any more.
      #expect(try store.embeddings().faces == [1, 3])
      try store.setPeople(faces: [1, 2], labels: [0, 0], state: old)
      #expect(try PeopleSnapshot(store).people == ["#1  1"])
    }
  }

  @Test func peopleGoWithTheirLastFace() throws {
    try withPeople([0, 0, 1, 1]) { store, _ in
      _ = try store.tell(face: 3, apartFrom: 2)
      #expect(try PeopleSnapshot(store).apart == ["2|3"])
      _ = try store.remove(faces: [1, 2])
      #expect(try PeopleSnapshot(store).people == ["#2  4!", "#3  3!"])
      _ = try store.remove(face: 3)
      #expect(try PeopleSnapshot(store).people == ["#2  4!"])
      #expect(try PeopleSnapshot(store).apart.isEmpty)
    }
  }

  @Test func aNameOutlivesItsPinnedFaces() throws {
    try withPeople([0, 1]) { store, _ in
      #expect(try store.name(person: 1, "Ann") != nil)
      try cluster(store, [0, 0])
      _ = try store.remove(face: 1)
      #expect(try store.peopleAssignment().pinned == [2])
      try store.add([photo("n", [face(nil, 3), face(nil, 4)])], model: model)
      try cluster(store, [0, 1, 1])
      #expect(try PeopleSnapshot(store).people.first == "#1 Ann 2")
    }
  }

  @Test func anOlderGalleryHasNobodyYet() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
      }
      let queue = try DatabaseQueue(path: home.appendingPathComponent("gallery.sqlite").path)
      try queue.write { db in
        for table in [
          "people_edit_rejected", "people_edit_hidden", "people_edit_confirmed", "rejected_face",
          "hidden_face", "same_link", "apart", "people_edit_apart", "people_edit_person",
          "people_edit_face",
          "people_edit", "person_face", "person",
        ] {
          try db.execute(sql: "DROP TABLE \(table)")
        }
        try db.execute(
          sql: """
            DELETE FROM grdb_migrations
            WHERE identifier IN (
              '4 people', '11 rejected and hidden faces, covers', '13 dates and lighting',
              '14 candidate names');
            DROP TABLE candidate_name;
            DROP INDEX photo_taken_unread;
            ALTER TABLE photo DROP COLUMN taken;
            ALTER TABLE face DROP COLUMN brightness;
            ALTER TABLE face DROP COLUMN contrast;
            """)
      }
      try queue.close()
      let reader = try GalleryStore(at: home, access: .read)
      #expect(try reader.people().isEmpty && reader.peopleHistory().isEmpty)
      #expect(try reader.peopleState() == nil && reader.names().map(\.name) == ["Ann"])
    }
  }

  @Test func linksAreKeptAndGoWithTheirFaces() throws {
    try withPeople([0, 0, 0]) { store, _ in
      let revision = try store.revision()
      let state = LinkState(
        revision: revision, mark: try store.mark(of: revision), neighbors: 40, limit: 0.6,
        parameters: "{}")
      #expect(try store.linkState() == nil)
      let links = [
        FaceLink(1, 2, distance: 0.25), FaceLink(3, 1, distance: 0.5),
        FaceLink(3, 2, distance: 0.125),
      ]
      try store.replaceLinks(links, state: state)
      #expect(try store.links() == links && store.linkState() == state)
      #expect(try store.links(of: [2]) == [links[0], links[2]])
      #expect(try store.links(of: [1, 2]).count == 3)
      try store.addLinks(
        [FaceLink(2, 1, distance: 0.75), FaceLink(2, 9, distance: 1)], state: state)
      #expect(try store.links().map(\.distance) == [0.75, 0.5, 0.125])
      _ = try store.remove(face: 3)
      #expect(try store.links() == [FaceLink(1, 2, distance: 0.75)])
      try store.replaceLinks([], state: state)
      #expect(try store.links().isEmpty)
    }
  }
}
