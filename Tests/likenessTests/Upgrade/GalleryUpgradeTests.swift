import Faces
import Foundation
import References
import Synchronization
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus
@testable import GallerySQLite
@testable import LikenessKit
@testable import LikenessReports

/// A gallery that is given another model is as one that had it from the start, and keeps all that was said of its faces.
@Suite(.serialized) struct GalleryUpgradeTests {
  private struct Trial: Sendable {
    let folder: URL
    let models: ModelStore
    let photos: [URL]
    /// Of the default model, in a folder.
    let likeness: Likeness
    /// Of the new model from the start.
    let fresh: Likeness
  }

  private static func withTrial(
    photos count: Int, _ work: (Trial) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let models = try UpgradeSamples.models(in: folder)
      let photos = try UpgradeSamples.photos(count, in: folder.appendingPathComponent("photos"))
      let place = folder.appendingPathComponent("gallery")
      let likeness = UpgradeSamples.likeness(.folder(place), models)
      try likeness.add([folder.appendingPathComponent("photos")])
      let fresh = UpgradeSamples.likeness(
        .folder(folder.appendingPathComponent("fresh")), models, model: UpgradeSamples.model)
      try fresh.add([folder.appendingPathComponent("photos")])
      try work(
        Trial(folder: folder, models: models, photos: photos, likeness: likeness, fresh: fresh))
    }
  }

  /// Merges, splits, people told apart, names, labels, a doubtful face and a name without faces.
  private static func say(_ trial: Trial) throws {
    let likeness = trial.likeness
    do {
      let store = try #require(try likeness.gallery.writer() as? GalleryStore)
      let faces = try store.faces(after: 0, limit: .max)
      try store.setLabels(
        Dictionary(uniqueKeysWithValues: faces.map { ($0, ["third": "\($0.rawValue % 3)"]) }))
      try store.addName("Nobody yet")
      try store.setName("Somebody", face: faces[4])
      try store.setName(nil, face: faces[5])
    }
    let people = try likeness.people.list().people
    try #require(people.count >= 2 && people[0].faces.count > 4)
    _ = try likeness.people.name(people[0].id, as: "The President")
    let split = try likeness.people.split(
      people[0].id, faces: people[0].faces.suffix(2).map(\.face))
    _ = try likeness.people.merge([people[1].id, split.person])
    let face = try #require(
      try likeness.people.list().people.first { $0.id == people[0].id }?.faces.first)
    _ = try likeness.people.tell(face.face, apartFrom: people[0].id)
    let store = try #require(try likeness.gallery.writer() as? GalleryStore)
    try store.write { db in
      try db.execute(
        sql: """
          UPDATE face SET confidence = 0.3 WHERE id = (
            SELECT face FROM person_face ORDER BY pinned, face DESC LIMIT 1)
          """)
    }
  }

  private struct Answer: Equatable {
    var face: String
    var distance: Float
  }

  /// The nearest of each face.
  private static func answers(_ likeness: Likeness) throws -> [String: [Answer]] {
    let keys = try FaceKeys(likeness.gallery.reader())
    let doubtful = try likeness.gallery.reader().doubtfulFaces()
    var question = Question(count: 8, metric: .cosine, grouping: .photo)
    question.filter.includesDoubtful = true
    var answers: [String: [Answer]] = [:]
    for (key, id) in keys.idOf where !doubtful.contains(id) {
      answers[key] = try likeness.nearest(to: id, question).map {
        Answer(face: keys.keyOf[$0.face] ?? "?", distance: $0.distance)
      }
    }
    return answers
  }

  private static func expectAsFresh(_ likeness: Likeness, _ fresh: Likeness) throws {
    let (own, new) = (
      try embeddings(likeness.gallery.reader()), try embeddings(fresh.gallery.reader())
    )
    #expect(own.count == new.count && own == new)
    #expect(try likeness.gallery.reader().model() == UpgradeSamples.model)
    let (answers, expected) = (try Self.answers(likeness), try Self.answers(fresh))
    for (key, answer) in answers {
      let wanted = try #require(expected[key])
      #expect(answer.map(\.distance) == wanted.map(\.distance), "\(key)")
      #expect(Set(answer.map(\.face)) == Set(wanted.map(\.face)), "\(key)")
    }
  }

  private static func expect(
    _ likeness: Likeness, keeps known: KnownFaces, asIn trial: Trial
  ) throws {
    #expect(try KnownFaces(likeness.gallery.reader()) == known)
    try expectAsFresh(likeness, trial.fresh)
    // Put together anew, people are still who the user said they are.
    let people = try likeness.people.list()
    let store = try likeness.gallery.reader()
    let after = try KnownFaces(store)
    for (key, face) in known.faces where known.pinned.contains(face.id) {
      #expect(after.faces[key]?.person == face.person, "\(key)")
    }
    #expect(after.apart == known.apart && after.history == known.history)
    #expect(people.people.contains { $0.name == "The President" && $0.given })
    #expect(after.names == known.names && after.labels == known.labels)
    // Nothing is left of the way.
    #expect(try likeness.upgrade.unfinished() == nil)
    let again = try likeness.upgrade.run(to: UpgradeSamples.model)
    #expect(again.outcome == .nothingToDo && again.embedded == 0 && again.missing.isEmpty)
  }

  @Test func `a gallery in a folder keeps everything but its embeddings`() throws {
    try Self.withTrial(photos: 24) { trial in
      try Self.say(trial)
      let likeness = trial.likeness
      // What is made of the old embeddings, here and in a program that goes on answering.
      let served = UpgradeSamples.likeness(likeness.gallery.place, trial.models, keepsOpen: true)
      let photo = try served.search(trial.photos[0])[0].matches
      #expect(photo[0].distance < 1e-3)
      _ = try served.links.graph()
      _ = try served.map()
      #expect(try served.hasMap(MapOptions()))
      _ = try Self.answers(served)
      let known = try KnownFaces(likeness.gallery.reader())
      let before = try likeness.gallery.revision()
      let progress = Mutex<[[Int]]>([])
      let summary = try likeness.upgrade.run(
        to: UpgradeSamples.model,
        progress: { done, all in progress.withLock { $0.append([done, all]) } })
      #expect(summary.outcome == .done && summary.missing.isEmpty && summary.atFormerPlace == 0)
      #expect(summary.faces == known.faces.count && summary.embedded == known.faces.count)
      #expect(progress.withLock { $0.last } == [known.faces.count, known.faces.count])
      #expect(try likeness.gallery.revision() == before + 1)
      #expect(try !served.hasMap(MapOptions()))
      try Self.expectAsFresh(served, trial.fresh)
      // A photo is embedded by the new model too, with nobody started again.
      let found = try served.search(trial.photos[0])[0].matches
      #expect(found[0].distance < 1e-3 && found[0].face == photo[0].face)
      let (graph, wanted) = (try served.links.graph(), try trial.fresh.links.graph())
      let (keys, others) = (
        try FaceKeys(likeness.gallery.reader()), try FaceKeys(trial.fresh.gallery.reader())
      )
      #expect(graph.searched == known.faces.count - 1)
      // The doubtful one has no links here, and has some there.
      let distances = Dictionary(
        uniqueKeysWithValues: wanted.links.map { link in
          let pair = [link.from, link.to].map { others.keyOf[wanted.faces[Int($0)].id] ?? "?" }
          return (pair.sorted(), link.distance)
        })
      for link in graph.links {
        let pair = [link.from, link.to].map { keys.keyOf[graph.faces[Int($0)].id] ?? "?" }
        if let distance = distances[pair.sorted()] { #expect(distance == link.distance) }
      }
      #expect(!graph.links.isEmpty)
      try Self.expect(likeness, keeps: known, asIn: trial)
      // And back again.
      #expect(try likeness.upgrade.run(to: nil).outcome == .done)
      #expect(try likeness.gallery.reader().model() == ModelStore.standardEmbedding)
      #expect(try likeness.search(trial.photos[3])[0].matches[0].distance < 1e-3)
    }
  }

  @Test func `so does one on a server`() async throws {
    try await MilvusServer.with { server in
      try Self.withTrial(photos: 18) { trial in
        try Self.say(trial)
        let place = GalleryPlace.milvus(
          try MilvusAddress(server.address("people"), environment: [:]))
        let likeness = UpgradeSamples.likeness(place, trial.models)
        #expect(try trial.likeness.gallery.copy(to: likeness.gallery).copied == 18)
        let kept = likeness.gallery.place
        let served = UpgradeSamples.likeness(kept, trial.models, keepsOpen: true)
        #expect(try served.search(trial.photos[0])[0].matches[0].distance < 1e-3)
        let known = try KnownFaces(likeness.gallery.reader())
        let old = try embeddings(likeness.gallery.reader())
        // Stopped on the way: the gallery is the old one.
        let stopped = try UpgradeSamples.likeness(place, trial.models).upgrade.run(
          to: UpgradeSamples.model, isCancelled: Self.after(6))
        #expect(stopped.outcome == .interrupted && stopped.embedded > 0)
        #expect(try embeddings(likeness.gallery.reader()) == old)
        let state = try #require(try likeness.upgrade.unfinished())
        #expect(state.done == stopped.embedded && state.faces == known.faces.count)
        // Removed and changed meanwhile.
        let going = try References(trial.fresh).photo(trial.photos[1].path)
        let gone = try trial.fresh.photos.remove(going).faces
        #expect(!gone.isEmpty)
        _ = try likeness.photos.remove(References(likeness).photo(trial.photos[1].path))
        let face = try #require(known.faces.first { $0.value.name == "The President" })
        try likeness.labels.set(["late": "yes"], ofFace: face.value.id)
        let changed = try KnownFaces(likeness.gallery.reader())
        let summary = try likeness.upgrade.run(to: UpgradeSamples.model)
        #expect(summary.outcome == .done && summary.missing.isEmpty)
        #expect(summary.earlier + summary.embedded >= changed.faces.count)
        #expect(changed.faces[face.key]?.labels["late"] == "yes")
        // The other program finds the faces where they are now, and embeds what it is asked about by the new model.
        try Self.expectAsFresh(served, trial.fresh)
        #expect(try served.search(trial.photos[0])[0].matches[0].distance < 1e-3)
        try served.labels.set(["later": "yes"], ofFace: face.value.id)
        #expect(try likeness.gallery.reader().labels(face: face.value.id)["later"] == "yes")
        try served.labels.set(["later": nil], ofFace: face.value.id)
        try Self.expect(likeness, keeps: changed, asIn: trial)
        // The old collection is gone, and the gallery can be copied on.
        let gallery = try #require(try likeness.gallery.reader() as? MilvusGallery)
        let first = MilvusCollection(
          connection: gallery.records.connection, name: "people_faces")
        #expect(try !first.exists())
        let back = Likeness(gallery: trial.folder.appendingPathComponent("back"))
        #expect(try likeness.gallery.copy(to: back.gallery).copied == 17)
        #expect(try embeddings(back.gallery.reader()) == embeddings(likeness.gallery.reader()))
      }
    }
  }

  /// True after it was asked so often.
  private static func after(_ count: Int) -> @Sendable () -> Bool {
    let asked = Mutex(0)
    return {
      asked.withLock { asked in
        asked += 1
        return asked > count
      }
    }
  }

  @Test(arguments: [false, true]) func `photos that come meanwhile are not forgotten`(
    _ isOnServer: Bool
  ) async throws {
    try await MilvusServer.with { server in
      try Self.withTrial(photos: 12) { trial in
        var likeness = trial.likeness
        if isOnServer {
          let place = GalleryPlace.milvus(
            try MilvusAddress(server.address("people"), environment: [:]))
          likeness = UpgradeSamples.likeness(place, trial.models)
          _ = try trial.likeness.gallery.copy(to: likeness.gallery)
        }
        // Another program has the old model, and goes on adding.
        let adding = UpgradeSamples.likeness(likeness.gallery.place, trial.models, keepsOpen: true)
        let more = trial.folder.appendingPathComponent("more")
        let photos = try UpgradeSamples.photos(30, in: more)
        for photo in photos.prefix(12) { try FileManager.default.removeItem(at: photo) }
        var left = photos.dropFirst(12)
        let uploads = try left.suffix(3).map {
          try adding.prepare(PhotoUpload(data: Data(contentsOf: $0), title: $0.lastPathComponent))
        }
        var failure: (any Error)?
        let summary = try likeness.upgrade.run(
          to: UpgradeSamples.model,
          progress: { _, _ in
            guard failure == nil, let next = left.popFirst(), left.count >= 3 else { return }
            do { try adding.add([next]) } catch { failure = error }
          })
        #expect(failure == nil)
        #expect(summary.outcome == .done && summary.missing.isEmpty)
        #expect(summary.embedded > 12 && left.count < 6)
        // Those that were looked at with the old model are refused, and looked at again.
        #expect(throws: EnrolmentError.modelChanged) { try adding.add(uploads) }
        let last = try photos.suffix(3).map {
          try adding.prepare(PhotoUpload(data: Data(contentsOf: $0), title: $0.lastPathComponent))
        }
        #expect(try adding.add(last).count == 3)
        try adding.add([more])
        try trial.fresh.add([more])
        try Self.expectAsFresh(likeness, trial.fresh)
      }
    }
  }

  @Test(arguments: [false, true]) func `a face without its photo is kept, and embedded later`(
    _ isOnServer: Bool
  ) async throws {
    try await MilvusServer.with { server in
      try Self.withTrial(photos: 18) { trial in
        try Self.say(trial)
        var likeness = trial.likeness
        if isOnServer {
          let place = GalleryPlace.milvus(
            try MilvusAddress(server.address("people"), environment: [:]))
          likeness = UpgradeSamples.likeness(place, trial.models)
          _ = try trial.likeness.gallery.copy(to: likeness.gallery)
        }
        let old = try embeddings(likeness.gallery.reader())
        let known = try KnownFaces(likeness.gallery.reader())
        let (gone, changed) = (trial.photos[2], trial.photos[8])
        let away = trial.folder.appendingPathComponent("away.jpg")
        try FileManager.default.moveItem(at: gone, to: away)
        let original = try Data(contentsOf: changed)
        try Data(contentsOf: trial.photos[3]).write(to: changed)

        // Too many of so few: nothing is changed.
        let refused = try likeness.upgrade.run(to: UpgradeSamples.model)
        #expect(refused.outcome == .refused && refused.missing.count == 2)
        #expect(try embeddings(likeness.gallery.reader()) == old)
        #expect(try likeness.upgrade.unfinished()?.done == known.faces.count - 2)
        var options = UpgradeOptions()
        options.allowsMissing = true
        let summary = try likeness.upgrade.run(to: UpgradeSamples.model, options)
        #expect(summary.outcome == .done && summary.embedded == 0)
        #expect(summary.earlier == known.faces.count - 2)
        let reasons = Dictionary(
          uniqueKeysWithValues: summary.missing.map { ($0.photo, $0.reason) })
        #expect(reasons[gone.path] == "the photo is gone")
        #expect(reasons[changed.path] == "the file is another photo now")

        // All is there but two embeddings.
        #expect(try KnownFaces(likeness.gallery.reader()) == known)
        let store = try likeness.gallery.reader()
        let missing = Set(try store.unembeddedFaces().keys)
        #expect(missing == Set(summary.missing.map(\.face)))
        let info = try likeness.gallery.summary()
        #expect(info.faces == known.faces.count && info.unembeddedFaces == 2)
        #expect(try likeness.faces.list().filter { !$0.embedded }.map(\.face) == missing.sorted())
        #expect(try likeness.faces.page(after: 0, limit: 100).items.count == known.faces.count)
        var filter = FaceFilter()
        filter.labels = ["third": "\(try #require(missing.min()).rawValue % 3)"]
        if !isOnServer {
          let labelled = try likeness.faces.page(after: 0, limit: 100, filter: filter)
          #expect(labelled.items.contains { missing.contains($0.face.id) && !$0.isEmbedded })
        }
        let some = try #require(missing.min())
        #expect {
          _ = try likeness.nearest(to: some)
        } throws: { error in
          if case LikenessError.notEmbedded(face: some, _) = error { true } else { false }
        }
        #expect(throws: LikenessError.self) { try likeness.links.same([.face(some)]) }
        for (_, answers) in try Self.answersOfEmbedded(likeness) {
          #expect(!answers.contains { missing.contains($0) })
        }
        let sample = try #require(try store.sample(most: 100))
        let doubtful = try store.doubtfulFaces().union(missing)
        #expect(sample.count == known.faces.count - doubtful.count)
        #expect(try store.certainFaceCount() == sample.count)
        #expect(sample.embeddings.count == sample.count)
        let grouped = try likeness.people.list()
        let listed = Set(grouped.people.flatMap { $0.faces.map(\.face) })
        for (_, face) in known.faces where missing.contains(face.id) && face.person != nil {
          #expect(listed.contains(face.id))
        }
        _ = try likeness.links.graph()
        _ = try likeness.map()
        #expect(try likeness.faces.exported(as: .csv).count > 0)
        // A copy has them too.
        let copy = UpgradeSamples.likeness(
          .folder(trial.folder.appendingPathComponent("copy")), trial.models)
        #expect(try likeness.gallery.copy(to: copy.gallery).copied == 18)
        #expect(try copy.gallery.reader().unembeddedFaces().count == 2)

        // Nothing changed: nothing to do, and they are named once more.
        let again = try likeness.upgrade.run(to: UpgradeSamples.model)
        #expect(again.outcome == .nothingToDo && again.missing.count == 2)

        // One is back, elsewhere; of the old model nothing is lost either.
        let elsewhere = trial.folder.appendingPathComponent("elsewhere.jpg")
        try FileManager.default.moveItem(at: away, to: elsewhere)
        try likeness.add([elsewhere])
        let one = try likeness.upgrade.run(to: UpgradeSamples.model)
        #expect(one.outcome == .done && one.embedded == 1 && one.missing.count == 1)
        let half = try embeddings(likeness.gallery.reader())
        #expect(half.count == known.faces.count - 1)
        #expect(try Self.answersOfEmbedded(likeness).count == half.count)
        let home = try likeness.upgrade.run(to: nil, options)
        #expect(home.outcome == .done && home.missing.isEmpty && home.earlier == 1)
        #expect(try embeddings(likeness.gallery.reader()) == old)
        #expect(try likeness.gallery.reader().unembeddedFaces().isEmpty)

        try original.write(to: changed)
        #expect(try likeness.upgrade.run(to: UpgradeSamples.model).missing.isEmpty)
        try Self.expectAsFresh(likeness, trial.fresh)
      }
    }
  }

  private static func answersOfEmbedded(_ likeness: Likeness) throws -> [FaceID: [FaceID]] {
    let store = try likeness.gallery.reader()
    var answers: [FaceID: [FaceID]] = [:]
    var question = Question(count: 50, grouping: .photo)
    question.filter.includesDoubtful = true
    for face in try store.faceTable().faces {
      answers[face.id] = try likeness.nearest(to: face.id, question).map(\.face)
    }
    return answers
  }

  /// Faces are embedded where they were, also where no detector would find them.
  @Test func `a face that is not found again is cut out where it was`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let models = try UpgradeSamples.models(in: folder)
      let (flat, turned) = (
        folder.appendingPathComponent("a.png"), folder.appendingPathComponent("b.png")
      )
      try FileManager.default.copyItem(at: Samples.photo("obama.jpg"), to: flat)
      try Photo.load(contentsOf: Samples.photo("biden.jpg")).fitted(longestSide: 400)
        .turned(quarterTurns: 1).jpegData(quality: 95).write(to: turned)
      let likeness = UpgradeSamples.likeness(
        .folder(folder.appendingPathComponent("gallery")), models)
      let fresh = UpgradeSamples.likeness(
        .folder(folder.appendingPathComponent("fresh")), models, model: UpgradeSamples.model)
      for gallery in [likeness, fresh] { try gallery.add([flat, turned]) }
      do {
        // As a detector of another day might have it: the boxes meet too little to be one.
        let store = try #require(try likeness.gallery.writer() as? GalleryStore)
        try store.write { db in
          try db.execute(sql: "UPDATE face SET x = x + 0.6 * width, width = width * 0.5")
        }
      }
      let summary = try likeness.upgrade.run(to: UpgradeSamples.model)
      #expect(summary.outcome == .done && summary.atFormerPlace == 2)
      let (own, new) = (
        try embeddings(likeness.gallery.reader()), try embeddings(fresh.gallery.reader())
      )
      for (key, embedding) in own {
        // Not the same pixels to the last, and the same face beyond doubt.
        let expected = try #require(new[key])
        #expect(Metric.cosine.distance(embedding, expected) < 0.1, "\(key)")
        let others = new.filter { $0.key != key }.values
        #expect(others.allSatisfy { Metric.cosine.distance(embedding, $0) > 0.2 })
      }
    }
  }

  /// The photo that the gallery keeps itself is as good as a file; one that it did not keep is not.
  @Test func `uploads are embedded from what was kept of them`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let models = try UpgradeSamples.models(in: folder)
      let likeness = UpgradeSamples.likeness(
        .folder(folder.appendingPathComponent("gallery")), models)
      for (name, keeping) in [("obama.jpg", PhotoKeeping.photo), ("biden.jpg", .embeddings)] {
        let upload = PhotoUpload(data: try Data(contentsOf: Samples.photo(name)), title: name)
        var options = EnrolmentOptions()
        options.keeping = keeping
        #expect(try likeness.add([upload], options).map(\.isNew) == [true])
      }
      var options = UpgradeOptions()
      options.allowsMissing = true
      let summary = try likeness.upgrade.run(to: UpgradeSamples.model, options)
      #expect(summary.outcome == .done && summary.embedded == 1)
      #expect(summary.missing.map(\.reason) == ["the photo was not kept"])
      // A gallery of nothing else keeps its model whatever is allowed.
      let store = try likeness.gallery.reader()
      for face in try store.faceTable().faces { _ = try likeness.faces.remove(face.id) }
      #expect(try likeness.upgrade.run(to: nil, options).outcome == .done)
      #expect(try likeness.upgrade.run(to: UpgradeSamples.model, options).outcome == .refused)
    }
  }

  /// A model that was trained again under its name is another one.
  @Test func `a model of the same name takes the place of the earlier one`() throws {
    try Self.withTrial(photos: 6) { trial in
      let likeness = trial.fresh
      let before = try embeddings(likeness.gallery.reader())
      try UpgradeSamples.install(in: trial.models, seed: 2)
      let other = UpgradeSamples.likeness(likeness.gallery.place, trial.models)
      #expect(throws: GalleryError.self) { try other.search(trial.photos[0]) }
      #expect(try other.upgrade.run(to: UpgradeSamples.model).outcome == .done)
      let after = try embeddings(other.gallery.reader())
      #expect(after.count == before.count && after.allSatisfy { before[$0.key] != $0.value })
      #expect(try other.search(trial.photos[0])[0].matches[0].distance < 1e-3)
    }
  }
}
