import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct AddedDetectorTests {
  private func withStore(_ work: (ModelStore, URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("mine.onnx")
      try work(try ModelFolder.make(in: folder).store, file)
    }
  }

  /// Black, but for one cell of 32 pixels in one colour.
  private func photo(_ color: [UInt8], column: Int = 3, row: Int = 2) -> Photo {
    let (width, height) = (320, 256)
    var pixels = [UInt8](repeating: 0, count: 3 * width * height)
    for y in 32 * row..<32 * (row + 1) {
      for x in 32 * column..<32 * (column + 1) {
        for channel in 0..<3 { pixels[3 * (y * width + x) + channel] = color[channel] }
      }
    }
    return Photo(width: width, height: height, pixels: pixels)
  }

  private func detector(_ made: MadeDetector, _ store: ModelStore, _ file: URL) throws
    -> any FaceDetector
  {
    try made.onnx().write(to: file)
    var addition = ModelAddition(name: "mine")
    addition.replaces = true
    #expect(try store.add(file, addition).detectorForm == made.form)
    return try Networks.engine(.added("mine")) { $0.models = store }.makeDetector()
  }

  /// The second channel alone would not tell the order of colours.
  @Test(arguments: [
    (MadeDetector(.yunet, channel: 0, threshold: 200), [0, 0, 255] as [UInt8]),
    (MadeDetector(.yunet, channel: 2, threshold: 200), [255, 0, 0]),
    (MadeDetector(.scrfd, channel: 0, threshold: 0.9), [255, 0, 0]),
    (MadeDetector(.scrfd, channel: 2, threshold: 0.9), [0, 0, 255]),
  ]) func `boxes and points are where the outputs say, colours as its form has them`(
    _ made: MadeDetector, _ color: [UInt8]
  ) throws {
    try withStore { store, file in
      let detector = try detector(made, store, file)
      let found = try detector.detect(in: PhotoPyramid(photo(color)))
      #expect(found.count == 1)
      let face = try #require(found.first)
      #expect(face.box == Box(x: 96, y: 64, width: 32, height: 32))
      #expect(face.score > 0.95)
      let points = (0..<5).map {
        Point(
          x: 96 + 32 * Double(MadeDetector.points[2 * $0]) - 0.5,
          y: 64 + 32 * Double(MadeDetector.points[2 * $0 + 1]) - 0.5)
      }
      for (a, b) in zip(try #require(face.landmarks).points, points) {
        #expect((a - b).length < 1e-4)
      }
      let other = [color[2], color[1], color[0]]
      #expect(try detector.detect(in: PhotoPyramid(photo(other))).isEmpty)
    }
  }

  @Test func `a YuNet of one's own finds what set-up's finds`() throws {
    try withStore { store, file in
      let manifest = try store.add(store.load(.yunet).file, ModelAddition(name: "mine"))
      #expect(manifest.kind == .detector && manifest.detectorForm == .yunet)
      #expect(manifest.input.colorOrder == "BGR" && manifest.input.scale == 1)
      let engine = try Networks.engine(.added("mine")) { $0.models = store }
      #expect(engine.modelsInUse.contains("mine"))
      let standard = try Networks.shared()
      for entry in try Goldens.load().photos {
        let photo = try Goldens.photo(entry.file)
        let detectors = try [engine, standard].map {
          try $0.makeDetector().detect(in: PhotoPyramid(photo))
        }
        #expect(detectors[0] == detectors[1])
        let face = try #require(engine.makeAnalyzer().analyze(photo).faces.first)
        #expect(face.box.overlap(Box(dlib: entry.hog[0])) > 0.5)
        #expect(!face.quality.isDoubtful)
      }
    }
  }

  @Test func `what YuNet does not see where another detector looked is doubtful`() throws {
    try withStore { store, file in
      _ = try detector(MadeDetector(.scrfd, channel: 0, threshold: 0.9), store, file)
      let engine = try Networks.engine(.added("mine")) { $0.models = store }
      let faces = try engine.makeAnalyzer().analyze(photo([255, 0, 0])).faces
      #expect(!faces.contains { !$0.quality.isDoubtful })
    }
  }

  @Test(
    arguments: [
      (MadeDetector.Fault.fewOutputs, "outputs"), (.shapes, "its outputs are not those of"),
      (.beyondOne, "between 0 and 1"), (.seesGrey, "plain grey"),
      (.blind, "the same for a face and for plain grey"), (.notANumber, "not finite"),
      (.oneSize, "height and width left open"),
    ], DetectorForm.allCases)
  func `what cannot detect is refused with its reason`(
    _ fault: (MadeDetector.Fault, String), _ form: DetectorForm
  ) throws {
    try withStore { store, file in
      var made = MadeDetector(form, threshold: form == .yunet ? 200 : 0.9)
      made.fault = fault.0
      try made.onnx().write(to: file)
      let error = #expect(throws: ModelError.self) {
        var addition = ModelAddition(name: "mine")
        addition.kind = .detector
        try store.add(file, addition)
      }
      guard case .refused(_, let reason) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains(fault.1), "\(reason)")
      #expect(!store.hasDetector("mine"))
    }
  }

  @Test func `a detector that is not there, or is none, is named`() throws {
    try withStore { store, file in
      try MadeEmbedding().onnx().write(to: file)
      try store.add(file, ModelAddition(name: "mine"))
      for name in ["mine", "none"] {
        #expect(throws: ModelError.noDetector(name)) { try store.load(detector: name) }
      }
      // Kinds do not take each other's names.
      try MadeDetector(.scrfd, threshold: 0.9).onnx().write(to: file)
      var addition = ModelAddition(name: "mine")
      addition.replaces = true
      #expect(throws: ModelError.otherKind("mine", .embedding)) { try store.add(file, addition) }
    }
  }

  @Test func `names of detectors are short or whole`() {
    #expect(DetectorKind(rawValue: "yunet") == .yunet)
    #expect(DetectorKind(rawValue: "yunet-2023mar") == .yunet)
    #expect(DetectorKind(rawValue: "dlib-mmod-human-face") == .mmod)
    #expect(DetectorKind(rawValue: "mine") == .added("mine"))
    for kind in DetectorKind.allCases + [.added("mine")] {
      #expect(DetectorKind(rawValue: kind.rawValue) == kind)
    }
  }
}
