import Foundation
import GallerySQLite
import PhotoMetadata
import References
import TestSupport
import Testing

@testable import GalleryCore
@testable import LikenessKit

/// Names in photos' files and beside them, on their way into a gallery and out of it. The networks look at two sample photos
/// side by side.
@Suite(.serialized) struct GalleryRegionsTests {
  private static let two = Result { try Samples.together("obama.jpg", "biden.jpg") }

  /// - Parameter work: is given a photo of two people that is called as cameras call theirs, and the faces' boxes, that of
  ///   the left one first.
  private func withPhoto(
    named name: String = "IMG_0001.jpg",
    _ work: (Likeness, _ photo: URL, _ faces: [Box]) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = folder.appendingPathComponent("photos/\(name)")
      try FileManager.default.createDirectory(
        at: photo.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Self.two.get().write(to: photo)
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      let faces = try likeness.analyze(photo).faces.map(\.box).sorted { $0.x < $1.x }
      try #require(faces.count == 2)
      try work(likeness, photo, faces)
    }
  }

  /// Writes names as another program would.
  private func write(_ tags: [FaceTag], of photo: URL, to place: TagPlace = .file) throws {
    let data = try Data(contentsOf: photo)
    let size = try Photo.decode(data)
    _ = try PhotoTagger(
      tags, of: data, at: photo, width: size.fullWidth, height: size.fullHeight
    ).write(to: place)
  }

