import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import GallerySQLite
@testable import LikenessKit

/// What only the user can say: hidden people and faces, covers, and questions.
@Suite(.serialized) struct ReviewTests {
  private static let photos = (0..<40).map { [$0 % 8] }

  // MARK: Hidden

  private func expectHiding(_ likeness: Likeness) throws {
    let people = try likeness.people.list().people
    let poster = people[0]
    let single = people[1].faces[0].face
    let faces = try likeness.gallery.reader().embeddings().certain.faces.count
    // Those with a link to another face of their person.
    let linked = try poster.faces.map(\.face).filter { face in
      try likeness.links.same([.face(face)])[0].found.count > 1
    }
    let probe = try likeness.faces.embedding(of: poster.faces[0].face)
    var question = Question(count: 100, grouping: .photo)
    #expect(try likeness.search(probe, question).count == faces)
    _ = try likeness.people.hide([poster.id], faces: [single])
    let list = try likeness.people.list()
    #expect(list.hidden == 1 && list.people.count == people.count - 1)
    #expect(!list.people.flatMap(\.faces).contains { $0.face == single })
    let whole = try likeness.people.list(includingHidden: true)
    #expect(whole.hidden == 0 && whole.people.count == people.count)
    #expect(whole.people.flatMap(\.faces).count { $0.hidden } == poster.faces.count + 1)
    let gone = Set(poster.faces.map(\.face) + [single])
    #expect(try likeness.people.hiddenFaces() == gone)
    #expect(try likeness.gallery.summary().hiddenFaces == gone.count)
    #expect(!whole.people.flatMap(\.faces).contains { $0.pinned })
    let listed = try likeness.faces.list()
    #expect(Set(listed.filter(\.hidden).map(\.face)) == gone)
    let entries = try likeness.faces.entries(listed.map(\.face))
    #expect(Set(entries.filter(\.isHidden).map(\.face.id)) == gone)
    let found = try likeness.search(probe, question).map(\.face)
    #expect(found.count == faces - gone.count && gone.isDisjoint(with: found))
    question.filter.includesHidden = true
    #expect(try likeness.search(probe, question).count == faces)
    #expect(try likeness.people.suggestions(of: poster.id).isEmpty)
    let start = try #require(people[1].faces.last).face
    let walked = try likeness.links.same([.face(start)])[0]
    #expect(!walked.found.contains { $0.face == single } && walked.hidden == 1)
    let further = try likeness.links.same([.face(start)], includingHidden: true)[0]
    #expect(further.found.contains { $0.face == single } && further.hidden == 0)
    // Whoever is asked for is shown, and leads to nobody else who is hidden.
    #expect(try likeness.links.same([.face(single)])[0].found.first?.face == single)
    for face in linked {
      let own = try likeness.links.same([.face(face)])[0]
      #expect(own.found.map(\.face) == [face] && own.hidden > 0)
      #expect(try likeness.links.same([.face(face)], includingHidden: true)[0].found.count > 1)
    }
    // They stay hidden, whatever a clustering says.
    _ = try likeness.people.list(again: true)
    #expect(try likeness.people.hiddenFaces() == gone)
    // Somebody else's edit is not undone in the place of one's own.
    let edit = try #require(try likeness.people.history(count: 1).items.first)
    let chosen = try #require(try likeness.people.chooseCover(start, of: people[1].id))
    let page = try likeness.people.history(count: 1)
    #expect(page.items == [chosen] && page.next == chosen.id && page.total == 2)
    let earlier = try likeness.people.history(before: page.next, count: 1)
    #expect(earlier.items == [edit] && earlier.next == nil && earlier.total == 2)
    #expect(throws: GalleryError.self) { try likeness.people.undo(edit.id) }
    #expect(try likeness.people.undo(chosen.id)?.kind == .cover)
    #expect(try likeness.people.undo(edit.id)?.kind == .hide)
    #expect(try likeness.people.hiddenFaces().isEmpty)
    #expect(try likeness.search(probe, question).count == faces)
  }

  @Test func whatIsHiddenIsInNoAnswer() throws {
    try withMadeGallery(Self.photos) { try expectHiding($0) }
  }

