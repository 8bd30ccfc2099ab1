import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import LikenessKit

/// Photos that are added again, and files that hold another photo than they did. The networks look at the sample photos.
@Suite struct KnownPhotoTests {
  private func withPhotos(
    _ work: (Likeness, _ photos: URL, _ put: (String, String) throws -> URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      func put(_ sample: String, as name: String) throws -> URL {
        let file = photos.appendingPathComponent(name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contentsOf: Samples.photo(sample)).write(to: file)
        return file
      }
      try work(
        Likeness(gallery: folder.appendingPathComponent("gallery")), photos,
        { try put($0, as: $1) })
    }
  }

  private func options(_ name: String? = nil, labels: String? = nil, in folder: URL) throws
    -> EnrolmentOptions
  {
    var options = EnrolmentOptions()
    options.name = name
    if let labels {
      let table = folder.appendingPathComponent("labels.csv")
      try Data(labels.utf8).write(to: table)
      options.labels = .table(try LabelTable(contentsOf: table))
    }
    return options
  }

  @Test func `a name and labels reach a photo that is there already`() throws {
    try withPhotos { likeness, folder, put in
      let photo = try put("obama.jpg", "IMG_0001.jpg")
      let first = try likeness.add([photo])
      #expect(first.added == 1 && first.unnamed == 1 && first.folders.isEmpty)
      #expect(try likeness.names.summaries().isEmpty)
      // Nothing is said: it is not even read.
      #expect(try likeness.add([photo]).already == 1)
      let second = try likeness.add([photo], options("Barack", in: folder))
      #expect(second.already == 1 && second.named == 1 && second.warnings.isEmpty)
      #expect(try likeness.faces.entry(1).name == "Barack")
      let again = try likeness.add([photo], options("Barack", in: folder))
      #expect(again.named == 0 && again.warnings.isEmpty)
      let other = try likeness.add([photo], options("Joe", in: folder))
      #expect(other.named == 0 && other.warnings.count == 1)
      #expect(other.warnings[0].contains("Barack") && other.warnings[0].contains("Joe"))
      #expect(try likeness.faces.entry(1).name == "Barack")
      let labelled = try likeness.add(
        [photo], options(labels: "photo,mood,person\nIMG_0001.jpg,glad,Barack\n", in: folder))
      #expect(labelled.labelled == 1 && labelled.warnings.isEmpty)
      #expect(try likeness.faces.entry(1).labels == ["mood": "glad"])
    }
  }

  @Test func `an upload that is there already gets the name, or says which it keeps`() throws {
    try withPhotos { likeness, _, _ in
      let data = try Data(contentsOf: Samples.photo("obama.jpg"))
      #expect(try likeness.add([PhotoUpload(data: data, title: "a.jpg")])[0].isNew)
      let named = try likeness.add([PhotoUpload(data: data, title: "a.jpg", name: "Barack")])[0]
      #expect(!named.isNew && named.keptName == nil)
      let kept = try likeness.add([PhotoUpload(data: data, title: "a.jpg", name: "Joe")])[0]
      #expect(kept.keptName == "Barack")
      #expect(try likeness.names.all() == ["Barack"])
    }
  }

