import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct ModelStoreTests {
  @Test func `a missing model names the way out`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let error = #expect(throws: ModelError.self) {
        try ModelStore(folder: folder).load(.mmod)
      }
      let path = folder.appendingPathComponent("dlib-mmod-human-face/mmod_human_face_detector.dat")
      #expect(error == .missing(model: "dlib-mmod-human-face", path: path.path))
      #expect(error?.description.contains("run Scripts/setup") == true)
    }
  }

  @Test func `an altered file is refused`() throws {
    try withStore { store, home in
      let original = home.appendingPathComponent("mmod_human_face_detector.dat")
      try flipByte(of: original)
      let error = #expect(throws: ModelError.self) { try store.load(.mmod) }
      #expect(error == .altered(path: original.path))
      #expect(error?.description.contains("checksum differs") == true)
      #expect(!exists(home.appendingPathComponent("model.onnx")))
    }
  }

  @Test func `an altered conversion is refused`() throws {
    try withStore { store, _ in
      let file = try store.load(.mmod).file
      try flipByte(of: file)
      let error = #expect(throws: ModelError.self) { try store.load(.mmod) }
      #expect(error == .altered(path: file.path))
    }
  }

  @Test func `it is converted once, and again where that was deleted`() throws {
    try withStore { store, home in
      let first = try store.load(.mmod)
      let bytes = try Data(contentsOf: first.file)
      // Only what is written again loses the mark.
      let past = Date(timeIntervalSince1970: 1_000_000)
      try FileManager.default.setAttributes(
        [.modificationDate: past], ofItemAtPath: first.file.path)
      let second = try store.load(.mmod)
      #expect(second.manifest == first.manifest)
      #expect(try modified(first.file) == past)

      try FileManager.default.removeItem(at: first.file)
      #expect(try store.load(.mmod).manifest == first.manifest)
      #expect(try Data(contentsOf: first.file) == bytes)

      try Data("{}".utf8).write(to: home.appendingPathComponent("manifest.json"))
      #expect(try store.load(.mmod).manifest == first.manifest)
    }
  }

  @Test func `the manifest says where a model comes from and what may be done with it`() throws {
    try withStore { store, home in
      let manifest = try store.load(.mmod).manifest
      #expect(manifest.name == "dlib-mmod-human-face")
      #expect(manifest.kind == .detector)
      #expect(manifest.licence == "CC0-1.0")
      #expect(manifest.files.map(\.name) == ["mmod_human_face_detector.dat", "model.onnx"])
      #expect(manifest.files[0] == CatalogModel.mmod.original)
      #expect(manifest.files[1].sha256.count == 64)
      let window = try #require(manifest.detectorWindow)
      #expect(window.side > 0 && (0...1).contains(window.overlap))
      let written = try Data(contentsOf: home.appendingPathComponent("manifest.json"))
      #expect(try JSONDecoder().decode(ModelManifest.self, from: written) == manifest)
      #expect(String(decoding: written, as: UTF8.self).contains("\"licence\" : \"CC0-1.0\""))
    }
  }

  @Test func `a model that runs as it is gets a manifest only`() throws {
    try withStore(.landmarks) { store, home in
      let (manifest, file) = try store.load(.landmarks)
      #expect(file.lastPathComponent == "shape_predictor_5_face_landmarks.dat")
      #expect(manifest.files.count == 1)
      #expect(!exists(home.appendingPathComponent("model.onnx")))
    }
  }

  @Test func `a place that cannot be written to is named`() throws {
    try withStore { store, home in
      // A folder in the file's place stops even root.
      let place = home.appendingPathComponent("model.onnx")
      try FileManager.default.createDirectory(
        at: place.appendingPathComponent("taken"), withIntermediateDirectories: true)
      expectNotWritable(store, place)
    }
  }

  @Test(.enabled("root writes everywhere") { geteuid() != 0 })
  func `a read-only folder is named`() throws {
    try withStore { store, home in
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: home.path)
      defer {
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home.path)
      }
      expectNotWritable(store, home.appendingPathComponent("model.onnx"))
    }
  }

  @Test func `models installed with the program are read where the folder has none`() throws {
    try withStore { store, home in
      // Converted, as a package has them: the published file is gone.
      let installed = try store.load(.mmod)
      try FileManager.default.removeItem(
        at: home.appendingPathComponent("mmod_human_face_detector.dat"))
      try TestFiles.withTemporaryFolder { folder in
        let own = folder.appendingPathComponent("none")
        let user = ModelStore(folder: own, installed: store.folder)
        let found = try user.load(.mmod)
        #expect(found.file == installed.file && found.manifest == installed.manifest)
        #expect(!exists(own))

        // The folder's own comes first, even when it is damaged.
        let copy = own.appendingPathComponent("dlib-mmod-human-face")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: home, to: copy)
        #expect(try user.load(.mmod).file == copy.appendingPathComponent("model.onnx"))
        try flipByte(of: copy.appendingPathComponent("model.onnx"))
        #expect(throws: ModelError.altered(path: copy.appendingPathComponent("model.onnx").path)) {
          try user.load(.mmod)
        }

        // What neither has is missed in the folder.
        let path = own.appendingPathComponent(
          "yunet-2023mar/face_detection_yunet_2023mar_int8bq.onnx")
        #expect(throws: ModelError.missing(model: "yunet-2023mar", path: path.path)) {
          try user.load(.yunet)
        }
      }
    }
  }

  private func expectNotWritable(_ store: ModelStore, _ place: URL) {
    let error = #expect(throws: ModelError.self) { try store.load(.mmod) }
    guard case .notWritable(let path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == place.path)
  }

  /// A store of its own, with a copy of one published file.
  private func withStore(
    _ model: CatalogModel = .mmod, _ work: (ModelStore, URL) throws -> Void
  ) throws {
    let original = try Networks.original(model)
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent(model.name)
      try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
      try Data(contentsOf: original).write(to: home.appendingPathComponent(model.original.name))
      try work(ModelStore(folder: folder), home)
    }
  }

  private func flipByte(of file: URL) throws {
    var data = try Data(contentsOf: file)
    data[data.count / 2] ^= 1
    try data.write(to: file)
  }

  private func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

  private func modified(_ file: URL) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
  }
}