  @Test func formerNamesAreNotKnown() throws {
    try withMadeGallery(Self.photos) { try expectFormerNames($0) }
  }

  @Test func whatIsHiddenOnAServerIsInNoAnswer() async throws {
    try await MilvusServer.with { server in
      let place = GalleryPlace.milvus(
        try MilvusAddress(server.address("hidden"), environment: [:]))
      try withMadeGallery(Self.photos, doubtful: [3: [1]]) { folder in
        _ = try folder.people.list()
        let there = Likeness(place: place)
        _ = try folder.gallery.copy(to: there.gallery)
        try expectHiding(there)
        try expectCovers(there)
        let doubtful = try #require(try there.gallery.reader().doubtfulFaces().first)
        #expect(try there.people.confirm(doubtful) != nil)
        #expect(try there.gallery.reader().doubtfulFaces().isEmpty)
        #expect(try there.people.undo()?.who == NSUserName())
        #expect(try there.gallery.reader().doubtfulFaces() == [doubtful])
        try expectFormerNames(there)
      }
    }
  }

  /// A name that no face goes by any more is not known.
  private func expectFormerNames(_ likeness: Likeness) throws {
    let person = try likeness.people.list().people[0]
    try likeness.names.assign("Ann", to: person.faces[0].face)
    #expect(try likeness.gallery.reader().resolve("ann") == .found("Ann"))
    _ = try likeness.people.name(person.id, as: "Joe")
    for text in ["Ann", "ann"] {
      #expect(try likeness.gallery.reader().resolve(text) == .unknown(nearSpellings: []))
    }
    #expect(try likeness.gallery.reader().resolve("joe") == .found("Joe"))
    #expect(try likeness.people.undo() != nil)
    #expect(try likeness.gallery.reader().resolve("ann") == .found("Ann"))
  }

  // MARK: Covers

  private func expectCovers(_ likeness: Likeness) throws {
    let person = try likeness.people.list().people[0]
    #expect(!person.coverChosen)
    let other = try #require(person.faces.first { $0.face != person.cover }).face
    _ = try likeness.people.chooseCover(other, of: person.id)
    func now() throws -> Person? {
      try likeness.people.list(again: true).people.first { $0.id == person.id }
    }
    #expect(try now()?.cover == other && now()?.coverChosen == true)
    #expect(try likeness.people.undo()?.kind == .cover)
    #expect(try likeness.people.list().people.contains { $0.cover == person.cover })
  }

  @Test func aCoverIsChosenByQualityOrByTheUser() throws {
    try withMadeGallery(Self.photos) { try expectCovers($0) }
    func quality(_ yaw: Double, _ sharpness: Double, _ size: Double = 200) -> FaceQuality {
      FaceQuality(size: size, sharpness: sharpness, yaw: yaw, pitch: 0, roll: 0, inside: 1)
    }
    let frontal = quality(2, 10).asCover
    #expect(frontal > quality(30, 10).asCover)
    #expect(frontal > quality(2, 6).asCover)
    #expect(frontal > quality(2, 10, 64).asCover)
  }

  /// A face in the dark may be sharper and larger than one in the light.
  @Test func aCoverIsWellLit() throws {
    func cover(brightness: Double?, contrast: Double?) throws -> FaceID {
      try TestFiles.withTemporaryFolder { folder in
        let home = folder.appendingPathComponent("gallery")
        var faces = MadeFaces(seed: 5)
        var photos = [faces.photo(of: [0]), faces.photo(of: [0])]
        photos[0].faces[0].quality = FaceQuality(
          size: 200, sharpness: 12, yaw: 20, pitch: 0, roll: 0, inside: 1, brightness: brightness,
          contrast: contrast)
        photos[1].faces[0].quality = FaceQuality(
          size: 100, sharpness: 9, yaw: 15, pitch: 0, roll: 0, inside: 1, brightness: 130,
          contrast: 40)
        do {
          let store = try GalleryStore(at: home, access: .write, create: true)
          try store.add(photos, model: "test")
          try store.setPeople(labels: [0, 0])
        }
        return try #require(try Likeness(gallery: home).people.list().people.first).cover
      }
    }
    #expect(try cover(brightness: 25, contrast: 12) == 2)
    #expect(try cover(brightness: 240, contrast: 40) == 2)
    #expect(try cover(brightness: 120, contrast: 10) == 2)
    #expect(try cover(brightness: 120, contrast: 40) == 1)
    // Nothing is held against a face that was added before this was measured.
    #expect(try cover(brightness: nil, contrast: nil) == 1)
  }

