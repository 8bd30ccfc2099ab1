import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore
import Synchronization
import TestSupport
import Testing

@testable import GalleryMilvus

/// A gallery in Milvus holds what one in a folder holds, whatever is done to both.
@Suite struct ContentNumberTests {
  @Test func photosHaveTheOrderOfTheirDigests() {
    var random = SplitMix64(seed: 3)
    let digests = (0..<500).map { _ in
      (0..<4).map { _ in String(format: "%016lx", random.next()) }.joined()
    }.sorted()
    let numbers = digests.map { ContentNumber.candidates(photo: $0).first { _ in true } ?? 0 }
    #expect(numbers == numbers.sorted() && Set(numbers).count == 500)
    #expect(numbers.allSatisfy { (1..<1 << 53).contains($0.rawValue) })
    // What is no digest has numbers, too, and each has several.
    for digest in ["a", digests[0], String(repeating: "0", count: 64)] {
      let candidates = Array(ContentNumber.candidates(photo: digest).prefix(4))
      #expect(Set(candidates).count == 4)
      #expect(candidates.allSatisfy { (1..<1 << 53).contains($0.rawValue) })
    }
  }
}

@Suite(.serialized) struct MilvusGalleryTests {
  private static let dimensions = 16

  private static func open(
    _ server: MilvusServer, _ name: String = "people", create: Bool = true
  ) throws -> MilvusGallery {
    try MilvusGallery(
      at: try MilvusAddress(server.address(name), environment: [:]), create: create
    )
  }

  private static func photo(
    _ number: Int, faces: Int, names: [String?], _ random: inout SplitMix64
  ) -> NewPhoto {
    var photo = NewPhoto(
      digest: String(format: "%064x", number),
      file: PhotoFile(path: "/photos/\(number).jpg", bytes: number, modified: Double(number) / 3),
      width: 100 + number, height: 90, turned: number % 4 * 90, detector: "yunet",
      title: number % 2 == 0 ? "Ferien \"\(number)\"" : nil,
      faces: (0..<faces).map { ordinal in
        NewFace(
          name: names[ordinal % names.count],
          geometry: FaceGeometry(
            x: .random(in: 0...50, using: &random), y: 1 / 3, width: 40, height: 41,
            landmarks: (0..<10).map { _ in .random(in: 0...1, using: &random) }),
          score: .random(in: 0...1, using: &random),
          quality: FaceQuality(
            size: 50, sharpness: .random(in: 0...10, using: &random), yaw: -1.5, pitch: 2,
            roll: 0.1,
            inside: 1, confidence: [nil, 0.25, 0.9, 0.8, 0.1][(number + ordinal) % 5],
            brightness: number % 4 == 0 ? nil : Double(number), contrast: 12.5),
          embedding: Embedding((0..<dimensions).map { _ in .random(in: -1...1, using: &random) }),
          attributes: number % 3 == 0 ? ["expression": Embedding([1, 2, 3])] : [:],
          thumbnail: number % 5 == 0 ? Data() : Data("jpeg \(number) \(ordinal)".utf8),
          labels: ["parity": number % 2 == 0 ? "even" : "odd", "na\"me": "x\\y"])
      })
    photo.taken = [.unread, .undated, PhotoTaken(CaptureTime("2004-05-06T07:08:09"))][number % 3]
    return photo
  }

  /// What faces of two stores have in common: all but their numbers.
  private struct Face: Hashable, Comparable {
    var digest: String
    var ordinal: Int
    var text: String

    init(_ entry: FaceEntry, _ embedding: Embedding, _ photo: StoredPhoto, _ thumbnail: Data?) {
      (digest, ordinal) = (photo.digest, entry.face.ordinal)
      let labels = entry.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      text =
        "\(entry.name ?? "-") \(entry.face.geometry) \(entry.face.score) \(entry.face.quality) \(labels) "
        + "\(embedding.values) \(photo.path) \(photo.name) \(photo.width) \(photo.turned) \(photo.taken) "
        + "\(thumbnail ?? Data()) \(entry.hasThumbnail)"
    }

