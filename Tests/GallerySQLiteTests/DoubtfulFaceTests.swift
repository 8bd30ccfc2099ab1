import Foundation
import GRDB
import LikenessCore
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct DoubtfulFaceTests {
  /// Photo a: a doubtful face and Ann. Photo b: one that is just not doubtful, and one that nobody measured.
  private func withDoubt(_ work: (GalleryStore, URL) throws -> Void) throws {
    try withGallery { store, home in
      try store.add(
        [
          photo("a", [face(nil, 1, confidence: 0.2), face("Ann", 2, confidence: 0.99)]),
          photo("b", [face(nil, 3, confidence: 0.8), face(nil, 4)]),
        ], model: model)
      try work(store, home)
    }
  }

  @Test func `a face's confidence is kept with it`() throws {
    try withDoubt { store, home in
      let wanted: [Double?] = [0.2, 0.99, 0.8, nil]
      for store in [store, try GalleryStore(at: home, access: .read)] {
        #expect(try store.faceTable().faces.map(\.quality.confidence) == wanted)
        #expect(try store.faces(ids: [1, 2, 3, 4]).map(\.0.quality.confidence) == wanted)
        #expect(try store.entries(of: [1, 2, 3, 4]).map(\.face.quality.confidence) == wanted)
        #expect(
          try store.answers(of: [1, 2, 3, 4]).map(\.entry.face.quality.confidence) == wanted)
        let contents = try store.contents(ofPhotos: [1, 2]).flatMap(\.photo.faces)
        #expect(contents.map(\.quality.confidence) == wanted)
        #expect(contents.map(\.embedding.values[0]) == [1, 2, 3, 4])
        // What else is read of a row is what it was.
        #expect(try store.entries(of: [2])[0].name == "Ann")
        #expect(try store.entries(of: [2])[0].hasThumbnail)
      }
    }
  }

  @Test func `doubtful faces are told apart from the others`() throws {
    try withDoubt { store, _ in
      #expect(try store.doubtfulFaces() == [1])
      #expect(try store.certainFaceCount() == 3 && store.faceCount() == 4)
      #expect(try store.summary().doubtfulFaces == 1 && store.summary().faces == 4)
      #expect(try store.outlines().map(\.isDoubtful) == [true, false, false, false])
      let matrix = try store.embeddings()
      #expect(matrix.faces == [1, 2, 3, 4] && matrix.doubtful == [1])
      let certain = matrix.certain
      #expect(certain.faces == [2, 3, 4] && certain.photos == [1, 2, 2])
      #expect(certain.revision == matrix.revision)
      #expect((0..<3).map { certain.embeddings[$0].values[0] } == [2, 3, 4])
    }
  }

  @Test func `what strangers are measured on are faces`() throws {
    try withDoubt { store, _ in
      for most in [1, 3, 10] {
        let sample = try #require(try store.sample(most: most))
        #expect(sample.count == 3 && sample.embeddings.count == min(most, 3))
        #expect(sample.embeddings[0].values[0] == 2)
      }
      try store.add([photo("c", [face(nil, 5, confidence: 0)])], model: model)
      #expect(try store.sample(most: 10)?.count == 3)
    }
    try withGallery { store, _ in
      try store.add([photo("c", [face(nil, 5, confidence: 0.1)])], model: model)
      #expect(try store.sample(most: 10) == nil)
    }
  }

  @Test func `whoever says something of a face says that it is one`() throws {
    let ways: [(String, (GalleryStore) throws -> Void)] = [
      ("confirmed", { try $0.confirm(faces: [1]) }),
      ("named", { try $0.setName("Bo", face: 1) }),
      ("labelled", { try $0.setLabels([1: ["mood": "glad"]]) }),
      ("told apart", { _ = try $0.tell(face: 1, apartFrom: 1) }),
    ]
    for (way, say) in ways {
      try withDoubt { store, _ in
        try store.setPeople(faces: [2, 3, 4], labels: [0, 0, 1], state: try state(store))
        let before = try store.revision()
        try say(store)
        #expect(try store.face(id: 1)?.quality.confidence == 1, "\(way)")
        #expect(try store.doubtfulFaces().isEmpty, "\(way)")
        // Whoever leaves doubtful faces out looks at it again, as at one that came.
        #expect(try store.changedFaces(since: before) == [1], "\(way)")
        #expect(try store.mark(of: store.revision()) != store.mark(of: before), "\(way)")
        // The others are as sure as they were.
        let others = try store.faceTable().faces.dropFirst().map(\.quality.confidence)
        #expect(others == [0.99, 0.8, nil], "\(way)")
      }
    }
  }

  @Test func `whoever takes something back says nothing`() throws {
    try withDoubt { store, _ in
      let before = try store.revision()
      try store.setName(nil, face: 1)
      try store.setLabels([1: ["mood": nil]])
      try store.confirm(faces: [2, 3, 4, 99])
      #expect(try store.doubtfulFaces() == [1] && store.revision() == before)
      #expect(throws: GalleryError.self) { try store.setLabels([1: ["mood": "two\nlines"]]) }
      #expect(throws: GalleryError.self) { try store.setName(" ", face: 1) }
      #expect(try store.doubtfulFaces() == [1])
    }
  }

  /// A gallery of the version before has no doubt, and takes it in from then on.
  @Test func `an older gallery has faces that nobody measured`() throws {
    try TestFiles.withTemporaryFolder { home in
      let file = home.appendingPathComponent("gallery.sqlite")
      do {
        let queue = try DatabaseQueue(path: file.path)
        try GallerySchema.migrator.migrate(queue, upTo: "8 titles")
        try queue.write { db in
          try db.execute(
            sql: """
              INSERT INTO photo VALUES (1, 'a', '/a.jpg', 1, 0, 10, 10, 0, 0, NULL, NULL);
              INSERT INTO name VALUES (1, 'Ann', 0);
              INSERT INTO meta VALUES ('model', '\(model)'), ('dimensions', '8');
              """)
          try db.execute(
            sql: """
              INSERT INTO face VALUES (1, 1, 0, 1, 1, 2, 3, 4, 0.5, ?, 30, 5, 1, 2, 3, 1, ?)
              """,
            arguments: [
              FloatBlob.data([Float](repeating: 1, count: 10)),
              FloatBlob.data([Float](repeating: 2, count: 8)),
            ])
        }
        try queue.close()
      }
      let store = try GalleryStore(at: home, access: .write)
      let (old, embedding) = try #require(try store.faces(ids: [1]).first)
      #expect(
        old.quality
          == FaceQuality(
            size: 30, sharpness: 5, yaw: 1, pitch: 2, roll: 3, inside: 1))
      #expect(old.name == "Ann" && embedding.values == [Float](repeating: 2, count: 8))
      #expect(try store.doubtfulFaces().isEmpty && store.sample(most: 5)?.count == 1)
      try store.add([photo("b", [face(nil, 1, confidence: 0.1)])], model: model)
      #expect(try store.doubtfulFaces() == [2] && store.summary().doubtfulFaces == 1)
    }
  }
}
