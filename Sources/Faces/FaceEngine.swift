import Foundation
import Vectors

/// What to look for in photos, and how.
public struct FaceEngineOptions: Sendable {
  public var models = ModelStore()
  /// The name of the model that embeds; nil for the default one.
  public var model: String?
  /// The folder of OpenVINO's libraries.
  public var openVINO = StandardFolders.openVINO
  public var detector = DetectorKind.blazeface
  /// How numbers are held in the networks; nil for bf16 where the processor computes in it, else f32.
  public var precision: Precision?
  /// How many photos are looked at side by side.
  public var jobs = 1
  /// What scores less is no face, from 0 to 1.
  public var minimumScore: Float = 0.5
  /// The width from which faces are looked for, in pixels of the photo at its working size.
  public var smallestFace = 32.0
  /// Averages each embedding with the mirrored face's: more accurate, at twice the time to embed.
  public var averagesMirrored = false
  /// Whether a photo without a face is looked at turned by 90°, 180° and 270°.
  public var turnsSideways = true

  public init() {}
}

/// The networks, loaded once; makes an analyzer for each thread.
public final class FaceEngine: Sendable {
  public let options: FaceEngineOptions
  /// The manifest of the model whose embeddings this engine makes.
  public let embeddingModel: ModelManifest
  /// How numbers are held in the networks.
  public let precision: Precision

  private let detectorModel: CompiledModel
  private let detectorManifest: ModelManifest
  let embedderModel: CompiledModel
  let shapePredictor: ShapePredictor

  /// Loads the runtime and the models, which takes some tenths of a second.
  /// - Throws: `InferenceError`, `ModelError`
  public init(_ options: FaceEngineOptions = FaceEngineOptions()) throws {
    self.options = options
    let runtime = try InferenceRuntime(folder: options.openVINO)
    let precision = options.precision ?? (runtime.hasNativeBF16 ? .bf16 : .f32)
    self.precision = precision

    let embedder = try options.models.load(embedding: options.model)
    embeddingModel = embedder.manifest
    let input = embedder.manifest.input
    embedderModel = try runtime.compile(
      embedder.file, shape: [1, input.height, input.width, 3], precision: precision,
      streams: options.jobs)

    let landmarks = try options.models.load(.landmarks)
    do {
      shapePredictor = try ShapePredictor(
        dlib: Data(contentsOf: landmarks.file, options: .mappedIfSafe))
    } catch {
      throw ModelError.unreadable(path: landmarks.file.path, reason: "\(error)")
    }

    let detector = try options.models.load(
      options.detector == .mmod ? .mmod : .blazeFaceShortRange)
    detectorManifest = detector.manifest
    detectorModel = try runtime.compile(
      detector.file, shape: nil, precision: precision, streams: options.jobs)
  }

  /// The names of the models that it runs.
  public var modelsInUse: Set<String> {
    [embeddingModel.name, detectorManifest.name, CatalogModel.landmarks.name]
  }

  /// What one thread needs to look at photos.
  public func makeAnalyzer() throws -> FaceAnalyzer {
    FaceAnalyzer(
      detector: try makeDetector(), shapePredictor: shapePredictor,
      embedder: try makeEmbedder(),
      options: options)
  }

  func makeEmbedder() throws -> FaceEmbedder {
    try FaceEmbedder(model: embedderModel, embeddingModel)
  }

  func makeDetector() throws -> any FaceDetector {
    switch options.detector {
    case .blazeface:
      return try BlazeFace(
        model: detectorModel, minimumScore: options.minimumScore,
        smallestFace: options.smallestFace)
    case .mmod:
      guard let window = detectorManifest.detectorWindow else {
        throw ModelError.unreadable(
          path: detectorManifest.name, reason: "its manifest has no window")
      }
      return try MMOD(
        model: detectorModel, options: window, minimumScore: options.minimumScore,
        smallestFace: options.smallestFace)
    }
  }
}
