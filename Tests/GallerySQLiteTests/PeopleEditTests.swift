import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct PeopleEditTests {
  @Test func aNameStaysWithAllOfItsFaces() throws {
    try withPeople([0, 0, 1]) { store, _ in
      let first = try PeopleSnapshot(store)
      let edit = try #require(try store.name(person: 1, " Jose\u{301} "))
      #expect(
        edit.text == "named person:1 \"Jos\u{e9}\"" && edit.kind == .name && edit.people == [1])
      #expect(edit.faces.isEmpty)
      #expect(try PeopleSnapshot(store).people == ["#1 Jos\u{e9} 1!,2!", "#2  3"])
      let revision = try store.revision()
      #expect(try store.name(person: 1, "Jos\u{e9}") == nil)
      #expect(try store.revision() == revision && store.peopleHistory().count == 1)
      #expect(
        try store.name(person: 1, "Ann")?.text == "renamed \"Jos\u{e9}\" (person:1) to \"Ann\"")
      #expect(
        failure { _ = try store.name(person: 2, "Ann") }
          == .personNameTaken(path: store.path, name: "Ann", person: 1))
      for name in ["", " ", "person:12"] {
        #expect(failure { _ = try store.name(person: 2, name) } != nil)
      }
      #expect(
        failure { _ = try store.name(person: 9, "X") }
          == .unknownPerson(path: store.path, person: 9)
      )
      #expect(try store.undoPeopleEdit()?.text.hasPrefix("renamed") == true)
      #expect(try store.people()[0].name == "Jos\u{e9}")
      #expect(try store.undoPeopleEdit()?.text.hasPrefix("named") == true)
      #expect(try PeopleSnapshot(store) == first)
      #expect(try store.undoPeopleEdit() == nil)
    }
  }

  /// A name is one, whether faces were added by it or the user gave it.
  @Test func aNameIsOneHoweverItCame() throws {
    try withPeople([0, 0, 1, 1, 2], names: [nil, "Ann", "Ann", nil, "Bo"]) { store, _ in
      #expect(try store.faces(named: "Ann").map(\.id) == [2, 3])
      #expect(try store.person(named: "Ann") == nil)
      _ = try store.name(person: 1, "Ann")
      #expect(try store.person(named: "Ann") == 1)
      #expect(try store.faces(named: "Ann").map(\.id) == [1, 2, 3])
      _ = try store.name(person: 2, "Zoe\u{301}")
      // Face 3 was added as Ann, but the user said who it is.
      #expect(try store.faces(named: "Ann").map(\.id) == [1, 2])
      #expect(try store.faces(named: "Zo\u{e9}").map(\.id) == [3, 4])
      #expect(try store.resolve("zoe") == .found("Zo\u{e9}"))
      #expect(try store.resolve("Zeo") == .unknown(nearSpellings: ["Zo\u{e9}"]))
      // A name is known while a face goes by it, or where it has no faces yet.
      try store.addName("Eve")
      #expect(try store.resolve("eve") == .found("Eve"))
      _ = try store.name(person: 1, "Bea")
      #expect(try store.resolve("Ann") == .unknown(nearSpellings: []))
      #expect(try store.names(meantBy: ["ann", "bea"]) == ["Bea"])
      // As they are written, and no others: nobody goes by Ann or Cleo, and Bo is a name without a person.
      #expect(
        try store.names(writtenAs: ["Ann", "bea", "Bea", "Bo", "Cleo", "Eve", "Zoe\u{301}"])
          == ["Bea", "Bo", "Eve", "Zo\u{e9}"])
      _ = try store.name(person: 1, "Ann")
      let receipt = try store.remove(name: "Zoe\u{301}")
      #expect(receipt.faces == [3, 4] && receipt.names == ["Zo\u{e9}"])
      #expect(try store.remove(name: "Ann").names == ["Ann"])
      #expect(try store.resolve("Ann") == .unknown(nearSpellings: []))
    }
  }

  /// As long as anything is called so, a name has not gone.
  @Test func aNameGoesWithTheLastThatIsCalledSo() throws {
    try withPeople([0, 1], names: ["Ann", "Bo"]) { store, _ in
      _ = try store.name(person: 2, "Ann")
      #expect(try store.remove(face: 1).names.isEmpty)
      // What the face was added by goes beneath.
      #expect(try store.remove(face: 2).names == ["Ann"])
      #expect(try store.names().isEmpty)
    }
  }

  @Test func mergingKeepsTheNameThatThereIs() throws {
    try withPeople([0, 1, 2, 3]) { store, _ in
      _ = try store.name(person: 2, "Bob")
      let before = try PeopleSnapshot(store)
      let edit = try store.merge(people: [1, 2, 1, 3])
      #expect(
        edit.text == "merged person:1, person:3 into \"Bob\" (person:2)" && edit.faces == [1, 3])
      #expect(try PeopleSnapshot(store).people == ["#2 Bob 1!,2!,3!", "#4  4"])
      _ = try store.name(person: 4, "Eve")
      #expect(
        failure { _ = try store.merge(people: [2, 4]) }
          == .severalNames(path: store.path, names: ["Bob", "Eve"]))
      let both = try store.merge(people: [2, 4], name: "Eve")
      #expect(both.text == "merged \"Eve\" (person:4) into \"Bob\" (person:2) as \"Eve\"")
      #expect(try PeopleSnapshot(store).people == ["#2 Eve 1!,2!,3!,4!"])
      #expect(failure { _ = try store.merge(people: [2, 2]) } != nil)
      for _ in 0..<3 { _ = try store.undoPeopleEdit() }
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  @Test func splittingTellsApart() throws {
    try withPeople([0, 0, 0, 0, 1]) { store, _ in
      let before = try PeopleSnapshot(store)
      let (edit, new) = try store.split(person: 1, faces: [4, 3])
      #expect(edit.text == "split 2 faces from person:1 as person:\(new)" && edit.faces == [3, 4])
      #expect(try PeopleSnapshot(store).people == ["#1  1!,2", "#2  5", "#3  3!,4!"])
      #expect(try PeopleSnapshot(store).apart == ["1|3"])
      // Whatever a clustering says.
      try cluster(store, [0, 0, 0, 0, 0])
      #expect(try store.people().count == 2)
      let error = try #require(failure { _ = try store.merge(people: [3, 1]) })
      #expect(
        error == .toldApart(path: store.path, first: "person:1", second: "person:3", edit: edit))
      #expect("\(error)".contains(edit.timeText) && "\(error)".contains("split 2 faces"))
      #expect(failure { _ = try store.split(person: 1, faces: []) } != nil)
      #expect(failure { _ = try store.split(person: 1, faces: [3]) } != nil)
      #expect(
        failure { _ = try store.split(person: 1, faces: [99]) }
          == .unknownFace(path: store.path, face: 99))
      let all = try #require(try store.people().first { $0.id == 3 }).faces.map(\.face)
      #expect(failure { _ = try store.split(person: 3, faces: all) } != nil)
      _ = try store.merge(people: [3, 1], anyway: true)
      #expect(try PeopleSnapshot(store).apart.isEmpty)
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store).apart == ["1|3"])
      _ = try store.undoPeopleEdit()
      try cluster(store, [0, 0, 0, 0, 1])
      #expect(
        try PeopleSnapshot(store).people.map { $0.dropFirst(2) } == [
          before.people[0].dropFirst(2), before.people[1].dropFirst(2),
        ])
    }
  }

  @Test func notThisPerson() throws {
    try withPeople([0, 0, 0, 1]) { store, _ in
      let before = try PeopleSnapshot(store)
      let (edit, new) = try store.tell(face: 3, apartFrom: 1)
      #expect(
        edit?.text == "told a face apart from person:1 as person:\(new)" && edit?.faces == [3])
      #expect(try PeopleSnapshot(store).people == ["#1  1!,2", "#2  4", "#3  3!"])
      // Also somebody who was never taken for that person, so that nobody suggests it again.
      let (other, owner) = try store.tell(face: 4, apartFrom: 1)
      #expect(owner == 2 && other?.text == "told a face of person:2 apart from person:1")
      #expect(try PeopleSnapshot(store).apart == ["1|2", "1|3"])
      #expect(try store.tell(face: 4, apartFrom: 1).edit == nil)
      #expect(failure { _ = try store.tell(face: 4, apartFrom: 2) } != nil)
      #expect(failure { _ = try store.tell(face: 9, apartFrom: 1) } != nil)
      // Who is merged takes what was said along.
      _ = try store.merge(people: [2, 3])
      #expect(try PeopleSnapshot(store).apart == ["1|2"])
      #expect(failure { _ = try store.merge(people: [1, 2]) } != nil)
      for _ in 0..<3 { _ = try store.undoPeopleEdit() }
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  /// What was said of one face is remembered with the face, whosever it becomes.
  @Test func aRejectedFaceStaysRejected() throws {
    try withPeople([0, 0, 0, 1, 1, 2]) { store, _ in
      let before = try PeopleSnapshot(store)
      let (first, new) = try store.tell(face: 3, apartFrom: 1)
      #expect(try PeopleSnapshot(store).rejected == ["3|1"])
      // Its person becomes one with others, and is divided again: no pair of people says it any more.
      _ = try store.merge(people: [2, new])
      _ = try store.split(person: 2, faces: [3])
      let own = try #require(try store.people(ofFaces: [3])[3])
      let told = try store.peopleAssignment().apart
      #expect(!told.contains { [$0.low, $0.high].sorted() == [1, own].sorted() })
      #expect(try PeopleSnapshot(store).rejected == ["3|1", "3|2"])
      #expect(
        failure { _ = try store.merge(people: [1, own]) }
          == .toldApart(path: store.path, first: "person:1", second: "person:\(own)", edit: first))
      // Whoever becomes one with the person is not the face's either.
      _ = try store.merge(people: [3, 1])
      #expect(try PeopleSnapshot(store).rejected == ["3|2", "3|3"])
      try cluster(store, [0, 0, 0, 0, 0, 0])
      #expect(try PeopleSnapshot(store).rejected == ["3|2", "3|3"])
      // The user may change their mind.
      _ = try store.merge(people: [3, own], anyway: true)
      #expect(try PeopleSnapshot(store).rejected == ["3|2"])
      for _ in 0..<5 { _ = try store.undoPeopleEdit() }
      let after = try PeopleSnapshot(store)
      #expect(after.rejected.isEmpty && after.apart == before.apart)
      _ = try store.tell(face: 3, apartFrom: 1)
      _ = try store.remove(face: 3)
      #expect(try PeopleSnapshot(store).rejected.isEmpty)
    }
  }

  @Test func hiddenPeopleAndFaces() throws {
    try withPeople([0, 0, 1, 2, -1]) { store, _ in
      let before = try PeopleSnapshot(store)
      let edit = try #require(try store.hide(people: [1], faces: [4, 5]))
      #expect(edit.kind == .hide && edit.text == "hid person:1, 2 faces" && edit.faces == [4, 5])
      #expect(try store.hiddenFaces() == [1, 2, 4, 5] && store.summary().hiddenFaces == 4)
      // The user said nothing of whose they are.
      #expect(try PeopleSnapshot(store).people == ["#1  hidden 1,2", "#2  3", "#3  4"])
      #expect(
        try store.entries(of: [1, 2, 3, 4, 5]).map(\.isHidden) == [true, true, false, true, true])
      #expect(try store.hide(people: [1], faces: [5]) == nil)
      // No clustering brings them back.
      try cluster(store, [0, 1, 2, 2, 3])
      #expect(try store.hiddenFaces() == [1, 2, 4, 5])
      #expect(try PeopleSnapshot(store).people[0] == "#1  hidden 1,2")
      let shown = try #require(try store.hide(people: [1], faces: [4], false))
      #expect(shown.kind == .show && shown.text == "showed person:1, a face")
      #expect(try store.hiddenFaces() == [5])
      _ = try store.undoPeopleEdit()
      #expect(try store.hiddenFaces() == [1, 2, 4, 5])
      // One who is visible makes visible whom it is merged with.
      let other = try #require(try store.people(ofFaces: [3])[3])
      _ = try store.merge(people: [1, other])
      #expect(try store.hiddenFaces() == [4, 5])
      for _ in 0..<2 { _ = try store.undoPeopleEdit() }
      try cluster(store, [0, 0, 1, 2, -1])
      #expect(try PeopleSnapshot(store).hidden == before.hidden)
      #expect(
        failure { _ = try store.hide(people: [], faces: [99]) }
          == .unknownFace(path: store.path, face: 99))
      _ = try store.hide(people: [], faces: [4])
      _ = try store.remove(face: 4)
      #expect(try store.hiddenFaces().isEmpty && store.peopleHistory().isEmpty)
    }
  }

  /// Hiding is about being seen: it neither confirms a find nor takes a name away, and holds nobody once it is taken back.
  @Test func hidingSaysNothingOfWhoSomebodyIs() throws {
    try withPeople([0, 0, 1], names: ["Ann", nil, nil]) { store, _ in
      try store.add([photo("doubtful", [face(nil, 9, confidence: 0.3)])], model: model)
      var subject = PeopleBook.Subject()
      (subject.people, subject.faces) = ([1], [4])
      try store.changePeople(subject) { book throws(GalleryError) in
        book.members[4] = .init(person: 1, isPinned: false)
      }
      _ = try store.name(person: 2, "Ann")
      _ = try store.hide(people: [1], faces: [])
      #expect(try store.doubtfulFaces() == [4] && store.face(id: 1)?.name == "Ann")
      _ = try store.hide(people: [1], faces: [], false)
      try cluster(store, [0, 1, 1, -1])
      #expect(try store.people(ofFaces: [1, 2, 3]) == [1: 1, 2: 2, 3: 2])
    }
  }

  @Test func undoMayNameTheEdit() throws {
    try withPeople([0, 1]) { store, _ in
      #expect(
        failure { _ = try store.undoPeopleEdit(7) }
          == .notLastEdit(path: store.path, edit: 7, last: nil))
      let first = try #require(try store.name(person: 1, "Ann"))
      let last = try #require(try store.name(person: 2, "Bob"))
      #expect(
        failure { _ = try store.undoPeopleEdit(first.id) }
          == .notLastEdit(path: store.path, edit: first.id, last: last))
      #expect(try store.peopleHistory().map(\.id) == [last.id, first.id])
      #expect(try store.undoPeopleEdit(last.id)?.id == last.id)
      #expect(
        failure { _ = try store.undoPeopleEdit(last.id) }
          == .notLastEdit(path: store.path, edit: last.id, last: first))
      #expect(try store.undoPeopleEdit(first.id)?.id == first.id)
      #expect(try store.undoPeopleEdit() == nil)
    }
  }

  @Test func theHistoryHasPages() throws {
    try withPeople([0, 1, 2]) { store, _ in
      for person: PersonID in [1, 2, 3] { _ = try store.name(person: person, "n\(person)") }
      let all = try store.peopleHistory().map(\.id)
      let first = try store.peopleHistory(before: nil, count: 2)
      #expect(first.edits.map(\.id) == Array(all[..<2]) && first.total == 3)
      let second = try store.peopleHistory(before: all[1], count: 2)
      #expect(second.edits.map(\.id) == [all[2]] && second.total == 3)
      #expect(try store.peopleHistory(before: all[2], count: nil).edits.isEmpty)
    }
  }

  @Test func aCoverIsChosen() throws {
    try withPeople([0, 0, 1]) { store, _ in
      let before = try PeopleSnapshot(store)
      #expect(try store.cover(person: 1, 2)?.text == "chose a cover for person:1")
      #expect(try PeopleSnapshot(store).people == ["#1  cover 2 1,2!", "#2  3"])
      #expect(try store.cover(person: 1, 2) == nil)
      #expect(failure { _ = try store.cover(person: 1, 3) } != nil)
      #expect(failure { _ = try store.cover(person: 1, 9) } != nil)
      #expect(failure { _ = try store.cover(person: 9, 1) } != nil)
      #expect(try store.cover(person: 1, nil)?.kind == .cover)
      #expect(try store.people()[0].cover == nil)
      _ = try store.undoPeopleEdit()
      #expect(try store.people()[0].cover == 2)
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store) == before)
      _ = try store.cover(person: 1, 2)
      _ = try store.remove(face: 2)
      #expect(try store.people()[0].cover == nil)
      _ = try store.undoPeopleEdit()
    }
  }

  @Test func whatIsConfirmedCanBeTakenBack() throws {
    try withPeople([0, 0, 1]) { store, _ in
      try store.add([photo("doubtful", [face(nil, 9, confidence: 0.3)])], model: model)
      let before = try PeopleSnapshot(store)
      #expect(before.doubtful == [4])
      #expect(try store.confirm(face: 4)?.kind == .confirm)
      #expect(try store.doubtfulFaces().isEmpty && store.confirm(face: 4) == nil)
      try cluster(store, [0, 0, 1, 2])
      #expect(try store.people().count == 3)
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store) == before)
      #expect(try store.confirm(face: 1, of: 1)?.text == "confirmed a face of person:1")
      #expect(try PeopleSnapshot(store).people[0] == "#1  1!,2")
      #expect(try store.confirm(face: 1, of: 1) == nil)
      #expect(failure { _ = try store.confirm(face: 3, of: 1) } != nil)
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  @Test func theHistorySaysWho() throws {
    try withPeople([0, 1]) { store, _ in
      _ = try store.name(person: 1, "Ann")
      _ = try PeopleEditor.$current.withValue("front desk") { try store.name(person: 2, "Bo") }
      #expect(try store.peopleHistory().map(\.who) == ["front desk", NSUserName()])
    }
  }

  private func born(_ text: String) -> LifeDateChange {
    PartialDate(text).map { .set($0) } ?? .keep
  }

  @Test func datesAreSetAndTakenBack() throws {
    try withPeople([0, 0, 1]) { store, _ in
      let before = try PeopleSnapshot(store)
      let edit = try #require(
        try store.setDates(of: 1, born: born("1961-08-04"), died: born("2010")))
      #expect(edit.kind == .dates && edit.people == [1] && edit.faces.isEmpty)
      #expect(edit.text == "set the dates of person:1: born 1961-08-04, died 2010")
      #expect(
        try PeopleSnapshot(store).people == ["#1  born 1961-08-04, died 2010 1!,2", "#2  3"])
      #expect(try store.peopleAssignment().dates.keys.sorted() == [1])
      // Whoever has dates stays whoever that is.
      #expect(try store.peopleAssignment().pinned == [1])
      #expect(try store.setDates(of: 1, born: .keep, died: born("2010")) == nil)
      #expect(
        failure { _ = try store.setDates(of: 1, born: .keep, died: born("1961-08-03")) }
          == .unusable(
            path: store.path, detail: "person:1 cannot be born 1961-08-04, died 1961-08-03"))
      #expect(
        failure { _ = try store.setDates(of: 9, born: .remove, died: .keep) }
          == .unknownPerson(path: store.path, person: 9))
      _ = try store.setDates(of: 1, born: .remove, died: .keep)
      #expect(try PeopleSnapshot(store).people[0] == "#1  died 2010 1!,2")
      let removed = try #require(try store.setDates(of: 1, born: .keep, died: .remove))
      #expect(removed.text == "removed the dates of person:1")
      for _ in 0..<2 { _ = try store.undoPeopleEdit() }
      #expect(try PeopleSnapshot(store).people[0] == "#1  born 1961-08-04, died 2010 1!,2")
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  @Test func mergedPeopleKeepTheirDates() throws {
    try withPeople([0, 1, 2]) { store, _ in
      _ = try store.setDates(of: 1, born: born("1961"), died: .keep)
      _ = try store.setDates(of: 2, born: .keep, died: born("2010-05"))
      _ = try store.setDates(of: 3, born: born("1970"), died: .keep)
      let before = try PeopleSnapshot(store)
      #expect(before.people[0] == "#1  born 1961 1!")
      #expect(try store.merge(people: [1, 2]).text == "merged person:2 into person:1")
      #expect(try PeopleSnapshot(store).people[0] == "#1  born 1961, died 2010-05 1!,2!")
      #expect(
        try store.merge(people: [1, 3]).text
          == "merged person:3 into person:1, without born 1970")
      #expect(try PeopleSnapshot(store).people == ["#1  born 1961, died 2010-05 1!,2!,3!"])
      for _ in 0..<2 { _ = try store.undoPeopleEdit() }
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  @Test func datesOfSomebodyWhoWasRemovedAreForgotten() throws {
    try withPeople([0, 1]) { store, _ in
      _ = try store.setDates(of: 1, born: born("1961"), died: .keep)
      _ = try store.setDates(of: 1, born: born("1962"), died: .keep)
      _ = try store.remove(face: 1)
      #expect(try !store.peopleHistory().contains { $0.text.contains("196") })
    }
  }

  /// Galleries of earlier versions have edits of nobody, and nothing hidden.
  @Test func earlierGalleriesAreBroughtUpToDate() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      do {
        let queue = try DatabaseQueue(path: home.appendingPathComponent("gallery.sqlite").path)
        try GallerySchema.migrator.migrate(queue, upTo: "10 missing embeddings")
        try queue.write { db in
          try db.execute(
            sql: """
              INSERT INTO photo (id, digest, path, bytes, modified, width, height, turned, added)
                VALUES (1, 'd', '/p.jpg', 1, 0, 9, 9, 0, 0);
              INSERT INTO face VALUES (1, 1, 0, NULL, 0, 0, 1, 1, 1, x'', 1, 1, 0, 0, 0, 1,
                x'0000803f', NULL);
              INSERT INTO meta VALUES ('model', 'test-model'), ('dimensions', '1');
              INSERT INTO person VALUES (1, 'Ann', 0);
              INSERT INTO person_face VALUES (1, 1, 1);
              INSERT INTO people_edit VALUES (1, 0, 'name', 'named person:1 "Ann"');
              INSERT INTO people_edit_person VALUES (1, 1, NULL, 0);
              INSERT INTO people_edit_face VALUES (1, 1, 1, 0, 1);
              """)
        }
      }
      let store = try GalleryStore(at: home, access: .write)
      #expect(try store.peopleHistory().map(\.who) == [nil])
      #expect(try PeopleSnapshot(store).people == ["#1 Ann 1!"])
      #expect(try store.hiddenFaces().isEmpty)
      let quality = try #require(try store.face(id: 1)).quality
      #expect(quality.brightness == nil && quality.contrast == nil)
      // Nobody looked when the photo was taken: whoever does is believed once.
      #expect(try store.photo(id: 1)?.taken == .unread)
      #expect(try store.pathsOfUnreadTimes() == ["/p.jpg"])
      let time = try #require(CaptureTime("2004-05-06T07:08:09"))
      #expect(try store.note(taken: ["d": .unread, "other": .at(time)]) == 0)
      #expect(try store.note(taken: ["d": .at(time)]) == 1)
      #expect(try store.note(taken: ["d": .undated]) == 0)
      #expect(try store.photo(id: 1)?.taken == .at(time))
      #expect(try store.captureTimes(ofPhotos: [1, 2]) == [1: time])
      #expect(try store.pathsOfUnreadTimes().isEmpty)
      _ = try store.hide(people: [1], faces: [])
      _ = try store.undoPeopleEdit()
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store).people == ["#1  1"])
    }
  }

  @Test func aFaceOfNobodyCanBeTold() throws {
    try withPeople([0, 0, -1]) { store, _ in
      let before = try PeopleSnapshot(store)
      let (_, new) = try store.tell(face: 3, apartFrom: 1)
      #expect(try PeopleSnapshot(store).people == ["#1  1!,2", "#\(new)  3!"])
      _ = try store.undoPeopleEdit()
      #expect(try PeopleSnapshot(store) == before)
    }
  }

  @Test func readersCannotEdit() throws {
    try withPeople([0, 1]) { store, home in
      #expect(try store.name(person: 2, "Bob") != nil)
      let reader = try GalleryStore(at: home, access: .read)
      let error = GalleryError.readOnly(path: home.path)
      #expect(failure { _ = try reader.name(person: 1, "Ann") } == error)
      #expect(failure { _ = try reader.undoPeopleEdit() } == error)
      #expect(try reader.people().count == 2)
    }
  }

  @Test func whoIsRemovedIsInNoFile() throws {
    try withPeople([0, 0, 1, 2]) { store, home in
      _ = try store.name(person: 1, "Annabella-Secretissima")
      _ = try store.name(person: 1, "Second-Secretissima")
      _ = try store.tell(face: 2, apartFrom: 1)
      _ = try store.name(person: 2, "Merged-Secretissima")
      _ = try store.name(person: 3, "Bob")
      _ = try store.merge(people: [3, 2], name: "Bob")
      let needle = Data("Secretissima".utf8)
      func hasNeedle() throws -> Bool {
        try FileManager.default.contentsOfDirectory(at: home, includingPropertiesForKeys: nil)
          .contains { try Data(contentsOf: $0).range(of: needle) != nil }
      }
      #expect(try hasNeedle())
      _ = try store.remove(faces: [1, 3])
      #expect(try !hasNeedle())
      #expect(try store.peopleHistory().allSatisfy { !$0.text.contains("Secret") })
      // What is left can still be undone.
      while try store.undoPeopleEdit() != nil {}
      #expect(try store.people().map { $0.faces.map(\.face) } == [[2], [4]])
      #expect(try store.people().allSatisfy { !$0.isGiven })
    }
  }

  @Test func editsOfFacesThatAreAllGoneAreForgotten() throws {
    try withPeople([0, 0, 1]) { store, _ in
      _ = try store.name(person: 1, "Ann")
      _ = try store.split(person: 1, faces: [2])
      _ = try store.name(person: 2, "Bob")
      _ = try store.remove(faces: [1, 2])
      #expect(try store.peopleHistory().map(\.text) == ["named person:2 \"Bob\""])
    }
  }

  /// Edits, clusterings and undos in any order.
  @Test(arguments: 0..<6 as Range<UInt64>) func anyOrderOfEditsCanBeTakenBack(
    _ seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let count = 14
    let labels = (0..<count).map { _ in Int32.random(in: 0..<5, using: &random) }
    try withPeople(labels) { store, _ in
      var states = [try PeopleSnapshot(store)]
      for step in 0..<60 {
        let people = try store.people()
        let person = try #require(people.randomElement(using: &random))
        let face = FaceID(.random(in: 1...Int64(count), using: &random))
        let edits = try store.peopleHistory().count
        let error = failure {
          switch Int.random(in: 0..<12, using: &random) {
          case 8, 9:
            _ = try store.hide(
              people: [person.id], faces: Bool.random(using: &random) ? [face] : [],
              Bool.random(using: &random))
          case 10:
            _ = try store.cover(
              person: person.id,
              Bool.random(using: &random) ? person.faces.randomElement(using: &random)?.face : nil)
          case 11: _ = try store.confirm(face: person.faces[0].face, of: person.id)
          case 0: _ = try store.name(person: person.id, "n\(Int.random(in: 0..<6, using: &random))")
          case 1, 2:
            let other = try #require(people.randomElement(using: &random))
            _ = try store.merge(
              people: [person.id, other.id], name: Bool.random(using: &random) ? "m\(step)" : nil,
              anyway: Bool.random(using: &random))
          case 3, 4:
            let some = person.faces.map(\.face).filter { _ in Bool.random(using: &random) }
            _ = try store.split(person: person.id, faces: some)
          case 5, 6: _ = try store.tell(face: face, apartFrom: person.id)
          default: _ = try store.undoPeopleEdit()
          }
        }
        let now = try store.peopleHistory().count
        try checkInvariants(store)
        if error != nil { #expect(now == edits) }
        if now > edits { states.append(try PeopleSnapshot(store)) }
        if now < edits { states.removeLast() }
        #expect(try PeopleSnapshot(store) == states.last)
      }
      while try store.undoPeopleEdit() != nil {
        states.removeLast()
        #expect(try PeopleSnapshot(store) == states.last)
      }
      #expect(states.count == 1)
    }
  }

  /// With clusterings and removals in between, where only what the user said is the same again.
  @Test(arguments: 20..<26 as Range<UInt64>) func clusteringsAndRemovalsHonourWhatWasSaid(
    _ seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    try withPeople((0..<20).map { _ in Int32.random(in: 0..<6, using: &random) }) { store, _ in
      for step in 0..<60 {
        guard let person = try store.people().randomElement(using: &random) else { break }
        let before = try store.peopleAssignment()
        let names = try Self.names(store)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: _ = failure { _ = try store.name(person: person.id, "n\(step)") }
        case 1:
          let other = try #require(try store.people().randomElement(using: &random))
          _ = failure { _ = try store.merge(people: [person.id, other.id], name: "m\(step)") }
        case 2:
          _ = failure { _ = try store.split(person: person.id, faces: [person.faces[0].face]) }
        case 3: _ = try store.undoPeopleEdit()
        case 4 where step % 3 == 0: _ = try store.remove(face: person.faces[0].face)
        default:
          let faces = try store.embeddings().faces
          try cluster(store, faces.map { _ in Int32.random(in: 0..<6, using: &random) })
          let after = try store.peopleAssignment()
          for face in before.pinned { #expect(after.persons[face] == before.persons[face]) }
          #expect(after.apart.map(\.low) == before.apart.map(\.low))
          #expect(try Self.names(store) == names)
          #expect(after.persons.count == faces.count)
        }
        try checkInvariants(store)
      }
      while try store.undoPeopleEdit() != nil { try checkInvariants(store) }
      #expect(try PeopleSnapshot(store).apart.isEmpty)
      #expect(try store.people().allSatisfy { !$0.isGiven && $0.faces.allSatisfy { !$0.isPinned } })
    }
  }

  private static func names(_ store: GalleryStore) throws -> [PersonID: String] {
    Dictionary(
      uniqueKeysWithValues: try store.people().filter(\.isGiven).map { ($0.id, $0.name ?? "") })
  }

  private func checkInvariants(_ store: GalleryStore) throws {
    let people = try store.people()
    let faces = people.flatMap { $0.faces.map(\.face) }
    #expect(Set(faces).count == faces.count)
    let names = people.filter(\.isGiven).compactMap(\.name)
    #expect(Set(names).count == names.count)
    let ids = Set(people.map(\.id))
    #expect(
      try store.peopleAssignment().apart.allSatisfy {
        ids.contains($0.low) && ids.contains($0.high)
      })
    #expect(
      try store.peopleAssignment().rejected.allSatisfy { rejection in
        ids.contains(rejection.person)
          && !people.contains { person in
            person.id == rejection.person && person.faces.contains { $0.face == rejection.face }
          }
      })
    let (rows, dangling) = try store.read { db in
      (
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM person"),
        try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil
      )
    }
    #expect(rows == people.count && !dangling)
  }
}
