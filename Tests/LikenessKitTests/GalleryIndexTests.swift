import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit
@testable import VectorSearch

/// A gallery large enough to have its index in a file, in step with it whatever happens.
@Suite struct GalleryIndexTests {
  private static let count = GalleryIndex.fileThreshold + 4

  private static func photo(_ number: Int, _ random: inout SplitMix64) -> NewPhoto {
    NewPhoto(
      digest: "\(number)", file: PhotoFile(path: "/photos/\(number).jpg", bytes: 1, modified: 0),
      width: 100, height: 100, turned: 0,
      faces: [
        NewFace(
          name: number % 3 == 0 ? "Person \(number % 500)" : nil,
          geometry: FaceGeometry(x: 0, y: 0, width: 50, height: 50, landmarks: []), score: 0.9,
          quality: FaceQuality(size: 50, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: Embedding((0..<16).map { _ in .random(in: -1...1, using: &random) }),
          thumbnail: Data([1]))
      ])
  }

  private static func add(_ numbers: Range<Int>, _ store: GalleryStore) throws {
    var random = SplitMix64(seed: UInt64(numbers.lowerBound))
    try store.add(numbers.map { photo($0, &random) }, model: "test")
  }

  /// The database of a gallery that is large enough, made once, since that takes long.
  private static let database = Result {
    try TestFiles.withTemporaryFolder { folder in
      do {
        let store = try GalleryStore(at: folder, access: .write, create: true)
        try add(0..<count, store)
      }
      return try Data(contentsOf: folder.appendingPathComponent("gallery.sqlite"))
    }
  }

  private static func largeGallery(at folder: URL) throws -> GalleryStore {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try database.get().write(to: folder.appendingPathComponent("gallery.sqlite"))
    return try GalleryStore(at: folder, access: .write)
  }

  /// The index answers for each face of the gallery, and for no other.
  private func expectInStep(_ likeness: Likeness, _ count: Int) throws {
    let store = try GalleryStore(at: likeness.gallery.folder, access: .read)
    let index = try likeness.gallery.withIndex(of: store) { $0 }
    let faces = try store.embeddings()
    #expect(index.count == count && faces.faces.count == count)
    for row in stride(from: 0, to: count, by: 997) {
      let found = try index.search(faces.embeddings[row], count: 1)
      #expect(found == [Neighbor(face: faces.faces[row], distance: 0)])
    }
  }

  @Test func theFileFollowsTheGallery() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let store = try Self.largeGallery(at: folder)
      #expect(!FileManager.default.fileExists(atPath: file.path))
      let first = Likeness(gallery: folder)
      try expectInStep(first, Self.count)
      let written = try Data(contentsOf: file)

      // A few more: the file stays as it is, and is brought up to date when it is read.
      try Self.add(20_000..<20_030, store)
      try expectInStep(first, Self.count + 30)
      try expectInStep(Likeness(gallery: folder), Self.count + 30)
      #expect(try Data(contentsOf: file) == written)

      // Many more: the file is written again.
      try Self.add(30_000..<30_400, store)
      try Likeness(gallery: folder).gallery.refreshIndexFile(store)
      #expect(try Data(contentsOf: file) != written)
      #expect(try VectorIndex(contentsOf: file).count == Self.count + 430)
      try expectInStep(first, Self.count + 430)

      // Another face in the place of one that went: its number is its own.
      let last = try #require(try store.embeddings().faces.max())
      _ = try store.remove(faces: [last])
      try Self.add(40_000..<40_001, store)
      #expect(try store.embeddings().faces.max() == last.next)
      try expectInStep(first, Self.count + 430)
      try expectInStep(Likeness(gallery: folder), Self.count + 430)
    }
  }

  @Test func nothingOfARemovedFaceStaysInTheFile() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      var store: GalleryStore? = try Self.largeGallery(at: folder)
      let likeness = Likeness(gallery: folder)
      try expectInStep(likeness, Self.count)
      let faces = try store!.embeddings()
      let bytes = faces.embeddings[500].values.withUnsafeBytes { Data($0) }
      #expect(try Data(contentsOf: file).range(of: bytes) != nil)
      store = nil
      _ = try likeness.faces.remove(faces.faces[500])
      #expect(try Data(contentsOf: file).range(of: bytes) == nil)
      try expectInStep(likeness, Self.count - 1)
      // Too few for a file: it goes.
      for row in 0..<4 { _ = try likeness.faces.remove(faces.faces[row]) }
      #expect(!FileManager.default.fileExists(atPath: file.path))
      try expectInStep(likeness, Self.count - 5)
    }
  }

  @Test func whoeverFindsTheGraphInTheMakingAnswersExactlyMeanwhile() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let store = try Self.largeGallery(at: folder)
      let likeness = Likeness(gallery: folder, keepsOpen: true)
      try GalleryIndex.$graphThreshold.withValue(Self.count) {
        guard case .granted(let lock) = IndexBuildLock.request(at: folder) else {
          Issue.record("nobody makes it")
          return
        }
        try withExtendedLifetime(lock) {
          if case .granted = IndexBuildLock.request(at: folder) { Issue.record("two make it") }
          try expectInStep(likeness, Self.count)
          try Self.add(20_000..<20_003, store)
          try expectInStep(likeness, Self.count + 3)
        }
      }
      #expect(!FileManager.default.fileExists(atPath: file.path))
      // The other one is done: its file is read.
      try Likeness(gallery: folder).gallery.refreshIndexFile(store)
      #expect(FileManager.default.fileExists(atPath: file.path))
      try expectInStep(likeness, Self.count + 3)
      let reader = try likeness.gallery.reader()
      #expect(try likeness.gallery.withIndex(of: reader) { $0.stamp } != nil)
    }
  }

  @Test func whoeverWaitsForTheGraphKeepsItsIndexBesideAFileOfNoUse() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try Self.largeGallery(at: folder)
      // It stays until the graph is there.
      try Data("something else".utf8).write(to: GalleryIndex.file(of: folder))
      let likeness = Likeness(gallery: folder, keepsOpen: true)
      try GalleryIndex.$graphThreshold.withValue(Self.count) {
        guard case .granted(let lock) = IndexBuildLock.request(at: folder) else {
          Issue.record("nobody makes it")
          return
        }
        try withExtendedLifetime(lock) {
          let first = try likeness.gallery.withIndex(of: store) { $0 }
          #expect(try likeness.gallery.withIndex(of: store) { $0 === first })
        }
      }
    }
  }

  @Test func aFileThatIsNoUseIsMadeAgain() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let store = try Self.largeGallery(at: folder)
      try expectInStep(Likeness(gallery: folder), Self.count)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(names).isSuperset(of: ["faces.index", "faces.index.lock"]))
      #expect(try TestFiles.openToOthers(in: folder).filter { $0.contains("faces.index") } == [])
      let whole = try Data(contentsOf: file)
      var flipped = whole
      flipped[whole.count - 200_000] ^= 1
      for bytes in [flipped, whole.prefix(100_000), Data("something else".utf8)] {
        try Data(bytes).write(to: file)
        try expectInStep(Likeness(gallery: folder), Self.count)
        #expect(try VectorIndex(contentsOf: file).count == Self.count)
      }
      // Of another gallery.
      try VectorIndex(contentsOf: file).save(
        to: file, stamp: IndexStamp(source: "another", revision: 1))
      try expectInStep(Likeness(gallery: folder), Self.count)
      #expect(try VectorIndex(contentsOf: file).stamp?.source == store.state().id)
      let info = try #require(try Likeness(gallery: folder).gallery.indexSummary())
      #expect(info.kind == "exact" && info.faces == Self.count && info.recall == 1)
      #expect(info.fileBytes ?? 0 > Self.count * 16 * 5)
    }
  }

  /// A small gallery whose file has a graph: recall is measured with the people that names tell, and kept.
  @Test func recallIsMeasuredAlsoForStrangers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let count = 1_200
      let store = try GalleryStore(at: folder, access: .write, create: true)
      var random = SplitMix64(seed: 82)
      let photos = (0..<count).map { number -> NewPhoto in
        var photo = Self.photo(number, &random)
        photo.faces[0].name = "Person \(number % 300)"
        return photo
      }
      try store.add(photos, model: "test")
      let faces = try store.embeddings()
      let graph = try VectorIndex(
        dimensions: 16, graphThreshold: 1_000,
        parameters: HNSWParameters(links: 8, constructionBeam: 40))
      try graph.insert(faces.embeddings, faces: faces.faces)
      let state = try store.state()
      let stamp = IndexStamp(
        source: state.id, revision: state.revision, mark: try store.mark(of: state.revision))
      try graph.save(to: file, stamp: stamp)
      let likeness = Likeness(gallery: folder)
      var alone = try #require(try likeness.gallery.indexSummary())
      #expect(alone.kind == "HNSW" && alone.measurement?.strangers == 0)

      // Measured anew after a tenth has changed: now names are known.
      try store.add(
        (count..<count + 130).map { number -> NewPhoto in
          var photo = Self.photo(number, &random)
          photo.faces[0].name = "Person \(number % 300)"
          return photo
        }, model: "test")
      let index = try #require(try likeness.gallery.indexSummary())
      let measured = try #require(index.measurement)
      #expect(measured.neighbors == 10 && measured.faces == count + 130 && measured.changes == 0)
      #expect(measured.strangers == 1_024 && measured.probes == 2_048)
      #expect(index.recall == measured.bound && measured.bound >= 0.99)
      #expect(measured.recall > measured.bound && measured.confidence == 0.95)
      #expect(
        measured.inWords.hasPrefix("recall@10 >= 99.")
          && measured.inWords.contains(
            " % (95 % bound, 2048 unseen probes, 1024 of them of strangers, on 1330 faces on 2")
      )
      // Downwards.
      alone.measurement?.bound = 0.99999
      #expect(alone.measurement?.inWords.hasPrefix("recall@10 >= 99.9 % (95 % bound, ") == true)
      alone.measurement?.changes = 7
      #expect(alone.measurement?.inWords.hasSuffix(", 7 changed since)") == true)
    }
  }

  @Test func aGalleryPutBackFromACopyIsNoticed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let file = GalleryIndex.file(of: home)
      do { _ = try Self.largeGallery(at: home) }
      let copy = folder.appendingPathComponent("copy")
      try FileManager.default.copyItem(at: home, to: copy)
      do {
        // More than a fiftieth, so that the file is of this state.
        let store = try GalleryStore(at: home, access: .write)
        try Self.add(20_000..<20_400, store)
        try expectInStep(Likeness(gallery: home), Self.count + 400)
      }
      let index = try Data(contentsOf: file)
      try FileManager.default.removeItem(at: home)
      try FileManager.default.moveItem(at: copy, to: home)
      do {
        // The same numbers for other faces.
        let store = try GalleryStore(at: home, access: .write)
        try Self.add(30_000..<30_400, store)
        try Self.add(40_000..<40_010, store)
      }
      try index.write(to: file)
      try expectInStep(Likeness(gallery: home), Self.count + 410)
    }
  }

  @Test func theFirstFacesAreFoundByWhoWasThereBefore() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try GalleryStore(at: folder, access: .write, create: true)
      let likeness = Likeness(gallery: folder)
      #expect(throws: LikenessError.self) { try likeness.search(Embedding([1, 2])) }
      #expect(try likeness.gallery.indexSummary() == nil)
      try Self.add(0..<3, store)
      try expectInStep(likeness, 3)
    }
  }

  @Test func aRemovalThatWasCutShortIsFinished() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let store = try Self.largeGallery(at: folder)
      try expectInStep(Likeness(gallery: folder), Self.count)
      let faces = try store.embeddings()
      let bytes = faces.embeddings[77].values.withUnsafeBytes { Data($0) }
      // Killed before the index was told, and another while it wrote.
      _ = try store.remove(faces: [faces.faces[77]])
      try bytes.write(to: URL(fileURLWithPath: file.path + ".unfinished-1"))
      #expect(try Data(contentsOf: file).range(of: bytes) != nil)
      try expectInStep(Likeness(gallery: folder), Self.count - 1)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where name.hasPrefix("faces.index") {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        #expect(data.range(of: bytes) == nil, "\(name)")
      }
    }
  }

  /// Which only the gallery can tell: the file's checksums are right.
  @Test func anIndexOfOtherEmbeddingsIsNoticed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      let store = try Self.largeGallery(at: folder)
      try expectInStep(Likeness(gallery: folder), Self.count)
      let index = try VectorIndex(contentsOf: file)
      let faces = try store.embeddings()
      try index.insert(EmbeddingMatrix([faces.embeddings[5]]), faces: [faces.faces[900]])
      try index.save(to: file, stamp: try #require(index.stamp))
      let found = try Likeness(gallery: folder).search(
        faces.embeddings[5], Question(count: 3, grouping: .photo))
      #expect(
        found.first?.face == faces.faces[5] && found.allSatisfy { $0.face != faces.faces[900] })
      try expectInStep(Likeness(gallery: folder), Self.count)
    }
  }

  private func indexFinding(_ likeness: Likeness, repairs: Bool = false) throws -> GalleryFinding? {
    var options = CheckOptions()
    options.repairs = repairs
    return try likeness.gallery.check(options).findings.first { $0.kind == .index }
  }

  @Test func aCheckComparesTheFileWithTheGallery() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = GalleryIndex.file(of: folder)
      do { _ = try Self.largeGallery(at: folder) }
      let likeness = Likeness(gallery: folder)
      #expect(try likeness.gallery.check().index == nil)
      try expectInStep(likeness, Self.count)
      let check = try likeness.gallery.check()
      #expect(check.index?.faces == Self.count && check.index?.probes == 100)
      #expect(check.index?.recall == 1 && !check.findings.contains { $0.kind == .index })

      // Whose checksums are right and whose content is not.
      let sound = try Data(contentsOf: file)
      let index = try VectorIndex(contentsOf: file)
      let faces = try GalleryStore(at: folder, access: .read).embeddings()
      try index.insert(EmbeddingMatrix([faces.embeddings[5]]), faces: [faces.faces[900]])
      try index.insert(EmbeddingMatrix([faces.embeddings[6]]), ids: [777_777])
      try index.remove([faces.faces[12].rawValue])
      try index.save(to: file, stamp: try #require(index.stamp))
      let found = try #require(try indexFinding(likeness))
      #expect(
        found.text
          == "faces.index lacks 1 face (\(faces.faces[12].reference)), should not have 1 face "
          + "(face:777777), has other vectors of 1 face (\(faces.faces[900].reference))")
      #expect(found.repair == "make it anew from the database" && !found.repaired)
      #expect(try indexFinding(likeness, repairs: true)?.repaired == true)
      #expect(try indexFinding(likeness) == nil)
      #expect(try VectorIndex(contentsOf: file).count == Self.count)

      // Of nothing that is here, cut short, and altered.
      try VectorIndex(contentsOf: file).save(
        to: file, stamp: IndexStamp(source: "another", revision: 1))
      #expect(try indexFinding(likeness)?.text.contains("is not of this gallery") == true)
      var flipped = sound
      flipped[sound.count - 200_000] ^= 1
      for bytes in [flipped, sound.prefix(100_000)] {
        try Data(bytes).write(to: file)
        #expect(try indexFinding(likeness)?.text.contains("cannot be used") == true)
      }
      #expect(try indexFinding(likeness, repairs: true)?.repaired == true)
      #expect(try indexFinding(Likeness(gallery: folder)) == nil)
      try expectInStep(likeness, Self.count)
    }
  }

  @Test func namesWithManyPhotosHideNobody() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try GalleryStore(at: folder, access: .write, create: true)
      var random = SplitMix64(seed: 81)
      // One name with 300 photos right beside the probe, and 20 others far away.
      let photos = (0..<320).map { number -> NewPhoto in
        var photo = Self.photo(number, &random)
        photo.faces[0].name = number < 300 ? "Near" : "Far \(number)"
        let offset: Float = number < 300 ? 0.001 * Float(number) : Float(number)
        photo.faces[0].embedding = Embedding([Float](repeating: offset, count: 16))
        return photo
      }
      try store.add(photos, model: "test")
      let likeness = Likeness(gallery: folder)
      let probe = Embedding([Float](repeating: 0, count: 16))
      let byName = try likeness.search(probe, Question(count: 5))
      #expect(byName.map(\.name) == ["Near", "Far 300", "Far 301", "Far 302", "Far 303"])
      #expect(byName.map(\.rank) == [1, 2, 3, 4, 5])
      let byPhoto = try likeness.search(probe, Question(count: 5, grouping: .photo))
      #expect(byPhoto.allSatisfy { $0.name == "Near" } && byPhoto.count == 5)
      // All of a name's photos ask, and none of them answers.
      let others = try likeness.nearest(to: "Near", Question(count: 3, grouping: .photo))
      #expect(others.map(\.name) == ["Far 300", "Far 301", "Far 302"])
    }
  }
}
