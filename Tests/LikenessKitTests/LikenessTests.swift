import Foundation
import GallerySQLite
import References
import Synchronization
import TestSupport
import Testing

@testable import LikenessKit

/// A gallery of the sample photos, made once for all questions that change nothing.
private let sampleGallery: Result<URL, any Error> = Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("likeness-samples-\(ProcessInfo.processInfo.processIdentifier)")
  try? FileManager.default.removeItem(at: folder)
  try Likeness(gallery: folder).add([Samples.folder])
  return folder
}

@Suite struct LikenessTests {
  @Test func theSamePersonIsNearest() throws {
    let likeness = Likeness(gallery: try sampleGallery.get())
    let matches = try likeness.nearest(to: "obama")
    #expect(matches.map(\.rank) == Array(1...matches.count))
    #expect(matches.last?.name == "biden")
    #expect(
      matches.dropLast().allSatisfy { $0.name == "32bit" || $0.name?.hasPrefix("obama") == true })
    #expect(matches.map(\.distance) == matches.map(\.distance).sorted())
    #expect(matches[0].probability > 0.9 && matches[matches.count - 1].probability < 0.1)
    for metric in Metric.allCases {
      let ranked = try likeness.nearest(to: "biden", Question(count: 3, metric: metric))
      #expect(ranked.count == 3)
      #expect(ranked.map(\.distance) == ranked.map(\.distance).sorted())
    }
  }

  @Test func aPhotoFindsItself() throws {
    let likeness = Likeness(gallery: try sampleGallery.get())
    let answers = try likeness.search(Samples.photo("obama2.jpg"))
    #expect(answers[0].matches[0].name == "obama2")
    #expect(answers[0].matches[0].distance < 1e-3)
  }

  /// Whoever is not in the gallery is told to be unknown, however the nearest is called.
  @Test func strangersAreUnknown() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      try likeness.add(["obama.jpg", "obama_partial_face.jpg"].map { Samples.photo($0) })
      let threshold = try likeness.thresholds.current().unknown.distance
      for (photo, known) in [("obama2.jpg", true), ("biden.jpg", false)] {
        let answer = try likeness.search(Samples.photo(photo), Question(metric: .l1))[0]
        let recognition = try #require(answer.recognition)
        #expect(recognition.known == known && recognition.threshold == threshold)
        #expect(recognition.distance == answer.matches[0].decisiveDistance)
        #expect((recognition.distance <= threshold) == known && recognition.metric == .cosine)
        #expect(recognition.reason.contains(known ? "is within" : "is above"))
        #expect(recognition.reason.hasSuffix("taken for somebody among 2 faces"))
      }
      // Of faces that could be anybody's nothing is said.
      let pixels = try Photo.load(contentsOf: Samples.photo("obama.jpg"))
      let head = try #require(
        pixels.cropped(to: PhotoRectangle(x: 200, y: 0, width: 560, height: 560)))
      let file = folder.appendingPathComponent("small.png")
      try head.resized(width: 26, height: 26).resized(width: 260, height: 260).pngData()
        .write(to: file)
      let poor = try #require(try likeness.search(file)[0].recognition)
      #expect(poor.known == nil && poor.reason.hasPrefix("too poor to judge"))
    }
  }

  /// What says yes for two faces says nothing among many: the threshold follows the gallery.
  @Test func theMoreFacesTheStricter() throws {
    try withMadeGallery((0..<300).map { [$0 % 100] }) { likeness in
      let before = try likeness.thresholds.current()
      #expect(before.unknown.distance < likeness.networks.verification.threshold)
      let match = Match(
        rank: 1, distance: 0, probability: 0.6,
        decisiveDistance: likeness.networks.verification.threshold - 0.001, photo: "", photoID: 1,
        title: "",
        face: 1, ordinal: 0)
      let recognition = Recognition(
        match, by: likeness.networks.verification, before, isJudgeable: true)
      #expect(recognition.known == false && recognition.threshold == before.unknown.distance)
      // Measured again when faces came.
      var faces = MadeFaces(seed: 3)
      for _ in 0..<400 { _ = faces.photo(of: []) }
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        try store.add((0..<100).map { faces.photo(of: [$0]) }, model: "test")
      }
      #expect(try likeness.thresholds.current().faces == 400)
    }
  }

  @Test func probesOfAllKindsAgree() throws {
    let likeness = Likeness(gallery: try sampleGallery.get())
    try TestFiles.withTemporaryFolder { folder in
      let face = try likeness.analyze(Samples.photo("obama.jpg")).faces[0]
      var files = ["obama", Samples.photo("obama.jpg").path]
      for format in EmbeddingFormat.allCases {
        let file = folder.appendingPathComponent("e.\(format.rawValue)")
        try EmbeddingMatrix([face.embedding]).data(as: format).write(to: file)
        files.append(file.path)
      }
      let references = References(likeness)
      let biden = try references.probe("biden")
      for file in files {
        let probe = try references.probe(file)
        let distance = try likeness.distance(probe, biden)
        let expected = try likeness.distance(try references.probe("obama"), biden)
        #expect(abs(distance.l2 - expected.l2) < 1e-4)
        #expect(abs(distance.l1 - expected.l1) < 1e-3)
        let verdict = try likeness.verify(probe, biden)
        #expect(verdict.same == false)
      }
    }
  }

  @Test func verdictsComeWithReasons() throws {
    let likeness = Likeness(gallery: try sampleGallery.get())
    let same = try likeness.verify(
      try likeness.probe(photo: Samples.photo("obama.jpg")),
      try likeness.probe(photo: Samples.photo("obama2.jpg")))
    #expect(same.same == true && same.probability > 0.9 && same.distance <= same.threshold)
    #expect(same.reason.contains("threshold") && same.reason.contains("LFW"))
  }

  @Test func aFaceTooPoorIsNotJudged() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("none"))
      let photo = try Photo.load(contentsOf: Samples.photo("obama.jpg"))
      // The head with its surroundings, so small that the face is some 12 pixels wide.
      let head = try #require(
        photo.cropped(to: PhotoRectangle(x: 200, y: 0, width: 560, height: 560)))
      let small = try head.resized(width: 26, height: 26).resized(width: 260, height: 260)
      let file = folder.appendingPathComponent("small.png")
      try small.pngData().write(to: file)
      let verdict = try likeness.verify(
        try likeness.probe(photo: file), try likeness.probe(photo: Samples.photo("obama.jpg")))
      #expect(verdict.same == nil)
      #expect(verdict.reason.hasPrefix("too poor to judge"))
    }
  }

  @Test func addingTwiceChangesNothing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      let first = try likeness.add([Samples.folder])
      #expect(first.added == 7 && first.already == 0 && first.skipped.isEmpty)
      let before = try likeness.faces.list(withEmbeddings: true)
      let second = try likeness.add([Samples.folder, Samples.photo("obama.jpg")])
      #expect(second.added == 0 && second.already == 7)
      // The same content elsewhere is the same photo.
      let copy = folder.appendingPathComponent("copy.jpg")
      try FileManager.default.copyItem(at: Samples.photo("obama.jpg"), to: copy)
      #expect(try likeness.add([copy]).already == 1)
      let after = try likeness.faces.list(withEmbeddings: true)
      #expect(before.map(\.embedding) == after.map(\.embedding))
      #expect(try likeness.photos.list().contains { $0.photo == copy.path })
    }
  }

  @Test func anInterruptedRunGoesOn() throws {
    try TestFiles.withTemporaryFolder { folder in
      var options = FaceEngineOptions()
      options.jobs = 2
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"), options: options)
      let asked = Atomic(0)
      let first = try likeness.add(
        [Samples.folder], isCancelled: { asked.add(1, ordering: .relaxed).newValue > 3 })
      #expect(first.interrupted && first.added < 7)
      let second = try likeness.add([Samples.folder])
      #expect(!second.interrupted)
      #expect(first.added + second.added == 7 && second.already == first.added)
    }
  }

  @Test func namesComeFromFilesFoldersOrTheCaller() throws {
    try TestFiles.withTemporaryFolder { folder in
      let person = folder.appendingPathComponent("photos/Barack O'Bama \u{1F600}")
      try FileManager.default.createDirectory(at: person, withIntermediateDirectories: true)
      let photo = person.appendingPathComponent("one two.jpg")
      try FileManager.default.copyItem(at: Samples.photo("obama.jpg"), to: photo)
      func names(_ source: NameSource, _ name: String? = nil) throws -> [String] {
        let likeness = Likeness(gallery: folder.appendingPathComponent(UUID().uuidString))
        var options = EnrolmentOptions()
        options.nameSource = source
        options.name = name
        try likeness.add([folder.appendingPathComponent("photos")], options)
        return try likeness.names.summaries().map(\.name)
      }
      #expect(try names(.file) == ["one two"])
      #expect(try names(.folder) == ["Barack O'Bama \u{1F600}"])
      #expect(try names(.none) == [])
      #expect(try names(.file, "Him") == ["Him"])
    }
  }

  @Test func twoPeopleOfOneNameAreNoticed() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      var options = EnrolmentOptions()
      options.name = "Joe"
      #expect(try likeness.add([Samples.photo("obama.jpg")], options).warnings.isEmpty)
      #expect(try likeness.add([Samples.photo("obama2.jpg")], options).warnings.isEmpty)
      #expect(try likeness.add([Samples.photo("biden.jpg")], options).warnings.count == 1)
      // The nearest photo of a name stands for it, or every photo for itself.
      #expect(try likeness.search(Samples.photo("biden.jpg"))[0].matches.count == 1)
      let each = try likeness.search(
        Samples.photo("biden.jpg"), Question(count: 10, grouping: .photo))
      #expect(each[0].matches.count == 3)
    }
  }

  @Test func exportsHoldEveryFace() throws {
    let likeness = Likeness(gallery: try sampleGallery.get())
    let faces = try likeness.faces.list(withEmbeddings: true)
    let json = try JSONDecoder().decode([ListedFace].self, from: likeness.faces.exported(as: .json))
    #expect(json.map(\.embedding) == faces.map(\.embedding))
    let lines = String(decoding: try likeness.faces.exported(as: .csv), as: UTF8.self).split(
      separator: "\n")
    #expect(lines.count == faces.count + 1)
    #expect(
      lines[1].split(separator: ",").suffix(128).compactMap { Float($0) } == faces[0].embedding)
    let array = [UInt8](try likeness.faces.exported(as: .npy))
    #expect(array.count % 4 == 0 && array.starts(with: [0x93] + Array("NUMPY".utf8)))
    #expect(array.count == 128 + faces.count * 128 * 4)
  }
}