  private func sidecar(_ names: [String], keywords: [String] = [], of photo: URL) throws {
    func bag(_ items: [String]) -> String {
      "<rdf:Bag>\(items.map { "<rdf:li>\($0)</rdf:li>" }.joined())</rdf:Bag>"
    }
    let text = """
      <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
      <Iptc4xmpExt:PersonInImage>\(bag(names))</Iptc4xmpExt:PersonInImage>
      <dc:subject>\(bag(keywords))</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: photo.path + ".xmp"))
  }

  /// The names of the photo's faces, from left to right.
  private func names(_ likeness: Likeness) throws -> [String?] {
    try likeness.gallery.reader().faces(inPhoto: 1)
      .sorted { $0.geometry.box.x < $1.geometry.box.x }.map(\.name)
  }

  private func options(_ source: NameSource, name: String? = nil) -> EnrolmentOptions {
    var options = EnrolmentOptions()
    (options.nameSource, options.name) = (source, name)
    return options
  }

  // MARK: Adding

  @Test func `regions name each face of a new photo, rather than the file's name`() throws {
    try withPhoto(named: "Holiday.jpg") { likeness, photo, faces in
      try write(
        [FaceTag(name: "Joe", box: faces[1]), FaceTag(name: "Barack", box: faces[0])], of: photo)
      let summary = try likeness.add([photo])
      #expect(summary.regionNames == 2 && summary.candidates == 0 && summary.unnamed == 0)
      #expect(try names(likeness) == ["Barack", "Joe"])
    }
    try withPhoto(named: "Holiday.jpg") { likeness, photo, faces in
      try write([FaceTag(name: "Joe", box: faces[1])], of: photo, to: .sidecar)
      #expect(try likeness.add([photo]).regionNames == 1)
      #expect(try names(likeness) == [nil, "Joe"])
    }
    // Without regions all is as before; nothing is read where names are from elsewhere.
    try withPhoto(named: "Holiday.jpg") { likeness, photo, faces in
      try write([FaceTag(name: "Joe", box: faces[1])], of: photo, to: .sidecar)
      #expect(try likeness.add([photo], options(.none)).regionNames == 0)
      #expect(try names(likeness) == [nil, nil])
    }
  }

  @Test func `a name that is stated is for the largest face, unless a region says which it is for`()
    throws
  {
    try withPhoto { likeness, photo, faces in
      let largest = faces[0].area > faces[1].area ? 0 : 1
      try write([FaceTag(name: "Ann", box: faces[1 - largest])], of: photo)
      _ = try likeness.add([photo], options(.auto, name: "Ann"))
      var expected: [String?] = [nil, nil]
      expected[1 - largest] = "Ann"
      #expect(try names(likeness) == expected)
    }
    try withPhoto { likeness, photo, faces in
      try write(
        [FaceTag(name: "Ann", box: faces[0]), FaceTag(name: "Bob", box: faces[1])], of: photo)
      _ = try likeness.add([photo], options(.auto, name: "Cleo"))
      let found = try names(likeness)
      #expect(found.contains("Cleo") && found.filter { ["Ann", "Bob"].contains($0) }.count == 1)
    }
  }

  @Test func `an upload's regions name its faces`() throws {
    try withPhoto { likeness, photo, faces in
      try write([FaceTag(name: "Joe", box: faces[1])], of: photo)
      _ = try likeness.add([PhotoUpload(data: Data(contentsOf: photo), title: "a.jpg")])
      #expect(try names(likeness) == [nil, "Joe"])
    }
  }

  @Test func `XMP that cannot be read is told, and the photo is added`() throws {
    try withPhoto { likeness, photo, _ in
      try Data("<x:xmpmeta".utf8).write(to: URL(fileURLWithPath: photo.path + ".xmp"))
      let summary = try likeness.add([photo])
      #expect(summary.added == 1 && summary.warnings.count == 1)
      #expect(summary.warnings[0].contains(".xmp") && !summary.warnings[0].contains("\n"))
    }
  }

  @Test func `a name that no face may have is told, and those beside it are taken`() throws {
    try withPhoto { likeness, photo, faces in
      try write(
        [FaceTag(name: "face:12", box: faces[0]), FaceTag(name: "Joe", box: faces[1])], of: photo)
      try sidecar(["Ann", "person:3"], of: photo)
      let summary = try likeness.add([photo])
      #expect(summary.added == 1 && summary.regionNames == 1 && summary.warnings.count == 2)
      #expect(summary.warnings.contains { $0.contains("face:12") })
      #expect(try names(likeness) == [nil, "Joe"])
      #expect(try likeness.regions.candidates(of: 1) == ["Ann"])
      let again = try likeness.regions.read()
      #expect(again.photos == 1 && again.named == 0 && again.faults.count == 2)
    }
  }

  @Test func `a photo that is there gets names only when they are asked for, and keeps others`()
    throws
  {
    try withPhoto { likeness, photo, faces in
      _ = try likeness.add([photo])
      try write(
        [FaceTag(name: "Barack", box: faces[0]), FaceTag(name: "Joe", box: faces[1])], of: photo,
        to: .sidecar)
      #expect(try likeness.add([photo]).already == 1 && names(likeness) == [nil, nil])
      let left = try likeness.gallery.reader().faces(inPhoto: 1)
        .first { $0.geometry.box.isSamePlace(as: faces[0]) }
      try likeness.names.assign("Mr. President", to: try #require(left).id)
      let trial = try likeness.regions.read(isDryRun: true)
      #expect(trial.named == 1 && trial.kept.count == 1 && trial.photos == 1)
      #expect(try names(likeness) == ["Mr. President", nil])
      let summary = try likeness.add([photo], options(.regions))
      #expect(summary.already == 1 && summary.named == 1 && summary.regionNames == 1)
      #expect(summary.warnings.contains { $0.contains("Barack") && $0.contains("Mr. President") })
      #expect(try names(likeness) == ["Mr. President", "Joe"])
      let again = try likeness.regions.read([1])
      #expect(
        again.named == 0
          && again.kept == [
            .init(photo: photo.path, name: "Mr. President", said: "Barack")
          ])
    }
  }

  @Test func `regions of a photo that was cropped since are told and become candidates`() throws {
    try withPhoto { likeness, photo, faces in
      let data = try Data(contentsOf: photo)
      _ = try PhotoTagger(
        [FaceTag(name: "Joe", box: Box(x: 10, y: 10, width: 50, height: 50))], of: data, at: photo,
        width: 300, height: 900
      ).write(to: .sidecar)
      _ = try likeness.add([photo], options(.none))
      let summary = try likeness.regions.read()
      #expect(summary.cropped == [photo.path] && summary.named == 0 && summary.candidates == 1)
      #expect(try likeness.regions.candidates(of: 1) == ["Joe"])
    }
  }

  // MARK: Names without a place

  @Test func `names without a place are kept, and the review offers them`() throws {
    try withPhoto { likeness, photo, faces in
      try write([FaceTag(name: "Barack", box: faces[0])], of: photo)
      try sidecar(["Joe", "Barack", "Joe"], keywords: ["beach"], of: photo)
      let summary = try likeness.add([photo])
      #expect(summary.candidates == 1 && summary.regionNames == 1)
      #expect(try likeness.regions.candidates(of: 1) == ["Joe"])
      #expect(try names(likeness) == ["Barack", nil])
      let session = likeness.people.review()
      let question = try #require(
        try session.questions().questions.first { $0.kind == .name })
      #expect(question.names == ["Joe"] && question.photo == 1 && question.people.count == 1)
      #expect(ReviewSubject(rawValue: question.id.rawValue) == question.id)
      #expect(try session.answer(question.id, true) != nil)
      #expect(try names(likeness) == ["Barack", "Joe"])
      #expect(try !likeness.people.review().questions().questions.contains { $0.kind == .name })
      _ = try likeness.people.undo()
      #expect(try names(likeness) == ["Barack", nil])
      // There is nobody else whom it could be.
      #expect(try session.answer(question.id, false) == nil)
      #expect(try likeness.regions.candidates(of: 1).isEmpty && names(likeness) == ["Barack", nil])
    }
  }

  @Test func `a keyword is a candidate where the gallery has the name`() throws {
    try withPhoto { likeness, photo, _ in
      _ = try likeness.add([photo], options(.none))
      try likeness.names.add("Ann")
      try sidecar(["Bob"], keywords: ["beach", "Ann"], of: photo)
      #expect(try likeness.regions.read().candidates == 1)
      #expect(try likeness.regions.candidates(of: 1) == ["Bob", "Ann"])
      // Who is taken out is nobody's candidate either.
      _ = try likeness.remove(Removal(names: ["Ann"]))
      #expect(try likeness.regions.candidates(of: 1) == ["Bob"])
    }
  }

  @Test func `a name in a question may have strokes, and nothing else is one`() {
    let subject = ReviewSubject.name("Ann/Bob 1/2", face: 12)
    #expect(subject.rawValue == "name/12/Ann/Bob 1/2")
    #expect(ReviewSubject(rawValue: subject.rawValue) == subject && subject.kind == .name)
    for text in ["name/0/Ann", "name/12/", "name/12", "name/x/Ann", "name/1/a\u{202E}b"] {
      #expect(ReviewSubject(rawValue: text) == nil, "\(text)")
    }
  }

  // MARK: Writing

  @Test func `what is written is read again by another gallery`() throws {
    for place in TagPlace.allCases {
      try withPhoto { likeness, photo, faces in
        _ = try likeness.add([photo], options(.none))
        #expect(try likeness.regions.write(to: place).unnamed == 1)
        for face in try likeness.gallery.reader().faces(inPhoto: 1) {
          let isLeft = face.geometry.box.isSamePlace(as: faces[0])
          try likeness.names.assign(isLeft ? "Barack" : "Joe", to: face.id)
        }
        let before = try Data(contentsOf: photo)
        let trial = try likeness.regions.write(to: place, isDryRun: true)
        #expect(trial.written == 1 && trial.faces == 2)
        #expect(try Data(contentsOf: photo) == before)
        let summary = try likeness.regions.write([1], to: place)
        #expect(summary.written == 1 && summary.faces == 2 && summary.skipped.isEmpty)
        #expect(summary.files == [photo.path + (place == .sidecar ? ".xmp" : "")])
        #expect((try Data(contentsOf: photo) == before) == (place == .sidecar))
        #expect(try likeness.regions.write(to: place).unchanged == 1)
        // It is the same photo still, with all that is known of it.
        let again = try likeness.add([photo])
        #expect(again.already == 1 && again.added == 0 && again.replaced == 0)
        #expect(try likeness.photos.list().count == 1 && names(likeness) == ["Barack", "Joe"])
        let other = Likeness(gallery: photo.deletingLastPathComponent().appendingPathComponent("b"))
        #expect(try other.add([photo]).regionNames == 2)
        #expect(try names(other) == ["Barack", "Joe"])
      }
    }
  }

  @Test func `what cannot be written is skipped with a reason`() throws {
    try withPhoto { likeness, photo, _ in
      let data = try Data(contentsOf: photo)
      _ = try likeness.add([PhotoUpload(data: data, title: "up.jpg", name: "Ann")])
      let kept = try likeness.regions.write()
      #expect(kept.skipped.map(\.photo) == ["up.jpg"] && kept.written == 0)
      let bytes = try likeness.regions.sidecar(of: 1)
      #expect(String(decoding: bytes, as: UTF8.self).contains("<mwg-rs:Name>Ann</mwg-rs:Name>"))
    }
    try withPhoto { likeness, photo, _ in
      _ = try likeness.add([photo], options(.auto, name: "Ann"))
      try Data(contentsOf: Samples.photo("biden.jpg")).write(to: photo)
      let changed = try likeness.regions.write(to: .file)
      #expect(changed.skipped.count == 1 && changed.skipped[0].reason.contains("another photo"))
    }
    let server = Likeness(
      place: .milvus(try MilvusAddress("milvus://127.0.0.1:1/gallery", environment: [:])))
    #expect(throws: LikenessError.self) { _ = try server.regions.write(to: .file) }
  }

  @Test func `photos are named by what they show and where they lie`() throws {
    try withPhoto { likeness, photo, _ in
      _ = try likeness.add([photo], options(.auto, name: "Ann"))
      let references = References(likeness)
      for text in ["photo:1", photo.path, photo.deletingLastPathComponent().path, "ann", "face:1"] {
        #expect(try references.photos([text, text]) == [1], "\(text)")
      }
      #expect(throws: LikenessError.self) { _ = try references.photos(["nobody"]) }
    }
  }
}