    static func < (a: Face, b: Face) -> Bool { (a.digest, a.ordinal) < (b.digest, b.ordinal) }
  }

  private func faces(_ store: any FaceStore) throws -> [Face] {
    try store.answers(of: try store.faces(after: 0, limit: .max)).map {
      Face($0.entry, $0.embedding, $0.photo, try store.thumbnail(face: $0.entry.face.id))
    }.sorted()
  }

  private func expectEqual(_ store: GalleryStore, _ gallery: MilvusGallery) throws {
    for (own, other) in zip(try faces(store), try faces(gallery)) where own != other {
      Issue.record("\(own) is \(other)")
      break
    }
    #expect(try faces(store) == faces(gallery))
    #expect(try store.names() == gallery.names())
    #expect(try store.labelCounts() == gallery.labelCounts())
    let (known, other) = (try store.summary(), try gallery.summary())
    #expect(known.photos == other.photos && known.photosWithoutFace == other.photosWithoutFace)
    #expect(known.faces == other.faces && known.namedFaces == other.namedFaces)
    #expect(known.names == other.names && known.dimensions == other.dimensions)
    #expect(known.model == other.model)
    #expect(known.doubtfulFaces == other.doubtfulFaces)
    #expect(try store.certainFaceCount() == gallery.certainFaceCount())
    // Doubtful are the same ones, and strangers are measured on others.
    func doubtful(_ store: any FaceStore) throws -> Set<[Float]> {
      Set(try store.faces(ids: store.doubtfulFaces()).map(\.1.values))
    }
    #expect(try doubtful(store) == doubtful(gallery))
    #expect(try doubtful(store).count == known.doubtfulFaces)
    for most in [3, 1000] {
      let (own, twin) = (try store.sample(most: most), try gallery.sample(most: most))
      #expect(own?.count == twin?.count && own?.embeddings.count == twin?.embeddings.count)
      let unsure = try doubtful(gallery)
      let sample = twin?.embeddings
      #expect((0..<(sample?.count ?? 0)).allSatisfy { !unsure.contains(sample?[$0].values ?? []) })
    }
    func outlines(_ store: any FaceStore) throws -> [String] {
      try store.outlines().map { "\($0.path) \($0.ordinal) \($0.isDoubtful)" }.sorted()
    }
    #expect(try outlines(store) == outlines(gallery))
    #expect(try store.embeddings().certain.faces.count == gallery.embeddings().certain.faces.count)
  }

