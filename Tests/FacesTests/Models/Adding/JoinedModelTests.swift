import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct JoinedModelTests {
  private func withStore(_ work: (ModelStore, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try ModelFolder.make(in: folder).store
      for (name, seed) in [("a", 1), ("b", 2)] {
        let file = folder.appendingPathComponent("\(name).onnx")
        var made = MadeEmbedding()
        made.seed = UInt64(seed)
        made.dimensions = 32 * seed
        try made.onnx().write(to: file)
        try store.add(file, ModelAddition(name: name))
      }
      try work(store, folder)
    }
  }

  @Test func `a join's embedding is its members' in a row, each as long as the others`() throws {
    try withStore { store, _ in
      let manifest = try store.join("both", of: ["a", "b", "sface"])
      #expect(manifest.members == ["a", "b", "sface-2021dec"] && manifest.output.dimensions == 224)
      #expect(manifest.licence == "(not stated) AND Apache-2.0" && manifest.files.isEmpty)
      #expect(try store.manifests().contains(manifest))
      let photo = try Goldens.photo("obama.png")
      let parts = try ["a", "b", "sface", "both"].map { name in
        let engine = try Networks.engine {
          $0.models = store
          $0.model = name
        }
        return try #require(engine.makeAnalyzer().analyze(photo).faces.first).embedding
      }
      let row = parts[..<3].flatMap { $0.normalized().values }
      #expect(Metric.l2.distance(Embedding(row).normalized(), parts[3]) < 1e-4)
      #expect(abs(parts[0].norm - 1) < 1e-5 && abs(parts[3].norm - 1) < 1e-5)
    }
  }

  @Test func `what cannot be joined is said`() throws {
    try withStore { store, folder in
      try store.join("both", of: ["a", "b"])
      for (members, reason) in [
        (["a"], "two models at least"), (["a", "a"], "named twice"),
        (["sface", "sface-2021dec"], "named twice"),
        (["a", "both"], "itself a join"), (["a", "joined"], "itself a join"),
        (["a", "new"], "own member"),
      ] {
        let error = #expect(throws: ModelError.self) { try store.join("new", of: members) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
      }
      #expect(throws: ModelError.exists("both")) { try store.join("both", of: ["a", "sface"]) }
      #expect(throws: ModelError.notTrained("none", folder: store.folder.path)) {
        try store.join("new", of: ["a", "none"])
      }
      #expect(!store.hasEmbedding("new"))
    }
  }

  @Test func `a member stays while a join needs it, and tells the join when it changes`() throws {
    try withStore { store, folder in
      try store.join("both", of: ["a", "sface"])
      #expect(throws: ModelError.isMember("a", of: "both")) { try store.remove("a") }
      let file = try store.embeddingFile(of: "both")
      let verification = Verification(
        metric: .cosine, threshold: 0.4, coefficient: 9, midpoint: 0.4, measuredOn: "x")
      try store.calibrate("both", as: verification, file: file)
      var addition = ModelAddition(name: "a")
      addition.replaces = true
      try store.add(folder.appendingPathComponent("b.onnx"), addition)
      // Another file of other dimensions.
      #expect(try store.embeddingFile(of: "both") != file && !store.isCalibrated("both"))
      let error = #expect(throws: ModelError.self) { try store.load(embedding: "both") }
      #expect(error?.description.contains("join them again") == true)
      try store.join("both", of: ["a", "sface"], replacing: true)
      #expect(try store.load(embedding: "both").members.count == 2)
      try store.remove("both")
      try store.remove("a")
      #expect(!store.hasEmbedding("a") && !store.hasEmbedding("both"))
      #expect(
        !FileManager.default.fileExists(atPath: store.folder.appendingPathComponent("a").path))
    }
  }

  @Test func `set-up's models stay as they are`() throws {
    try withStore { store, _ in
      for name in ["sface", "dlib", "joined", "yunet-2023mar", "dlib-landmarks-5"] {
        let error = #expect(throws: ModelError.self) { try store.remove(name) }
        guard case .fixed = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(throws: error ?? .fixed(name)) { try store.checkCalibratable(name) }
      }
      #expect(throws: ModelError.self) { try store.remove("nobody") }
      #expect(throws: ModelError.badName("../models")) { try store.remove("../models") }
    }
  }

  @Test func `what is not calibrated says whose numbers stand in`() throws {
    try withStore { store, _ in
      #expect(store.isCalibrated(nil) && store.isCalibrated("dlib") && store.isCalibrated("joined"))
      #expect(!store.isCalibrated("a"))
      let standIn = store.verification(of: "a")
      #expect(standIn.threshold == store.verification(of: "sface").threshold)
      #expect(standIn.measuredOn.contains("with sface-2021dec, standing in for a"))
      let own = Verification(
        metric: .cosine, threshold: 0.4, coefficient: 9, midpoint: 0.4, measuredOn: "x",
        impostors: .standard)
      try store.calibrate("a", as: own, file: store.embeddingFile(of: "a"), isAccurateInBF16: true)
      #expect(store.verification(of: "a") == own && store.isCalibrated("a"))
      #expect(try store.manifest(trained: "a").isAccurateInBF16 == true)
    }
  }
}