  // MARK: Questions

  /// Each of four people taken for two, and two doubtful finds.
  private func withDoubts(_ work: (Likeness) throws -> Void) throws {
    try withMadeGallery((0..<48).map { [$0 % 4] }, doubtful: [5: [1], 6: [2]]) { likeness in
      do {
        let store = try #require(try likeness.gallery.writer() as? GalleryStore)
        let faces = try store.embeddings().certain.faces
        let revision = try store.revision()
        // The first person's halves are of eleven faces and of one.
        try store.setPeople(
          faces: faces,
          labels: faces.indices.map { $0 == 0 ? 8 : $0 % 4 == 0 ? 0 : Int32($0 % 8) },
          state: PeopleState(
            algorithm: "likeness", revision: revision, mark: try store.mark(of: revision),
            clustered: faces.count, joined: 0))
      }
      try work(likeness)
    }
  }

  @Test func theMostUsefulQuestionComesFirst() throws {
    try withDoubts { likeness in
      let session = likeness.people.review()
      let (questions, total) = try session.questions(count: 100)
      #expect(questions.count == total)
      #expect(questions.count { $0.kind == .same } == 4)
      #expect(questions.count { $0.kind == .face } == 2)
      #expect(questions.map(\.gain) == questions.map(\.gain).sorted(by: >))
      for question in questions {
        let p = Double(min(1 - 1e-6, max(1e-6, question.probability)))
        let entropy = -(p * log2(p) + (1 - p) * log2(1 - p))
        #expect(abs(question.gain - Double(question.settles) * entropy) < 1e-9)
        #expect(ReviewSubject(rawValue: question.id.rawValue) == question.id)
      }
      #expect(try session.questions(count: 2).questions == Array(questions.prefix(2)))
      let data = try JSONEncoder().encode(questions)
      #expect(try JSONDecoder().decode([ReviewQuestion].self, from: data) == questions)
    }
  }

  @Test func answersAreEditsAndAreNotAskedForAgain() throws {
    try withDoubts { likeness in
      let session = likeness.people.review()
      func next(_ kind: ReviewQuestion.Kind) throws -> ReviewQuestion? {
        try session.questions(count: 100).questions.first { $0.kind == kind }
      }
      let same = try #require(try next(.same))
      #expect(try session.answer(same.id, true)?.kind == .merge)
      #expect(try likeness.people.list().people.count == 7)
      let other = try #require(try next(.same))
      #expect(other.id != same.id)
      #expect(try session.answer(other.id, false)?.kind == .apart)
      let face = try #require(try next(.face))
      #expect(try session.answer(face.id, true)?.kind == .confirm)
      #expect(try likeness.gallery.reader().doubtfulFaces().count == 1)
      let none = try #require(try next(.face))
      #expect(try session.answer(none.id, false)?.kind == .hide)
      let passed = try #require(try next(.same))
      session.pass(passed.id)
      let left = try session.questions(count: 100).questions
      #expect(left.count { $0.kind == .same } == 1 && !left.contains { $0.kind == .face })
      #expect(!left.contains { [same.id, other.id, passed.id].contains($0.id) })
      // What was passed over is asked in the next session; what was answered is known.
      let anew = try likeness.people.review().questions(count: 100).questions
      #expect(anew.count { $0.kind == .same } == 2 && anew.contains { $0.id == passed.id })
      // All of it can be taken back, and nothing is asked twice even so.
      for kind in [PeopleEdit.Kind.hide, .confirm, .apart, .merge] {
        #expect(try likeness.people.undo()?.kind == kind)
      }
      #expect(try likeness.gallery.reader().doubtfulFaces().count == 2)
      #expect(try likeness.people.hiddenFaces().isEmpty)
      #expect(try session.questions(count: 100).total == 1)
      #expect(try likeness.people.review().questions(count: 100).total == 6)
      #expect(throws: LikenessError.unknownFace(4711)) { try session.answer(.face(4711), true) }
      for text in ["", "same", "same/1/2", "same/1/2/x", "face/0", "face/-1", "other/1"] {
        #expect(ReviewSubject(rawValue: text) == nil)
      }
    }
  }

