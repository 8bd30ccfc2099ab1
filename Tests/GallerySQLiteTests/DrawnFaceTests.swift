import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

/// Faces that are added to photos that are there already.
@Suite struct DrawnFaceTests {
  /// A face that was drawn, in a place of its own.
  private func drawn(_ name: String?, _ value: Float, x: Double, count: Int = 8) -> NewFace {
    var new = face(name, value, count: count)
    new.geometry.box.x = x
    new.isDrawn = true
    return new
  }

  @Test func itComesAfterTheOthers() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1), face(nil, 2)]), photo("b", [])], model: model)
      let photos = try store.photos().map(\.id)
      let revision = try store.revision()
      let id = try store.add(
        drawn("Bob", 3, x: 100), toPhoto: photos[0], model: model, modelFile: nil)
      let face = try #require(try store.face(id: id))
      #expect(face.isDrawn && face.ordinal == 2 && face.name == "Bob" && face.photo == photos[0])
      #expect(try store.faces(inPhoto: photos[0]).map(\.isDrawn) == [false, false, true])
      #expect(try store.entries(of: [id]).first?.hasThumbnail == true)
      #expect(try store.faceTable().faces.last?.isDrawn == true)
      #expect(try store.embedding(face: id)?.values.first == 3)
      // Who made something of an earlier revision learns of it.
      #expect(try store.changedFaces(since: revision) == [id])
      // A copy has it as well.
      let contents = try store.contents(ofPhotos: [photos[0]])
      #expect(contents[0].photo.faces.map(\.isDrawn) == [false, false, true])
      try withGallery { other, _ in
        try other.add(contents.map(\.photo), model: model)
        #expect(try other.faceTable().faces.map(\.isDrawn) == [false, false, true])
      }
    }
  }

  @Test func whatDoesNotFitChangesNothing() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let photo = try store.photos()[0].id
      let revision = try store.revision()
      #expect(
        failure {
          _ = try store.add(
            drawn("Bob", 2, x: 6), toPhoto: photo, model: model, modelFile: nil)
        } == .faceExists(path: store.path, face: 1))
      #expect(
        failure {
          _ = try store.add(
            drawn("Bob", 2, x: 100), toPhoto: 7, model: model, modelFile: nil)
        } == .unknownPhoto(path: store.path, photo: 7))
      #expect(
        failure {
          _ = try store.add(
            drawn("Bob", 2, x: 100), toPhoto: photo, model: "other", modelFile: nil)
        } == .modelMismatch(path: store.path, gallery: model, model: "other"))
      #expect(try store.names().map(\.name) == ["Ann"] && store.faceCount() == 1)
      #expect(try store.revision() == revision)
    }
  }

  @Test func takenBackItLeavesThePhoto() throws {
    try withGallery { store, _ in
      try store.add([photo("a", []), photo("b", [face("Ann", 1)])], model: model)
      let photo = try store.photos()[0].id
      let id = try store.add(
        drawn("Bob", 3, x: 100), toPhoto: photo, model: model, modelFile: nil)
      #expect(try store.preview(of: Removal(faces: [id])).photos.isEmpty)
      let receipt = try store.remove(face: id)
      #expect(receipt.faces == [id] && receipt.photos.isEmpty && receipt.names == ["Bob"])
      #expect(try store.photoCount() == 2)
      // By its name, the photo goes with it; so does one whose last face was found.
      _ = try store.add(drawn("Bob", 3, x: 100), toPhoto: photo, model: model, modelFile: nil)
      #expect(try store.preview(of: Removal(names: ["Bob"])).photos.count == 1)
      #expect(try store.remove(name: "Bob").photos.count == 1)
      #expect(try store.remove(face: 1).photos.count == 1)
    }
  }

  @Test func facesOfEarlierVersionsWereFound() throws {
    try TestFiles.withTemporaryFolder { home in
      do {
        let queue = try DatabaseQueue(path: home.appendingPathComponent("gallery.sqlite").path)
        try GallerySchema.migrator.migrate(
          queue, upTo: "11 rejected and hidden faces, covers")
        try queue.write { db in
          try db.execute(
            sql: """
              INSERT INTO photo (id, digest, path, bytes, modified, width, height, turned, added)
                VALUES (1, 'd', '/p.jpg', 1, 0, 9, 9, 0, 0);
              INSERT INTO face VALUES (1, 1, 0, NULL, 0, 0, 1, 1, 0, x'', 1, 1, 0, 0, 0, 1,
                x'0000803f', NULL);
              INSERT INTO meta VALUES ('model', 'test-model'), ('dimensions', '1');
              """)
        }
      }
      let store = try GalleryStore(at: home, access: .write)
      let face = try #require(try store.face(id: 1))
      #expect(!face.isDrawn && !face.hasEstimatedLandmarks)
    }
  }
}