  @Test func itHoldsWhatAFolderHolds() async throws {
    try await MilvusServer.with { server in
      try TestFiles.withTemporaryFolder { folder in
        var random = SplitMix64(seed: 7)
        let store = try GalleryStore(at: folder, access: .write, create: true)
        var gallery = try Self.open(server)
        let names = ["Ann", "Bo", "김철수", "O'\"Neil\\", nil]
        var number = 0
        for step in 0..<16 {
          let faces = try store.answers(of: try store.embeddings().faces)
          let other = faces.randomElement(using: &random)
          let number0 = number
          switch step % 8 {
          case 0, 3, 5:
            let new = (0..<Int.random(in: 1...6, using: &random)).map { _ -> NewPhoto in
              number += 1
              return Self.photo(
                number, faces: .random(in: 0...3, using: &random),
                names: names.shuffled(using: &random), &random)
            }
            // Some again, one of them moved.
            var again = faces.prefix(2).map(\.photo.digest).compactMap { digest in
              (1...max(1, number0)).first { String(format: "%064x", $0) == digest }
            }.map { Self.photo($0, faces: 1, names: [nil], &random) }
            if !again.isEmpty { again[0].file.path = "/moved/\(step).jpg" }
            let batch = new + again + new.prefix(1)
            let (a, b) = (
              try store.add(batch, model: "test"), try gallery.add(batch, model: "test")
            )
            #expect(a == b)
          case 1, 6:
            let name = names.compactMap(\.self).randomElement(using: &random) ?? ""
            let (a, b) = (try store.remove(name: name), try gallery.remove(name: name))
            #expect(a.names == b.names && a.photos.sorted() == b.photos.sorted())
            #expect(a.faces.count == b.faces.count && a.thumbnails == b.thumbnails)
          case 2:
            guard let other else { continue }
            let photo = try #require(try gallery.photo(digest: other.photo.digest))
            let (a, b) = (
              try store.remove(photo: other.photo.id), try gallery.remove(photo: photo.id)
            )
            #expect(a.photos == b.photos && a.faces.count == b.faces.count && a.names == b.names)
          default:
            guard let other else { continue }
            let photo = try #require(try gallery.photo(digest: other.photo.digest))
            let face = try #require(
              try gallery.faces(inPhoto: photo.id).first {
                $0.ordinal == other.entry.face.ordinal
              })
            if step == 7 {
              try store.confirm(faces: [other.entry.face.id])
              try gallery.confirm(faces: [face.id])
            } else if step % 8 == 4 {
              try store.setName("New \(step)", face: other.entry.face.id)
              try gallery.setName("New \(step)", face: face.id)
            } else {
              let changes: LabelChanges = ["mood": "glad \(step)", "parity": nil]
              try store.setLabels([other.entry.face.id: changes])
              #expect(try gallery.setLabels([face.id: changes]) == [face.id])
            }
          }
          // As another program sees it.
          if step % 5 == 4 { gallery = try Self.open(server, create: false) }
          try expectEqual(store, gallery)
        }
        #expect(try gallery.faceCount() > 0)
        try expectToldWhatIsWrong(gallery)
      }
    }
  }

  private func expectToldWhatIsWrong(_ gallery: MilvusGallery) throws {
    func found() throws -> [GalleryFinding] {
      try gallery.check(hasUnitLength: false, repairing: false)
    }
    #expect(try found() == [])
    let entries = try gallery.entries(of: gallery.faces(after: 0, limit: .max))
    let pictures = entries.filter { $0.hasThumbnail }
    let pictured = try #require(pictures.first).face
    try gallery.delete([Record.key(thumbnail: pictured.id)])
    #expect(
      try found().map(\.text) == [
        "there are faces whose thumbnails are gone: \(pictured.id.reference)"
      ])
    try gallery.delete([Record.key(photo: pictured.photo)])
    #expect(
      try found().first?.text
        == "there are faces of photos that have no record: \(pictured.photo.reference)")
    #expect(
      try gallery.check(hasUnitLength: true, repairing: false).contains { $0.kind == .embedding })
  }

  @Test func theNearestAreThoseOfAllThatMayAnswer() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 11)
      let gallery = try Self.open(server)
      let queries = EmbeddingMatrix(
        (0..<5).map { _ in
          Embedding((0..<Self.dimensions).map { _ in .random(in: -1...1, using: &random) })
        })
      #expect(try gallery.nearest(queries, count: 3).allSatisfy(\.isEmpty))
      try gallery.add(
        (1...120).map {
          Self.photo($0, faces: 2, names: ["P\($0 % 7)", nil], &random)
        }, model: "test")
      try gallery.flush()
      var all: [(id: FaceID, entry: FaceEntry, embedding: Embedding)] = []
      for answer in try gallery.answers(of: gallery.faces(after: 0, limit: .max)) {
        all.append((answer.entry.face.id, answer.entry, answer.embedding))
      }
      #expect(all.count == 240 && Set(all.map(\.id)).count == 240)
      #expect(all.allSatisfy { (1..<1 << 53).contains($0.id.rawValue) })
      var some = FaceCondition()
      some.names = ["P1", "P2"]
      some.labels = ["parity": "odd", "na\"me": "x\\y"]
      some.minimumQuality = 0.3
      some.excluded = Set(all.prefix(40).map(\.id))
      var listed = FaceCondition()
      listed.among = Set(all.suffix(50).map(\.id))
      let certain = [FaceCondition(), some, listed]
      let any = certain.map { filter in
        var filter = filter
        filter.includesDoubtful = true
        return filter
      }
      for filter in certain + any {
        let answers = try gallery.nearest(queries, count: 6, filter)
        let candidates = try gallery.candidates(for: queries, count: 6, filter)
        for (row, answer) in answers.enumerated() {
          #expect(Set(candidates[row].map(\.face)) == Set(answer.map(\.face)))
          for found in candidates[row] {
            #expect(all.first { $0.id == found.face }?.embedding == found.embedding)
          }
          let wanted = all.filter { face in
            (filter.names.isEmpty || filter.names.contains(face.entry.name ?? ""))
              && filter.labels.allSatisfy { face.entry.labels[$0.key] == $0.value }
              && face.entry.face.quality.overall >= filter.minimumQuality
              && (filter.includesDoubtful || !face.entry.face.quality.isDoubtful)
              && !filter.excluded.contains(face.id) && filter.among?.contains(face.id) ?? true
          }.map { ($0.id, Metric.l2.distance(queries[row], $0.embedding)) }
            .sorted { $0.1 < $1.1 }.prefix(6)
          #expect(answer.map(\.face) == wanted.map(\.0) && !wanted.isEmpty)
          #expect(zip(answer, wanted).allSatisfy { abs($0.distance - $1.1) < 1e-4 })
        }
      }
      #expect(throws: GalleryError.self) {
        try gallery.nearest(EmbeddingMatrix([Embedding([1, 2])]), count: 1)
      }
    }
  }

  /// Rows of earlier versions say nothing of confidence, and are read as those that nobody measured.
  @Test func rowsOfEarlierVersionsAreNotDoubtful() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 29)
      let gallery = try Self.open(server)
      // The first has no confidence, the second is doubtful.
      try gallery.add([Self.photo(5, faces: 2, names: [nil], &random)], model: "test")
      let ids = try gallery.faces(inPhoto: gallery.photos()[0].id).map(\.id)
      let rows = try gallery.faces.rows(.among(FaceFields.id, ids), FaceFields.all)
      let details = try rows.objects(FaceFields.details).map {
        try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
      }
      #expect(details.count { $0["confidence"] == nil } == 1)
      #expect(try gallery.face(id: ids[0])?.quality.confidence == nil)
      #expect(try gallery.doubtfulFaces() == [ids[1]])
      let query = EmbeddingMatrix([try #require(try gallery.embedding(face: ids[1]))])
      #expect(try gallery.nearest(query, count: 5)[0].map(\.face) == [ids[0]])
      var any = FaceCondition()
      any.includesDoubtful = true
      #expect(try gallery.nearest(query, count: 5, any)[0].map(\.face) == [ids[1], ids[0]])
    }
  }

  /// A face that is no longer doubtful waits for people, as one that came.
  @Test func aFaceIsAddedToAPhoto() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 37)
      let gallery = try Self.open(server)
      var face = Self.photo(1, faces: 1, names: ["Bo"], &random).faces[0]
      (face.isDrawn, face.geometry.box) = (true, Box(x: 200, y: 0, width: 40, height: 40))
      try gallery.add([Self.photo(9, faces: 0, names: [nil], &random)], model: "test")
      let empty = try #require(try gallery.photo(digest: String(format: "%064x", 9))?.id)
      // The first face of all makes it a gallery of its model.
      let first = try gallery.add(face, toPhoto: empty, model: "test", modelFile: nil)
      #expect(try gallery.model() == "test" && gallery.face(id: first)?.isDrawn == true)
      #expect(try gallery.face(id: first)?.name == "Bo")
      #expect(try gallery.thumbnail(face: first) == face.thumbnail)
      #expect(try gallery.embedding(face: first) == face.embedding)
      #expect(try gallery.contents(ofPhotos: [empty])[0].photo.faces.map(\.isDrawn) == [true])

      try gallery.add([Self.photo(5, faces: 2, names: ["Ann"], &random)], model: "test")
      let photo = try #require(try gallery.photo(digest: String(format: "%064x", 5))?.id)
      let unsorted = try gallery.unsortedFaceCount()
      face.quality.confidence = 1
      let id = try gallery.add(face, toPhoto: photo, model: "test", modelFile: nil)
      #expect(try gallery.faces(inPhoto: photo).map(\.ordinal) == [0, 1, 2])
      #expect(try gallery.unsortedFaceCount() == unsorted + 1)
      #expect(throws: GalleryError.faceExists(path: gallery.path, face: id)) {
        _ = try gallery.add(face, toPhoto: photo, model: "test", modelFile: nil)
      }
      #expect(throws: GalleryError.unknownPhoto(path: gallery.path, photo: 7)) {
        _ = try gallery.add(face, toPhoto: 7, model: "test", modelFile: nil)
      }
      #expect(
        throws: GalleryError.modelMismatch(path: gallery.path, gallery: "test", model: "other")
      ) {
        var other = face
        other.geometry.box.y = 300
        _ = try gallery.add(other, toPhoto: photo, model: "other", modelFile: nil)
      }

      // Taken back, it leaves its photo; by a name, the photo goes with it.
      #expect(try gallery.preview(of: Removal(faces: [first])).photos.isEmpty)
      #expect(try gallery.remove(face: first).photos.isEmpty)
      #expect(try gallery.photo(id: empty) != nil && gallery.summary().photosWithoutFace == 1)
      // What is drawn elsewhere next is another face.
      face.geometry.box.x = 300
      let other = try gallery.add(face, toPhoto: empty, model: "test", modelFile: nil)
      #expect(other != first)
      #expect(try gallery.remove(name: "Bo").photos.count == 1)
      #expect(try gallery.photo(id: empty) == nil && gallery.photo(id: photo) != nil)
    }
  }

  @Test func whoIsConfirmedIsSorted() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 31)
      let gallery = try Self.open(server)
      try gallery.add(
        [
          Self.photo(5, faces: 2, names: [nil], &random),
          Self.photo(6, faces: 1, names: [nil], &random),
        ], model: "test")
      #expect(try gallery.doubtfulFaces().count == 2 && gallery.unsortedFaceCount() == 1)
      let first = try #require(try gallery.photo(digest: String(format: "%064x", 5))?.id)
      let other = try #require(try gallery.photo(digest: String(format: "%064x", 6))?.id)
      #expect(try gallery.unsortedPhotos(mostFaces: 10) == [first])
      let doubtful = try gallery.faces(inPhoto: first)[1].id
      try gallery.setLabels([doubtful: ["mood": "glad"]])
      #expect(try gallery.unsortedFaceCount() == 2)
      try gallery.markSorted(photos: [first])
      try gallery.setName("Ann", face: try gallery.faces(inPhoto: other)[0].id)
      #expect(try gallery.unsortedPhotos(mostFaces: 10) == [other])
      #expect(try gallery.doubtfulFaces().isEmpty)
    }
  }

  @Test func whoTypesANameFindsIt() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 13)
      let gallery = try Self.open(server)
      try gallery.add(
        [Self.photo(1, faces: 2, names: ["José_Pérez", "Ann"], &random)], model: "test")
      #expect(try gallery.resolve("Ann") == .found("Ann"))
      #expect(try gallery.resolve("jose perez") == .found("José_Pérez"))
      #expect(try gallery.resolve("Anm") == .unknown(nearSpellings: ["Ann"]))
      #expect(try gallery.names(writtenAs: ["Ann", "jose perez", "beach"]) == ["Ann"])
    }
  }

  /// Two who add the same photos, and one of them is stopped at any moment: all is there once.
  @Test func whatIsAddedTwiceIsThereOnce() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 17)
      let photos = (1...90).map { Self.photo($0, faces: 2, names: ["N\($0 % 5)"], &random) }
      let first = try Self.open(server)
      let second = try Self.open(server)
      // Half-added: the faces are there, the photos' own records are not.
      let added = try first.add(Array(photos.prefix(30)), model: "test")
      #expect(added.allSatisfy { $0 })
      for photo in photos.prefix(10) {
        let id = try #require(try first.photo(digest: photo.digest)?.id)
        try first.records.delete(.among(Record.keyField, [Record.key(photo: id)]))
      }
      let again = try second.add(Array(photos.prefix(60)), model: "test")
      #expect(again == (0..<60).map { $0 < 10 || $0 >= 30 })
      _ = try first.add(photos, model: "test")
      _ = try second.add(photos, model: "test")
      #expect(try first.faceCount() == 180 && second.photoCount() == 90)
      let before = try first.revision()
      #expect(try second.add(photos, model: "test").allSatisfy { !$0 })
      #expect(try first.revision() == before, "nothing has changed")
    }
  }

  @Test func whatDoesNotFitIsRefused() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 19)
      #expect(throws: GalleryError.missing(path: try MilvusAddress(server.address("people")).text))
      {
        try Self.open(server, create: false)
      }
      let gallery = try Self.open(server)
      var photo = Self.photo(1, faces: 1, names: ["A"], &random)
      try gallery.add([photo], model: "test")
      photo = Self.photo(2, faces: 1, names: ["A"], &random)
      #expect(throws: GalleryError.self) { try gallery.add([photo], model: "another") }
      photo.faces[0].embedding = Embedding([1, 2, 3])
      #expect(throws: GalleryError.self) { try gallery.add([photo], model: "test") }
      photo.faces[0].embedding = Embedding([Float](repeating: .nan, count: Self.dimensions))
      #expect(throws: GalleryError.self) { try gallery.add([photo], model: "test") }
      #expect(throws: GalleryError.self) { try gallery.setName("x", face: 12) }
      #expect(throws: GalleryError.self) { try gallery.setLabels([12: ["a": "b"]]) }
      #expect(try gallery.remove(face: 12).isEmpty && gallery.remove(name: "nobody").isEmpty)
      #expect(try gallery.remove(photo: 12).isEmpty && gallery.faceCount() == 1)
      // Collections of somebody else are left alone.
      let connection = try MilvusConnection(
        try MilvusAddress(server.address("x"), environment: [:]))
      let foreign = MilvusCollection(connection: connection, name: "x_records")
      try foreign.create(
        Record.schema, vector: Record.vectorField,
        index: ["index_type": "FLAT", "metric_type": "L2"])
      try foreign.upsert([Record(key: "mine", kind: .name)].asRows)
      #expect(throws: GalleryError.self) { try Self.open(server, "x") }
      // Beside its faces no records are left either.
      let faces = MilvusCollection(connection: connection, name: "y_faces")
      try faces.create(
        Record.schema, vector: Record.vectorField,
        index: ["index_type": "FLAT", "metric_type": "L2"])
      let path = try MilvusAddress(server.address("y"), environment: [:]).text
      #expect(throws: GalleryError.notAGallery(path: path)) { try Self.open(server, "y") }
      #expect(try !MilvusCollection(connection: connection, name: "y_records").exists())
    }
  }

  /// What another program may have written is said to be damaged; nothing ends the program.
  @Test func numbersThatMakeNoSenseAreDamage() async throws {
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 43)
      let gallery = try Self.open(server)
      try gallery.add([Self.photo(1, faces: 1, names: ["Ann"], &random)], model: "test")
      let id = try gallery.faces(after: 0, limit: .max)[0]
      let row = try #require(try gallery.rows(of: [id], withEmbeddings: true).first)
      func expectDamage(_ what: String, _ body: () throws -> Void) {
        do {
          try body()
          Issue.record("\(what) is taken for a number")
        } catch {
          guard case GalleryError.damaged? = error as? GalleryError else {
            Issue.record("\(what): \(error)")
            return
          }
        }
      }
      var changed = row
      changed.details.x = 1e300
      try gallery.put([changed])
      expectDamage("a box") { _ = try gallery.face(id: id) }
      changed = row
      changed.ordinal = .max
      try gallery.put([changed])
      expectDamage("a place") { _ = try gallery.face(id: id) }
      try gallery.put([row])
      #expect(try gallery.face(id: id) != nil)
      let photo = try #require(try gallery.photos().first?.id)
      var record = try #require(try gallery.record(Record.key(photo: photo)))
      record.count = .max
      try gallery.put([record])
      expectDamage("a count") { _ = try gallery.photos() }
      try gallery.put([
        Record(
          key: Record.modelKey, kind: .model,
          body: Data("{\"name\":\"test\",\"dimensions\":0}".utf8))
      ])
      let again = try Self.open(server)
      expectDamage("dimensions") { _ = try again.embeddings() }
    }
  }

  /// Workers that begin at the same moment make one gallery.
  @Test func severalMakeItAtOnce() async throws {
    try await MilvusServer.with { server in
      for round in 0..<3 {
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { number in
          var random = SplitMix64(seed: UInt64(number))
          do {
            let gallery = try Self.open(server, "round\(round)")
            let photo = Self.photo(number + 1, faces: 1, names: ["Ann"], &random)
            _ = try gallery.add([photo], model: "test")
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
        let said = failures.withLock { $0 }
        #expect(said.isEmpty, "\(said)")
        let count = try Self.open(server, "round\(round)", create: false).faceCount()
        #expect(count == 4)
      }
    }
  }

  /// Milvus' own client reads what was written, and finds what is found here.
  @Test func othersReadItBack() async throws {
    struct Face: Decodable, Equatable {
      var id: FaceID
      var photo: PhotoID
      var ordinal: Int
      var name: String
      var quality: Double
      var labels: [String: String]
      var score: Float
      var path, embedding: String
    }
    struct Answer: Decodable {
      struct Photo: Decodable { var key: String, number: Int64, count: Int }
      struct Hit: Decodable { var id: FaceID, distance: Float }

      var faces: [Face]
      var photos: [Photo]
      var found: [Hit]
    }
    try await MilvusServer.with { server in
      var random = SplitMix64(seed: 23)
      let gallery = try Self.open(server)
      try gallery.add(
        (1...60).map {
          Self.photo($0, faces: $0 % 4, names: ["Ann", "김 \"철수\"", nil], &random)
        }, model: "test")
      func hexadecimal(_ values: [Float]) -> String {
        values.flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }.map { String(format: "%02x", $0) }.joined()
      }
      let faces = try gallery.answers(of: gallery.faces(after: 0, limit: .max))
      let query = faces[7].embedding
      let output = try server.client(
        "GalleryMilvusTests/Python/read_back.py", "people", hexadecimal(query.values),
        "name == \"Ann\" and labels[\"parity\"] == \"odd\"")
      let answer = try JSONDecoder().decode(Answer.self, from: output)
      let wanted = faces.map { entry, embedding, photo in
        Face(
          id: entry.face.id, photo: photo.id, ordinal: entry.face.ordinal, name: entry.name ?? "",
          // As other programs read it, doubtful faces are below 0.
          quality: entry.face.quality.overall - (entry.face.quality.isDoubtful ? 1 : 0),
          labels: entry.labels,
          score: entry.face.score, path: photo.path, embedding: hexadecimal(embedding.values))
      }
      #expect(answer.faces.sorted { $0.id < $1.id } == wanted && wanted.count == 90)
      #expect(answer.photos.count == 60 && answer.photos.map(\.count).reduce(0, +) == 90)
      var filter = FaceCondition()
      (filter.names, filter.labels) = (["Ann"], ["parity": "odd"])
      filter.includesDoubtful = true
      let own = try gallery.nearest(EmbeddingMatrix([query]), count: 10, filter)[0]
      #expect(answer.found.map(\.id) == own.map(\.face) && own.count == 10)
      #expect(
        zip(answer.found, own).allSatisfy { abs($0.distance.squareRoot() - $1.distance) < 1e-5 })
    }
  }
}
