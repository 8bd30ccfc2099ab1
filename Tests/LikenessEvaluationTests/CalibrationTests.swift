import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct CalibrationTests {
  /// Cartoon people in a folder each.
  private func people(_ count: Int, takes: Int, in folder: URL) throws -> URL {
    let home = folder.appendingPathComponent("people")
    for (number, person) in CartoonPerson.some(count).enumerated() {
      let own = home.appendingPathComponent("\(person.name)_\(number)")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      for take in 1...takes {
        let face = CartoonFace(person, .neutral, take: take)
        try face.image(side: 160).encoded(".png").write(
          to: own.appendingPathComponent("\(own.lastPathComponent)_000\(take).png"))
      }
    }
    return home
  }

  private func options(_ store: ModelStore) -> FaceEngineOptions {
    var options = FaceEngineOptions()
    options.models = store
    options.jobs = 2
    return options
  }

  @Test func `a model is measured on folders of people, and keeps what was found`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try ModelFolder.make(in: folder).store
      let file = folder.appendingPathComponent("mine.onnx")
      try MadeEmbedding().onnx().write(to: file)
      try store.add(file, ModelAddition(name: "mine"))
      let photos = try people(11, takes: 4, in: folder)
      try Data("no photo".utf8).write(to: photos.appendingPathComponent("notes.txt"))
      let broken = photos.appendingPathComponent("\(CartoonPerson.some(1)[0].name)_0/broken.png")
      try Data("no photo".utf8).write(to: broken)
      var seen: [Int] = []
      let report = try ModelCalibration("mine", pairs: photos, options: options(store)).run {
        done, all in
        seen.append(done)
        #expect(done <= all)
      }
      #expect(seen == seen.sorted() && !seen.isEmpty)
      #expect(report.skipped.contains { $0.photo.hasSuffix("broken.png") })
      #expect(report.people == 11 && report.photos + report.skipped.count == 11 * 4 + 1)
      #expect(report.genuinePairs == report.impostorPairs && report.genuinePairs >= 50)
      #expect(report.verification.metric == .cosine && report.verification.threshold > 0)
      #expect(report.verification.threshold == report.verification.midpoint)
      #expect(report.verification.measuredOn.contains("pairs of people"))
      #expect(report.accuracyAtThreshold > 0.6)
      #expect(report.accuracyAtThreshold <= report.f32.accuracy)
      // So few pairs do not tell what bf16 loses.
      #expect(report.isAccurateInBF16 == nil)
      #expect(store.verification(of: "mine") == report.verification)
      #expect(report.verification.impostors?.faces == 0)
    }
  }

  @Test func `too few pairs, and other models, are refused and leave all as it was`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let store = try ModelFolder.make(in: folder).store
      let file = folder.appendingPathComponent("mine.onnx")
      try MadeEmbedding().onnx().write(to: file)
      try store.add(file, ModelAddition(name: "mine"))
      let photos = try people(3, takes: 2, in: folder)
      let error = #expect(throws: LikenessError.self) {
        try ModelCalibration("mine", pairs: photos, options: options(store)).run()
      }
      guard case .tooFewPairs(_, let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("3 people with") && reason.contains("calibrating takes 10 people"))
      #expect(!store.isCalibrated("mine"))
      for (model, pairs) in [("sface", photos), ("none", photos)] {
        #expect(throws: ModelError.self) {
          try ModelCalibration(model, pairs: pairs, options: options(store))
        }
      }
      let nowhere = folder.appendingPathComponent("nowhere")
      #expect(throws: LikenessError.self) {
        try ModelCalibration("mine", pairs: nowhere, options: options(store))
      }
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      #expect(throws: LikenessError.self) {
        try ModelCalibration("mine", pairs: empty, options: options(store))
      }
    }
  }

  @Test func `a list of pairs finds its photos beside it or where they are said to be`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let images = folder.appendingPathComponent("lfw")
      for person in ["Ann_A", "Bob_B"] {
        let own = images.appendingPathComponent(person)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      }
      let list = folder.appendingPathComponent("pairs.txt")
      try Data("Ann_A\t1\t2\nAnn_A\t1\tBob_B\t3\n".utf8).write(to: list)
      let faces = try LabelledFaces(list)
      #expect(
        faces.photos.map(\.url.lastPathComponent) == [
          "Ann_A_0001.jpg", "Ann_A_0002.jpg", "Bob_B_0003.jpg",
        ])
      #expect(
        faces.photos[0].url.path == images.appendingPathComponent("Ann_A/Ann_A_0001.jpg").path)
      #expect(faces.pairs?.map(\.isSame) == [true, false] && faces.subject == .central)
      #expect(faces.pairs?[1].first == 0 && faces.pairs?[1].second == 2)
      let other = try LabelledFaces(list, images: folder.appendingPathComponent("elsewhere"))
      #expect(other.photos[0].url.path.hasSuffix("elsewhere/Ann_A/Ann_A_0001.jpg"))
    }
  }

  @Test func `bf16 is trusted where pairs are enough and nothing is lost`() {
    /// Pairs of which the first so many are decided wrongly, or the last.
    func outcome(_ count: Int = 1000, wrong: Int, last: Int = 0) -> ModelCalibration.Outcome {
      let accepted = (0..<count).map { $0 >= wrong && $0 < count - last }
      return .init(isRight: accepted + [Bool](repeating: true, count: count), isAccepted: accepted)
    }
    let f32 = outcome(wrong: 10)
    #expect(f32.accuracy.tarAtFar1e3 == 0.99 && f32.accuracy.accuracy == 0.995)
    #expect(ModelCalibration.isAccurate(f32, beside: f32) == true)
    #expect(ModelCalibration.isAccurate(outcome(wrong: 5), beside: f32) == true)
    // One in a thousand, and two, which chance explains.
    #expect(ModelCalibration.isAccurate(outcome(wrong: 11), beside: f32) == true)
    #expect(ModelCalibration.isAccurate(outcome(wrong: 12), beside: f32) == true)
    // Seven are more than chance takes, whether some were gained as well or not.
    #expect(ModelCalibration.isAccurate(outcome(wrong: 17), beside: f32) == false)
    #expect(ModelCalibration.isAccurate(outcome(wrong: 5, last: 12), beside: f32) == false)
    #expect(
      ModelCalibration.isAccurate(outcome(999, wrong: 0), beside: outcome(999, wrong: 0)) == nil)
  }
}