  /// As one that an earlier version added, of which nobody looked when it was taken.
  @Test func `the date of a photo that is there already is read`() throws {
    try withPhotos { likeness, folder, put in
      let old = try put("obama.jpg", "old.jpg")
      let none = try put("obama_partial_face.jpg", "none.jpg")
      let other = Likeness(gallery: folder.appendingPathComponent("other"))
      try other.add([old, none])
      let digests = try other.gallery.reader().photos().map(\.digest)
      do {
        let store = try likeness.gallery.writer(create: true)
        let photos = try zip([old, none], digests).map { url, digest in
          NewPhoto(
            digest: digest, file: try #require(PhotoFile(onDisk: url.path)), width: 9, height: 9,
            turned: 0, faces: [])
        }
        _ = try store.add(photos, model: "none", modelFile: nil, updatesPaths: true)
      }
      func taken() throws -> [CaptureTime?] { try likeness.photos.list().map(\.taken) }
      #expect(try taken() == [nil, nil])
      let summary = try likeness.add([old, none])
      #expect(summary.already == 2 && summary.dated == 1 && summary.added == 0)
      let time = CaptureTime("2012-12-06T15:46:01")
      #expect(try taken() == [time, nil])
      // Nobody looked at them for faces, nor looks again at those of which it is known that there is no date.
      #expect(try likeness.gallery.reader().faceCount() == 0)
      #expect(try likeness.gallery.reader().pathsOfUnreadTimes().isEmpty)
      #expect(try likeness.add([old, none]).dated == 0)
      // New ones have it at once, by file and by upload.
      let new = try put("obama3.jpg", "new.jpg")
      #expect(try likeness.add([new]).added == 1)
      let data = try Data(contentsOf: Samples.photo("obama2.jpg"))
      let id = try likeness.add([PhotoUpload(data: data, title: "upload.jpg")])[0].photo
      #expect(try likeness.photos.entry(id).photo.photo.taken.time?.day.year == 2009)
      #expect(try taken().map { $0?.day.year } == [2012, nil, 2010, 2009])
    }
  }

  @Test func `a folder of one person is told`() throws {
    try withPhotos { likeness, folder, put in
      for (number, sample) in ["obama.jpg", "obama2.jpg", "obama3.jpg"].enumerated() {
        _ = try put(sample, "Barack/IMG_000\(number).jpg")
      }
      _ = try put("biden.jpg", "2024/IMG_0009.jpg")
      let summary = try likeness.add([folder])
      #expect(summary.added == 4 && summary.unnamed == 4)
      let person = folder.appendingPathComponent("Barack").path
      #expect(summary.folders == [.init(folder: person, name: "Barack", photos: 3)])
      let named = try likeness.add(
        [URL(fileURLWithPath: person)], options("Barack", in: folder))
      #expect(named.named == 3)
      #expect(try likeness.names.summaries().map(\.faces) == [3])
    }
  }

  @Test func `what a file holds now replaces what it held`() throws {
    try withPhotos { likeness, folder, put in
      let photo = try put("obama.jpg", "IMG_0001.jpg")
      try likeness.add(
        [photo], options("Barack", labels: "photo,mood\nIMG_0001.jpg,glad\n", in: folder))
      _ = try put("obama2.jpg", "IMG_0001.jpg")
      let second = try likeness.add([photo])
      #expect(second.added == 1 && second.replaced == 1 && second.warnings.isEmpty)
      let faces = try likeness.faces.list()
      #expect(faces.count == 1 && faces[0].name == "Barack" && faces[0].labels == ["mood": "glad"])
      #expect(try likeness.photos.list().count == 1)
      // A person whom the user named stays so, without the name as it was added.
      let person = try #require(try likeness.people.list().people.first)
      _ = try likeness.people.name(person.id, as: "Mr. President")
      _ = try put("obama.jpg", "IMG_0001.jpg")
      #expect(try likeness.add([photo]).replaced == 1)
      #expect(try likeness.faces.list().map(\.name) == ["Mr. President"])
      #expect(try likeness.people.list().people.map(\.id) == [person.id])
      // Another person is told.
      _ = try put("biden.jpg", "IMG_0001.jpg")
      let third = try likeness.add([photo])
      #expect(third.replaced == 1 && third.warnings.count == 1)
      #expect(third.warnings[0].contains("Mr. President"))
      #expect(try likeness.faces.list().map(\.name) == [nil])
      // Answers do not show what was there before.
      let matches = try likeness.search(Samples.photo("obama.jpg"))[0].matches
      #expect(matches.map(\.photo) == [photo.path])
    }
  }

