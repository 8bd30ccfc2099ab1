import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

/// New embeddings of another model, kept aside until they are whole.
@Suite struct GalleryUpgradeTests {
  private static let new = EmbeddingModel(name: "new-model", file: "f")

  /// Three photos: Ann and a doubtful face; Ann; Bo.
  private func withFaces(_ work: (GalleryStore, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add(
          [
            photo("a", [face("Ann", 1), face(nil, 2, confidence: 0.2)]),
            photo("b", [face("Ann", 3)]), photo("c", [face("Bo", 4)]),
          ], model: model)
      }
      try work(try GalleryStore(at: home, access: .read), home)
    }
  }

  private func embedded(_ face: FaceID, _ digest: String, _ ordinal: Int = 0) -> UpgradedFace {
    UpgradedFace(
      face: face, digest: digest, ordinal: ordinal,
      embedding: Embedding((0..<4).map { Float(100 * face.rawValue) + Float($0) }),
      attributes: ["mood": Embedding([Float(face.rawValue)])])
  }

  private var all: [UpgradedFace] {
    [embedded(1, "a"), embedded(2, "a", 1), embedded(3, "b"), embedded(4, "c")]
  }

  @Test func `all of it takes the place of the old in one step`() throws {
    try withFaces { store, home in
      do {
        let writer = try GalleryStore(at: home, access: .write)
        let state = LinkState(
          revision: try writer.revision(), mark: try writer.mark(of: writer.revision()),
          neighbors: 3, limit: 1, parameters: "{}")
        try writer.replaceLinks([FaceLink(1, 3, distance: 0.1)], state: state)
        try writer.keepMap(
          settings: "s", details: "[]", axes: [],
          points: [1: MapPoint(position: [0, 0], isPlaced: false)])
        try writer.setPeople(
          faces: [1, 3, 4], labels: [0, 0, 1],
          state: PeopleState(
            algorithm: "a", revision: try writer.revision(), mark: "", clustered: 3, joined: 0))
      }
      let (revision, before) = (try store.revision(), try store.entries(of: [1, 2, 3, 4]))
      let mark = try store.mark(of: revision)
      do {
        let upgrade = try store.upgrade(to: Self.new, settings: "s")
        #expect(try upgrade.progress() == .init(model: Self.new, done: 0, faces: 4))
        let waiting = try upgrade.photos(after: 0, limit: 2)
        #expect(waiting.map(\.photo.digest) == ["a", "b"])
        #expect(waiting[0].faces.map(\.id) == [1, 2])
        #expect(try upgrade.photos(after: 2, limit: 2).map(\.photo.digest) == ["c"])
        try upgrade.keep(Array(all.prefix(3)))
        #expect(try upgrade.photos(after: 0, limit: 9).map(\.photo.digest) == ["c"])
        #expect(try upgrade.finish(missing: [:]) == false)
        #expect(try store.model() == model && store.revision() == revision)
      }
      #expect(try store.unfinishedUpgrade() == .init(model: Self.new, done: 3, faces: 4))
      // Another program goes on.
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      #expect(try upgrade.progress().done == 3)
      try upgrade.keep([all[3]])
      // Nobody has seen any of it.
      #expect(try store.embedding(face: 1)?.count == 8 && store.links().count == 1)
      #expect(try upgrade.finish(missing: [:]))
      #expect(try store.embeddingModel() == Self.new && store.revision() == revision + 1)
      #expect(try store.state().dimensions == 4 && store.unembeddedFaces().isEmpty)
      let table = try store.faceTable()
      #expect(table.faces.map(\.id) == [1, 2, 3, 4] && table.unembedded.isEmpty)
      #expect((0..<4).map { table.embeddings[$0].values[0] } == [100, 200, 300, 400])
      #expect(try store.attributeVectors(face: 3) == ["mood": Embedding([3])])
      let after = try store.entries(of: [1, 2, 3, 4])
      #expect(after.map(\.name) == before.map(\.name) && after.map(\.person) == [1, nil, 1, 2])
      #expect(after.map(\.face.geometry) == before.map(\.face.geometry))
      #expect(after.allSatisfy { $0.hasThumbnail && $0.isEmbedded })
      // What was made of the old ones is known to be so.
      #expect(try store.links().isEmpty && !store.hasMap(settings: "s"))
      #expect(try store.mark(of: revision) != mark && store.mark(of: 0) != "")
      #expect(try store.changedFaces(since: revision) == [1, 2, 3, 4])
      #expect(try store.peopleState()?.joined == 4)
      #expect(try store.unfinishedUpgrade() == nil)
      #expect(
        !FileManager.default.fileExists(
          atPath: home.appendingPathComponent("upgrade.sqlite").path))
      // Photos of the new model may come, others not.
      let writer = try GalleryStore(at: home, access: .write)
      #expect(throws: GalleryError.self) {
        try writer.add([photo("d", [face(nil, 5)])], model: model)
      }
      try writer.add([photo("d", [face(nil, 5, count: 4)])], model: "new-model")
    }
  }

  @Test func `a face that has none is kept without one`() throws {
    try withFaces { store, home in
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      try upgrade.keep([all[0], all[1]])
      #expect(try upgrade.finish(missing: [3: "gone"]) == false)
      #expect(try upgrade.finish(missing: [3: "gone", 4: "changed", 1: "never mind"]))
      #expect(try store.unembeddedFaces() == [3: "gone", 4: "changed"])
      #expect(try store.summary().unembeddedFaces == 2 && store.summary().faces == 4)
      #expect(try store.faceCount() == 4 && store.certainFaceCount() == 1)
      #expect(try store.faceTable().faces.map(\.id) == [1, 2])
      #expect(try store.faceTable().unembedded.map(\.id) == [3, 4])
      #expect(try store.embeddings().faces == [1, 2])
      #expect(try store.faces(ids: [4, 1]).map(\.0.id) == [1])
      #expect(try store.embedding(face: 3) == nil && store.face(id: 3)?.name == "Ann")
      #expect(try store.faces(named: "Ann").map(\.id) == [1, 3])
      #expect(try store.entries(of: [1, 3]).map(\.isEmbedded) == [true, false])
      #expect(try store.answers(of: [1, 3]).map(\.entry.face.id) == [1])
      #expect(try store.outlines().map(\.isEmbedded) == [true, true, false, false])
      #expect(try store.sample(most: 9)?.count == 1)
      #expect(try store.embeddings(ofNames: ["Ann", "Bo"], most: 9)["Ann"]?.count == 1)
      let content = try store.contents(ofPhotos: [2])[0].photo.faces[0]
      #expect(content.embedding.count == 0 && content.missing?.reason == "gone")
      #expect(content.missing?.formerModel == EmbeddingModel(name: model))
      #expect(content.missing?.former == face(nil, 3).embedding)
      // Another gallery takes it over as it is.
      let copy = try GalleryStore(
        at: home.appendingPathComponent("copy"), access: .write, create: true)
      try copy.add(try store.contents(ofPhotos: [1, 2]).map(\.photo), model: "new-model")
      #expect(try copy.unembeddedFaces() == [3: "gone"])

      // It has one as soon as somebody brings it, and the index hears of it.
      let revision = try store.revision()
      do {
        let later = try store.upgrade(to: Self.new, settings: "s")
        #expect(try later.progress() == .init(model: Self.new, done: 0, faces: 2))
        #expect(try later.photos(after: 0, limit: 9).flatMap(\.faces).map(\.id) == [3, 4])
        try later.keep([embedded(3, "b")])
        #expect(try later.finish(missing: [4: "still changed"]))
        #expect(try store.unembeddedFaces() == [4: "still changed"])
        #expect(try store.embedding(face: 3)?.values.first == 300)
        #expect(try store.changedFaces(since: revision) == [3])
        #expect(try store.mark(of: revision) != store.mark(of: revision + 1))
      }
      // Back to the old model the face has its old embedding.
      let back = try store.upgrade(to: EmbeddingModel(name: model), settings: "s")
      #expect(try back.progress().done == 1)
      #expect(try back.photos(after: 0, limit: 9).flatMap(\.faces).map(\.id) == [1, 2, 3])
      let values = Embedding([Float](repeating: 7, count: 8))
      for (id, digest, ordinal) in [(FaceID(1), "a", 0), (2, "a", 1), (3, "b", 0)] {
        try back.keep([UpgradedFace(face: id, digest: digest, ordinal: ordinal, embedding: values)])
      }
      #expect(try back.finish(missing: [:]))
      #expect(try store.embedding(face: 4) == face(nil, 4).embedding)
      #expect(try store.unembeddedFaces().isEmpty && store.embeddingModel()?.file == nil)
    }
  }

  @Test func `what does not fit is refused or thrown away`() throws {
    try withFaces { store, home in
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      // One program at a time.
      #expect {
        _ = try store.upgrade(to: Self.new, settings: "s")
      } throws: { error in
        if case GalleryError.inUse = error { true } else { false }
      }
      for bad in [[], [1, 2, .nan, 4]] as [[Float]] {
        #expect(throws: GalleryError.self) {
          try upgrade.keep(
            [UpgradedFace(face: 1, digest: "a", ordinal: 0, embedding: Embedding(bad))])
        }
      }
      try upgrade.keep([all[0]])
      #expect(throws: GalleryError.self) {
        try upgrade.keep(
          [UpgradedFace(face: 3, digest: "b", ordinal: 0, embedding: Embedding([1]))])
      }
      // Not of this gallery.
      try upgrade.keep([embedded(3, "a"), embedded(9, "c"), embedded(4, "c", 1)])
      #expect(try upgrade.progress().done == 1)
      try upgrade.keep([all[2]])
      // A model without a single embedding is none for a gallery.
      try withExtendedLifetime(upgrade) {
        #expect(try store.model() == model)
        // Who is removed is removed here too, and whoever comes is waited for.
        let writer = try GalleryStore(at: home, access: .write)
        #expect(throws: GalleryError.self) { try upgrade.finish(missing: [:]) }
        _ = try writer.remove(faces: [3])
        try writer.add([photo("d", [face(nil, 6)])], model: model)
      }
      let file = try #require(
        try UpgradeFile(
          opening: GalleryFiles(folder: home), readonly: true))
      #expect(try file.faces() == [1])
      try upgrade.keep([all[1], all[3]])
      #expect(try upgrade.finish(missing: [:]) == false)
      #expect(try upgrade.photos(after: 0, limit: 9).map(\.photo.digest) == ["d"])
      try upgrade.keep([embedded(5, "d")])
      #expect(try upgrade.finish(missing: [:]))
      #expect(try store.faceTable().faces.map(\.id) == [1, 2, 4, 5])
    }
  }

  @Test(arguments: [true, false]) func `other models and settings begin anew`(
    _ isOtherModel: Bool
  ) throws {
    try withFaces { store, home in
      do { try store.upgrade(to: Self.new, settings: "s").keep(all) }
      #expect(try store.unfinishedUpgrade()?.done == 4)
      let other =
        isOtherModel
        ? try store.upgrade(to: EmbeddingModel(name: "new-model", file: "g"), settings: "s")
        : try store.upgrade(to: Self.new, settings: "t")
      #expect(try other.progress().done == 0)
      #expect(throws: GalleryError.self) {
        try other.finish(missing: [1: "", 2: "", 3: "", 4: ""])
      }
      #expect(try store.model() == model && store.unembeddedFaces().isEmpty)
      try other.discard()
      #expect(try store.unfinishedUpgrade() == nil)
    }
  }

  /// What a program leaves that is killed right behind its last step is no upgrade, and is not taken for one.
  @Test func `a file that is left behind does no harm`() throws {
    try withFaces { store, home in
      let file = home.appendingPathComponent("upgrade.sqlite")
      let left = home.appendingPathComponent("left")
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      try upgrade.keep([all[0], all[1], all[2]])
      try FileManager.default.copyItem(at: file, to: left)
      #expect(try upgrade.finish(missing: [4: "gone"]))
      try FileManager.default.moveItem(at: left, to: file)
      #expect(try store.unfinishedUpgrade() == nil)
      // Nor is a file of something else.
      try Data("nothing of the kind, but for long enough".utf8).write(to: file)
      #expect(try store.unfinishedUpgrade() == nil)
    }
    try withFaces { store, home in
      let file = home.appendingPathComponent("upgrade.sqlite")
      try Data("nothing of the kind".utf8).write(to: file)
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      try upgrade.keep(all)
      #expect(try upgrade.finish(missing: [:]) && store.model() == "new-model")
    }
  }

  /// A person whom the user named by a face that has no embedding now is still the person of the others.
  @Test func `people hold on to a face that can be clustered`() throws {
    try withFaces { store, home in
      do {
        let writer = try GalleryStore(at: home, access: .write)
        try writer.setPeople(
          faces: [1, 3, 4], labels: [0, 0, 1],
          state: PeopleState(algorithm: "a", revision: 1, mark: "", clustered: 3, joined: 0))
        _ = try writer.tell(face: 4, apartFrom: 1)
        try writer.write { db in
          try db.execute(sql: "UPDATE person_face SET pinned = (face = 3) WHERE person = 1")
        }
      }
      #expect(try store.peopleAssignment().pinned.contains(3))
      let upgrade = try store.upgrade(to: Self.new, settings: "s")
      try upgrade.keep([all[0], all[1], all[3]])
      #expect(try upgrade.finish(missing: [3: "gone"]))
      let people = try store.peopleAssignment()
      #expect(people.pinned.isSuperset(of: [1, 3]) && people.persons[3] == people.persons[1])
      let persons = PeoplePlan.persons(of: [1, 4], labels: [0, 1], current: people)
      #expect(persons == [people.persons[1], people.persons[4]])
    }
  }
}
