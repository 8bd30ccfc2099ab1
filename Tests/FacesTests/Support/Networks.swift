import Foundation
import Testing

@testable import Faces

/// The models that set-up installs; a test that needs them fails without them.
enum Networks {
  struct Missing: Error, CustomStringConvertible {
    var reason: String
    var description: String { "run Scripts/setup (\(reason))" }
  }

  static func engine(
    _ detector: DetectorKind = .yunet, _ change: (inout FaceEngineOptions) -> Void = { _ in }
  ) throws -> FaceEngine {
    var options = FaceEngineOptions()
    options.detector = detector
    options.precision = .f32
    change(&options)
    do {
      return try FaceEngine(options)
    } catch {
      throw Missing(reason: "\(error)")
    }
  }

  /// The engine that most tests share.
  static func shared(_ detector: DetectorKind = .yunet) throws -> FaceEngine {
    try (detector == .mmod ? mmod : yunet).get()
  }

  /// The same with dlib's embedding.
  static func dlib() throws -> FaceEngine { try dlibEmbedding.get() }

  private static let dlibEmbedding = Result { try engine(.yunet) { $0.model = "dlib" } }
  private static let yunet = Result { try engine(.yunet) }
  private static let mmod = Result { try engine(.mmod) }

  static func runtime() throws -> InferenceRuntime {
    do {
      return try InferenceRuntime(folder: StandardFolders.openVINO)
    } catch {
      throw Missing(reason: "\(error)")
    }
  }

  /// The place of a model's published file.
  static func original(_ model: CatalogModel) throws -> URL {
    let file = StandardFolders.models.appendingPathComponent(model.name)
      .appendingPathComponent(model.original.name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw Missing(reason: "no \(file.path)")
    }
    return file
  }

  static func shapePredictor() throws -> ShapePredictor {
    try ShapePredictor(dlib: Data(contentsOf: original(.landmarks)))
  }
}