  /// Somebody who may be in a photo twice: the question shows the faces there, and says which photo it is.
  @Test func aQuestionOfOnePhotoNamesIt() throws {
    try withMadeGallery([[0, 0]] + (1..<24).map { [$0 % 4] }) { likeness in
      do {
        let store = try #require(try likeness.gallery.writer() as? GalleryStore)
        // The second face of the photo is taken for somebody else.
        let revision = try store.revision()
        try store.setPeople(
          faces: (1...25).map { FaceID($0) }, labels: [0, 9] + (1..<24).map { Int32($0 % 4) },
          state: PeopleState(
            algorithm: "likeness", revision: revision, mark: try store.mark(of: revision),
            clustered: 25, joined: 0))
      }
      let questions = try likeness.people.review().questions(count: 100).questions
      let question = try #require(questions.first { $0.kind == .twice })
      let photo = try #require(try likeness.photos.ofFaces([1])[1])
      #expect(Set(question.faces) == [1, 2])
      #expect(question.photo == photo.id && question.title == photo.name)
      #expect(questions.allSatisfy { $0.kind == .twice || $0.photo == nil && $0.title == nil })
      let data = try JSONEncoder().encode(question)
      #expect(try JSONDecoder().decode(ReviewQuestion.self, from: data) == question)
    }
  }

  /// A face that joined somebody with a name, and is not much like the confirmed ones.
  @Test func doubtfulMembersAreAskedAbout() throws {
    try withMadeGallery(Self.photos) { likeness in
      let person: PersonID
      do {
        let store = try #require(try likeness.gallery.writer() as? GalleryStore)
        let revision = try store.revision()
        // The second face is of another.
        try store.setPeople(
          faces: (1...40).map { FaceID($0) }, labels: (0..<40).map { $0 == 1 ? 0 : Int32($0 % 8) },
          state: PeopleState(
            algorithm: "likeness", revision: revision, mark: try store.mark(of: revision),
            clustered: 40, joined: 0))
        person = try #require(try store.people(ofFaces: [1])[1])
        _ = try store.name(person: person, "Ann")
        // It came after the others were confirmed.
        var subject = PeopleBook.Subject()
        subject.people = [person]
        try store.changePeople(subject) { book throws(GalleryError) in
          book.members[2] = .init(person: person, isPinned: false)
        }
      }
      let session = likeness.people.review()
      let questions = try session.questions(count: 100).questions.filter { $0.kind == .person }
      #expect(questions.map(\.id) == [.person(person, face: 2)] && questions[0].names == ["Ann"])
      #expect(try session.answer(questions[0].id, false)?.kind == .apart)
      #expect(try !likeness.gallery.reader().faces(ofPeople: [person]).contains(2))
      _ = try likeness.people.undo()
      #expect(
        try session.answer(questions[0].id, true)?.text
          == "confirmed a face of \"Ann\" (\(person.reference))")
      #expect(
        try likeness.people.review().questions(count: 100).questions.allSatisfy {
          $0.kind != .person
        })
    }
  }

  /// Somebody in a mirror, or twice in a collage.
  @Test func twiceInOnePhotoIsAQuestion() throws {
    try withMadeGallery([[0, 0]] + (0..<24).map { [1 + $0 % 6] }) { likeness in
      #expect(try likeness.people.list().people.count == 8)
      #expect(try likeness.people.suggestions().isEmpty)
      let session = likeness.people.review()
      let question = try #require(
        try session.questions(count: 100).questions.first { $0.kind == .twice })
      #expect(Set(question.faces) == [1, 2])
      #expect(try session.answer(question.id, true)?.kind == .merge)
      #expect(try likeness.people.list(again: true).people.count == 7)
    }
  }
}
