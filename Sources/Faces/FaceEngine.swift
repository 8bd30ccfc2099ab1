import Foundation
import Synchronization
import Vectors

/// What to look for in photos, and how.
public struct FaceEngineOptions: Sendable {
  public var models = ModelStore()
  /// The name of the model that embeds; nil for the default one.
  public var model: String?
  /// The folder of OpenVINO's libraries.
  public var openVINO = StandardFolders.openVINO
  public var detector = DetectorKind.yunet
  /// How numbers are held in the networks; nil for bf16 where the processor computes in it, else f32.
  public var precision: Precision?
  /// How many photos are looked at side by side.
  public var jobs = 1
  /// Minimum detection score, from 0 to 1.
  public var minimumScore: Float = 0.4
  /// The width from which faces are looked for, in pixels of the photo at its working size. YuNet finds none narrower
  /// than 12 pixels at full size; larger values save time in steps of two.
  public var smallestFace = 12.0
  /// Averages each embedding with the mirrored face's: more accurate, at twice the time to embed.
  public var averagesMirrored = false
  /// Whether a photo without a face is looked at turned by 90°, 180° and 270°.
  public var turnsSideways = true
  /// Whether each find is looked at again, sure or not, and kept however doubtful: for fitting the confidence.
  package var examinesAll = false

  public init() {}
}

/// The networks, loaded once; makes an analyzer for each thread.
public final class FaceEngine: Sendable {
  public let options: FaceEngineOptions
  /// The manifest of the model whose embeddings this engine makes.
  public let embeddingModel: ModelManifest
  /// How numbers are held in the networks.
  public let precision: Precision

  private let yunetModel: CompiledModel
  /// Of the detector that looks first, where that is another than YuNet.
  private let mmod: (model: CompiledModel, window: DetectorWindow)?
  private let runtime: InferenceRuntime
  private let sfaceModel = Mutex<CompiledModel?>(nil)
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

    self.runtime = runtime
    let yunet = try options.models.load(.yunet)
    yunetModel = try runtime.compile(
      yunet.file, shape: [1, 3, -1, -1], precision: precision, streams: options.jobs)
    switch options.detector {
    case .yunet: mmod = nil
    case .mmod:
      let (manifest, file) = try options.models.load(.mmod)
      guard let window = manifest.detectorWindow else {
        throw ModelError.unreadable(path: manifest.name, reason: "its manifest has no window")
      }
      mmod = (
        try runtime.compile(file, shape: nil, precision: precision, streams: options.jobs), window
      )
    }
  }

  /// The names of the models that it runs.
  public var modelsInUse: Set<String> {
    var models: Set = [
      embeddingModel.name, CatalogModel.yunet.name, CatalogModel.sface.name,
      CatalogModel.landmarks.name,
    ]
    if mmod != nil { models.insert(CatalogModel.mmod.name) }
    return models
  }

  /// What one thread needs to look at photos.
  public func makeAnalyzer() throws -> FaceAnalyzer {
    FaceAnalyzer(
      finder: try makeFinder(), shapePredictor: shapePredictor, embedder: try makeEmbedder(),
      options: options)
  }

  func makeEmbedder() throws -> FaceEmbedder {
    try FaceEmbedder(model: embedderModel, embeddingModel)
  }

  func makeFinder() throws -> FaceFinder {
    let yunet = try makeYuNetDetector()
    return FaceFinder(
      detector: try makeDetector(yunet), yunet: yunet, closeLooks: try makeYuNetDetector(),
      sface: { try SFace(model: try self.loadedSFace()) }, turnsSideways: options.turnsSideways,
      examinesAll: options.examinesAll)
  }

  private func makeYuNetDetector() throws -> YuNetDetector {
    YuNetDetector(
      network: try YuNet(model: yunetModel), minimumScore: options.minimumScore,
      smallestFace: options.smallestFace)
  }

  func makeDetector() throws -> any FaceDetector { try makeDetector(makeYuNetDetector()) }

  private func makeDetector(_ yunet: YuNetDetector) throws -> any FaceDetector {
    guard let mmod else { return yunet }
    return try MMOD(
      model: mmod.model, options: mmod.window, minimumScore: options.minimumScore,
      // Smaller ones would cost it seconds a photo.
      smallestFace: max(32, options.smallestFace))
  }

  /// Loads what is otherwise loaded when the first face is doubted, so that no photo waits for it.
  public func preload() throws { _ = try loadedSFace() }

  /// Loaded when the first face is doubted, as most photos need it not.
  private func loadedSFace() throws -> CompiledModel {
    try sfaceModel.withLock { loaded in
      if let loaded { return loaded }
      let file = try options.models.load(.sface).file
      let model = try runtime.compile(
        file, shape: nil, precision: precision, streams: options.jobs)
      loaded = model
      return model
    }
  }
}
