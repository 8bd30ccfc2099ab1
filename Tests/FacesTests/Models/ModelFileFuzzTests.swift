import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

/// Files from others, broken in thousands of ways: each is read or refused.
@Suite struct ModelFileFuzzTests {
  @Test func `broken ONNX files are read or refused`() throws {
    var whole = 0
    try FuzzCorpus.broken("onnx", 1_200) { data in
      _ = try? ONNXInterface(data)
      _ = try? ONNXWeights(data)
      guard let plain = try? ONNXDequantizer.plain(data) else { return }
      whole += 1
      #expect(throws: Never.self) { try ONNXDequantizer.plain(plain) }
    }
    #expect(whole > 20)
  }

  /// Their product was counted in a way that stops a program.
  @Test func `sizes beyond all numbers are refused`() throws {
    let files = Dictionary(
      uniqueKeysWithValues: try FuzzCorpus.files("onnx").map { ($0.name, $0.data) })
    let huge = try #require(files["huge.onnx"])
    #expect(throws: ModelFileError.notONNX) { try ONNXDequantizer.plain(huge) }
    let field = try #require(files["field.onnx"])
    #expect(throws: ModelFileError.notONNX) { try ONNXDequantizer.plain(field) }
    // Nothing in blocks of any size is nothing.
    let empty = try #require(files["empty.onnx"])
    #expect(throws: Never.self) { try ONNXDequantizer.plain(empty) }
    let tensors = try #require(
      try FuzzCorpus.files("safetensors").first { $0.name == "huge" }?.data)
    #expect(throws: SafetensorsLayout.Malformed.self) {
      try SafetensorsLayout(tensors) { $0 == "F32" ? 4 : nil }
    }
  }

  @Test func `broken dlib files are read or refused`() throws {
    var whole = 0
    try FuzzCorpus.broken("dlib", 500) { data in
      if (try? DlibNetwork.faceRecognitionResNet(data)) != nil { whole += 1 }
      if (try? DlibNetwork.mmodFaceDetector(data)) != nil { whole += 1 }
    }
    #expect(whole > 2)
    let photo = Photo(width: 8, height: 8, pixels: [UInt8](repeating: 90, count: 192))
    whole = 0
    try FuzzCorpus.broken("landmarks", 1_000) { data in
      guard let predictor = try? ShapePredictor(dlib: data) else { return }
      whole += 1
      let found = predictor.landmarks(in: photo, box: Box(x: 1, y: 1, width: 6, height: 6))
      #expect(found.points.count == 5)
    }
    #expect(whole > 2)
  }

  @Test func `broken tensors are read or refused`() throws {
    try FuzzCorpus.broken("safetensors", 2_000) { data in
      guard let layout = try? SafetensorsLayout(data, byteCount: { $0 == "F32" ? 4 : nil })
      else { return }
      #expect(layout.tensors.reduce(0) { $0 + $1.bytes.count } < data.count)
    }
  }

  @Test func `the file that fuzzing begins with is a network of dlib's layers`() throws {
    let files = Dictionary(
      uniqueKeysWithValues: try FuzzCorpus.files("dlib").map { ($0.name, $0.data) })
    let resnet = try DlibNetwork.faceRecognitionResNet(try #require(files["resnet"]))
    #expect(resnet.layers.count == 130)
    let detector = try DlibNetwork.mmodFaceDetector(try #require(files["mmod"]))
    #expect(detector.detector?.windows == [[40, 40]])
  }
}