  /// However many photos lie between, so that they are written in different batches.
  @Test func `photos that swap their files stay what they are`() throws {
    try TestFiles.withTemporaryFolder { folder in
      var made = MadeFaces(seed: 5)
      let (a, b) = (made.photo(of: [1], name: "Ann"), made.photo(of: [2], name: "Bob"))
      let home = folder.appendingPathComponent("gallery")
      let store = try GalleryStore(at: home, access: .write, create: true)
      try store.add([a, b], model: "test")
      let writer = PhotoWriter(
        store: store, model: EmbeddingModel(name: "test", file: nil), updatesPaths: true,
        expectsModelChange: false)
      let verification = Likeness(gallery: home).networks.verification
      func found(_ photo: NewPhoto, at file: PhotoFile) -> PhotoPreparation.Outcome {
        var known = photo
        (known.file, known.faces) = (file, [])
        known.file.bytes += 7
        return .ready(PreparedPhoto(photo: known, isKnown: true))
      }
      var run = EnrolmentRun(verification) { writer }
      try run.take(found(b, at: a.file), path: a.file.path)
      try run.flush()
      // Stopped here, the file with both is looked into again.
      #expect(
        try KnownPhotos(files: store.knownFiles()) { _ in true }.sharedPaths == [a.file.path])
      try run.take(found(a, at: b.file), path: b.file.path)
      try run.flush()
      try run.replaceFormer { _, _, _, _ in nil }
      #expect(run.summary.replaced == 0 && run.summary.warnings.isEmpty)
      #expect(try store.photos().map(\.path) == [b.file.path, a.file.path])
      #expect(try store.faceTable().faces.map(\.name) == ["Ann", "Bob"])
      #expect(try KnownPhotos(files: store.knownFiles()) { _ in true }.sharedPaths.isEmpty)
    }
  }

  @Test func `photos whose files are gone are found and pruned`() throws {
    try withPhotos { likeness, folder, put in
      let gone = try put("obama.jpg", "a/obama.jpg")
      let kept = try put("biden.jpg", "a/biden.jpg")
      let away = try put("obama2.jpg", "disk/obama2.jpg")
      let changed = try put("obama3.jpg", "a/small.jpg")
      try likeness.add([folder])
      let data = try Data(contentsOf: Samples.photo("32bit.png"))
      try likeness.add([PhotoUpload(data: data, title: "upload.png")])
      #expect(try likeness.photos.missing() == MissingPhotos())
      try FileManager.default.removeItem(at: gone)
      try FileManager.default.removeItem(at: away.deletingLastPathComponent())
      _ = try put("biden.jpg", "a/small.jpg")
      let missing = try likeness.photos.missing()
      #expect(missing.gone.map(\.photo) == [gone.path])
      #expect(missing.changed.map(\.photo) == [changed.path])
      #expect(missing.unreachable.map(\.photo) == [away.path])
      #expect(missing.folders == [.init(folder: away.deletingLastPathComponent().path, photos: 1)])
      let receipt = try likeness.remove(Removal(photos: missing.gone.map(\.id)))
      #expect(receipt.photos == [gone.path] && receipt.names == ["obama"])
      #expect(try likeness.photos.list().map(\.photo).contains(kept.path))
      // A photo that was moved is found by its content.
      let moved = folder.appendingPathComponent("b/biden.jpg")
      try FileManager.default.createDirectory(
        at: moved.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: kept, to: moved)
      try FileManager.default.removeItem(at: changed)
      #expect(try likeness.add([moved]).already == 1)
      #expect(try !likeness.photos.missing().gone.contains { $0.photo.hasSuffix("biden.jpg") })
    }
  }

  @Test func `a label person is the name`() throws {
    try withPhotos { likeness, _, put in
      try likeness.add([try put("obama.jpg", "IMG_0001.jpg"), try put("biden.jpg", "IMG_0002.jpg")])
      let set = try likeness.labels.set(["person": "Barack", "mood": "glad"], of: [1])
      #expect(set.changed == 1 && set.faces[0].name == "Barack")
      #expect(set.faces[0].labels == ["mood": "glad"])
      #expect(try likeness.labels.counts().map(\.key) == ["mood"])
      // It takes the face out of a person of another name.
      let person = try References(likeness).person("Barack")
      _ = try likeness.people.name(person, as: "Barack")
      try likeness.labels.set(["person": "Joe"], ofFace: 1)
      #expect(try likeness.faces.entry(1).name == "Joe")
      #expect(try likeness.names.all() == ["Joe"])
      try likeness.labels.set(["person": nil], ofFace: 1)
      #expect(try likeness.faces.entry(1).name == nil && likeness.names.all().isEmpty)
      #expect(throws: GalleryError.self) { try likeness.labels.set(["person": "face:3"], of: [1]) }
    }
  }
}
