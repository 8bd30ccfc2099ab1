import Foundation
import GRDB
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct GalleryLabelTests {
  private func withFaces(_ work: (GalleryStore, URL) throws -> Void) throws {
    try withGallery { store, home in
      try store.add(
        [photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2), face(nil, 3)])], model: model)
      try work(store, home)
    }
  }

  @Test func labelsAreSetChangedAndTakenAway() throws {
    try withFaces { store, _ in
      #expect(
        try store.setLabels([1: ["expression": "happy", "pose": "left"], 3: ["pose": "left"]]) == [
          1, 3,
        ])
      #expect(try store.labels(face: 1) == ["expression": "happy", "pose": "left"])
      #expect(
        try store.labels() == [1: ["expression": "happy", "pose": "left"], 3: ["pose": "left"]])
      #expect(
        try store.labelCounts() == [
          LabelCount(key: "expression", value: "happy", faces: 1),
          LabelCount(key: "pose", value: "left", faces: 2),
        ])
      // What is so already changes nothing.
      let revision = try store.revision()
      #expect(try store.setLabels([1: ["pose": "left"], 2: ["pose": nil]]).isEmpty)
      #expect(try store.revision() == revision)
      #expect(try store.setLabels([1: ["pose": nil, "expression": "sad"]]) == [1])
      #expect(try store.labels(face: 1) == ["expression": "sad"])
      #expect(try store.labels(face: 2).isEmpty && store.labels(face: 99).isEmpty)
    }
  }

  @Test func labelsComeWithNewFaces() throws {
    try withGallery { store, _ in
      var one = face("Ann", 1)
      one.labels = [" expression ": "cafe\u{301} "]
      try store.add([photo("a", [one])], model: model)
      #expect(try store.labels() == [1: ["expression": "caf\u{e9}"]])
      var empty = face("Bob", 2)
      empty.labels = ["expression": " "]
      #expect(throws: GalleryError.self) { try store.add([photo("b", [empty])], model: model) }
      #expect(try store.summary().photos == 1)
    }
  }

  @Test func nonsenseIsRefusedAndNothingIsKept() throws {
    try withFaces { store, _ in
      #expect(throws: GalleryError.unknownFace(path: store.path, face: 9)) {
        try store.setLabels([1: ["pose": "left"], 9: ["pose": "left"]])
      }
      for labels in [
        ["": "x"], [" ": "x"], ["pose": ""], ["pose": "a\nb"], ["pose": "a\u{2028}b"],
        ["a\u{2029}": "b"],
      ] as [LabelChanges] {
        #expect(throws: GalleryError.self) { try store.setLabels([1: ["a": "b"], 2: labels]) }
      }
      let kept = try store.labels()
      #expect(kept.isEmpty)
    }
  }

  @Test func labelsGoWithTheirFacesAndLeaveNoTrace() throws {
    try withFaces { store, home in
      try store.setLabels([1: ["secret": "diagnosis-one"], 2: ["secret": "diagnosis-two"]])
      func traces(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(at: home, includingPropertiesForKeys: nil)
          .contains { try Data(contentsOf: $0).range(of: Data(text.utf8)) != nil }
      }
      for text in ["diagnosis-one", "diagnosis-two"] { #expect(try traces(text)) }
      _ = try store.remove(face: 1)
      #expect(try store.labels() == [2: ["secret": "diagnosis-two"]])
      #expect(try traces("diagnosis-one") == false)
      try store.setLabels([2: ["secret": nil]])
      #expect(try traces("diagnosis-two") == false)
    }
  }

  /// A gallery that was made before there were labels.
  @Test func anOlderGalleryGetsTheTable() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add([photo("a", [face("Ann", 1)])], model: model)
        try store.database().write { db in
          try db.execute(
            sql: "DROP TABLE face_label; DELETE FROM grdb_migrations WHERE identifier = '6 labels'")
        }
      }
      let store = try GalleryStore(at: home, access: .read)
      #expect(try store.labels().isEmpty && store.faceTable().faces.count == 1)
    }
  }
}
