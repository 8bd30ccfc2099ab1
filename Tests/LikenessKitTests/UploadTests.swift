import Foundation
import GalleryCore
import TestSupport
import Testing

@testable import LikenessKit

/// Photos that come as bytes go the way of those that come as files.
@Suite struct UploadTests {
  private func upload(_ name: String) throws -> PhotoUpload {
    PhotoUpload(
      data: try Data(contentsOf: Samples.photo(name)), title: name,
      name: Samples.photo(name).deletingPathExtension().lastPathComponent)
  }

  @Test func `a file with the content of an upload leaves the kept copy in its place`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder.appendingPathComponent("gallery"))
      let photo = try likeness.add([try upload("obama.jpg")])[0].photo
      let kept = try #require(try likeness.photos.keptFile(photo))
      let file = folder.appendingPathComponent("elsewhere.jpg")
      try kept.write(to: file)
      #expect(try likeness.add([file]).already == 1)
      // What no record names is swept away with the next upload.
      try likeness.add([try upload("biden.jpg")])
      try FileManager.default.removeItem(at: file)
      #expect(try likeness.photos.keptFile(photo) == kept)
    }
  }

  @Test func `kept photos without their database are nobody else's`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let kept = try {
        let likeness = Likeness(gallery: home)
        let photo = try likeness.add([try upload("obama.jpg")])[0].photo
        return try likeness.gallery.reader().photo(id: photo)?.path ?? ""
      }()
      let names = try FileManager.default.contentsOfDirectory(atPath: home.path)
      for name in names where name.hasPrefix("gallery.sqlite") {
        try FileManager.default.removeItem(at: home.appendingPathComponent(name))
      }
      for isEmpty in [false, true] {
        let database = home.appendingPathComponent("gallery.sqlite")
        if isEmpty { try Data().write(to: database) }
        let error = #expect(throws: GalleryError.self) {
          try Likeness(gallery: home).add([Samples.photo("biden.jpg")])
        }
        #expect("\(error as Any)".contains("its database is gone"))
        #expect(FileManager.default.fileExists(atPath: kept))
      }
    }
  }

  @Test func `an upload is what its file would be`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let names = ["obama.jpg", "biden.jpg"]
      let files = Likeness(gallery: folder.appendingPathComponent("files"))
      let summary = try files.add(names.map { Samples.photo($0) })
      #expect(summary.added == 2)
      let uploads = Likeness(gallery: folder.appendingPathComponent("uploads"))
      let added = try uploads.add(names.map { try upload($0) })
      #expect(added.map(\.isNew) == [true, true])
      #expect(added.allSatisfy { $0.doubtful == 0 && $0.faces.count == 1 })
      func faces(_ likeness: Likeness) throws -> [StoredFace] {
        try likeness.gallery.faces().faces.sorted { ($0.name ?? "") < ($1.name ?? "") }
      }
      let (ofFiles, ofUploads) = try (faces(files), faces(uploads))
      #expect(ofFiles.map(\.name) == ["biden", "obama"])
      #expect(ofFiles.map(\.name) == ofUploads.map(\.name))
      #expect(ofFiles.map(\.quality) == ofUploads.map(\.quality))
      for (one, other) in zip(ofFiles, ofUploads) {
        let (one, other) = try (
          files.faces.embedding(of: one.id), uploads.faces.embedding(of: other.id)
        )
        #expect(Metric.cosine.distance(one, other) < 1e-4)
      }
      for face in ofUploads {
        #expect(try uploads.faces.thumbnail(of: face.id) != nil)
        #expect(try uploads.photos.decoded(face.photo).fullWidth > 0)
      }
      // Neither a file nor an upload of a content that is there is anything new; a file does say where it is.
      #expect(try uploads.add(names.map { try upload($0) }).map(\.isNew) == [false, false])
      #expect(try uploads.prepare(try upload("obama.jpg")).isKnown)
      #expect(try files.add([try upload("obama.jpg")]).map(\.isNew) == [false])
      let path = Samples.photo("obama.jpg").standardizedFileURL.path
      #expect(try files.gallery.reader().photos().map(\.path).contains(path))
    }
  }

  @Test func `uploads are added all or none`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder)
      try likeness.recover()
      #expect(throws: PhotoError.self) {
        try likeness.add([
          try upload("obama.jpg"), PhotoUpload(data: Data("only words".utf8), title: "b.jpg"),
        ])
      }
      #expect(try likeness.faces.count() == 0)
      let prepared = try likeness.prepare(try upload("obama.jpg"))
      let known = PreparedPhoto(
        photo: NewPhoto(
          digest: String(repeating: "0", count: 64),
          file: PhotoFile(path: "", bytes: 0, modified: 0), width: 0, height: 0, turned: 0,
          faces: []), isKnown: true)
      #expect(throws: EnrolmentError.removedMeanwhile) { try likeness.add([prepared, known]) }
      var other = prepared
      other.model = EmbeddingModel(name: "another", file: nil)
      #expect(throws: EnrolmentError.modelChanged) { try likeness.add([prepared, other]) }
      #expect(try likeness.faces.count() == 0)
      #expect(try likeness.add([prepared]).map(\.isNew) == [true])
    }
  }

  @Test func `of uploads as little is kept as is wanted`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = Likeness(gallery: folder)
      var options = EnrolmentOptions()
      options.keeping = .embeddings
      let added = try likeness.add([try upload("obama.jpg")], options)
      #expect(try likeness.faces.thumbnail(of: added[0].faces[0]) == nil)
      #expect(throws: PhotoError.self) { try likeness.photos.decoded(added[0].photo) }
      #expect(
        !FileManager.default.fileExists(atPath: folder.appendingPathComponent("photos").path))
    }
  }
}
