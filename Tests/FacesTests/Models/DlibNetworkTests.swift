import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct DlibNetworkTests {
  @Test func `the ResNet has dlib's layers`() throws {
    let network = try DlibNetwork.faceRecognitionResNet(data(.faceRecognition))
    // dlib's dnn_face_recognition_ex: 14 blocks, 4 of which halve, around a stem and a dense layer.
    var counts = (convolutions: 0, affines: 0, additions: 0, halvings: 0)
    var filters: [Int] = []
    for layer in network.layers {
      switch layer {
      case .convolution(let weights, let bias, let stride, _):
        counts.convolutions += 1
        filters.append(bias.count)
        #expect(weights.values.count == weights.shape.reduce(1, *))
        #expect(weights.shape[0] == bias.count)
        if counts.convolutions == 1 {
          #expect(weights.shape == [32, 3, 7, 7])
          #expect(stride == [2, 2])
        } else {
          #expect(weights.shape[2...] == [3, 3])
        }
      case .affine(let gamma, let beta):
        counts.affines += 1
        #expect(gamma.count == beta.count && gamma.count == filters.last)
      case .add: counts.additions += 1
      case .skip: counts.halvings += 1
      case .dense(let weights): #expect(weights.shape == [256, 128])
      default: break
      }
    }
    #expect(counts == (29, 29, 14, 4))
    #expect(
      filters == Array(repeating: 32, count: 7) + Array(repeating: 64, count: 8)
        + Array(repeating: 128, count: 6) + Array(repeating: 256, count: 8))
    #expect(network.meanColor == [122.782, 117.001, 104.298])
    #expect(network.detector == nil)
  }

  @Test func `the detector has dlib's layers`() throws {
    let network = try DlibNetwork.mmodFaceDetector(data(.mmod))
    let shapes = network.layers.compactMap { layer -> [Int]? in
      if case .convolution(let weights, _, _, _) = layer { weights.shape } else { nil }
    }
    // dlib's dnn_mmod_face_detection_ex.
    #expect(
      shapes == [
        [16, 3, 5, 5], [32, 16, 5, 5], [32, 32, 5, 5], [45, 32, 5, 5], [45, 45, 5, 5],
        [45, 45, 5, 5], [1, 45, 9, 9],
      ])
    let options = try #require(network.detector)
    #expect(options.windows.allSatisfy { $0.count == 2 && $0[0] > 0 && $0[1] > 0 })
    #expect((0...1).contains(options.overlapIoU) && (0...1).contains(options.overlapCovered))
  }

  @Test func `files cut off are refused`() throws {
    let resnet = try data(.faceRecognition)
    let counts = [0, 1, 10, 100, 500, 10_000, resnet.count / 2, resnet.count - 1]
    for count in counts {
      #expect(throws: ModelFileError.self) {
        try DlibNetwork.faceRecognitionResNet(resnet.prefix(count))
      }
    }
    let detector = try data(.mmod)
    for count in Array(0..<300) + [detector.count / 2, detector.count - 1] {
      #expect(throws: ModelFileError.self) {
        try DlibNetwork.mmodFaceDetector(detector.prefix(count))
      }
    }
  }

  @Test func `one network is not taken for the other, nor with more behind it`() throws {
    let (resnet, detector) = (try data(.faceRecognition), try data(.mmod))
    #expect(throws: ModelFileError.self) { try DlibNetwork.faceRecognitionResNet(detector) }
    #expect(throws: ModelFileError.self) { try DlibNetwork.mmodFaceDetector(resnet) }
    #expect(throws: ModelFileError.self) { try DlibNetwork.mmodFaceDetector(detector + [0]) }
  }

  @Test func `damage is an error or another network, never a crash`() throws {
    let detector = [UInt8](try data(.mmod))
    var random = SplitMix64(seed: 9)
    for _ in 0..<60 {
      var damaged = detector
      for _ in 0..<3 {
        damaged[Int.random(in: 0..<1500, using: &random)] = .random(in: 0...255, using: &random)
      }
      _ = try? DlibNetwork.mmodFaceDetector(Data(damaged))
    }
  }

  private func data(_ model: CatalogModel) throws -> Data {
    try Data(contentsOf: Networks.original(model))
  }
}
