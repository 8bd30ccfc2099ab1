import Foundation
import LikenessCore
import Synchronization

/// What to look for in photos, and how.
public struct FaceEngineOptions: Sendable {
  /// Where the models are.
  public var models = ModelStore()
  /// The name of the model that embeds, or a short one of `ModelStore.embeddingAliases`; nil for the default one.
  public var model: String?
  /// The folder of OpenVINO's libraries.
  public var openVINO = StandardFolders.openVINO
  /// Which detector finds the faces.
  public var detector = DetectorKind.yunet
  /// How numbers are held in the networks; nil for bf16 where the processor computes in it and the model is as accurate
  /// in it, else f32.
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
  /// How numbers are held in the networks that embed, whatever the others do: for measuring what a model loses in bf16.
  package var embeddingPrecision: Precision?
  /// Whether faces are embedded; without, they are found and judged alone.
  public var embedsFaces = true
  /// Whether a photo without a face is looked at turned by 90°, 180° and 270°.
  public var turnsSideways = true
  /// Whether each detection gets a second look and is kept however doubtful: for fitting the confidence.
  package var examinesAll = false

  /// The default models, one photo at a time.
  public init() {}
}

/// The networks, loaded once; makes an analyzer for each thread.
public final class FaceEngine: Sendable {
  /// What the engine was made with.
  public let options: FaceEngineOptions
  /// The manifest of the model whose embeddings this engine makes.
  public let embeddingModel: ModelManifest
  /// The SHA-256 that identifies the model among those of its name; nil for those of set-up, which never change.
  public let embeddingFile: String?
  /// The number format of each network, by the model's name.
  public let precisions: [String: Precision]

  private let yunetModel: CompiledModel
  private let first: FirstDetector
  private let runtime: InferenceRuntime
  private let lazySFace = Mutex<LoadedMember?>(nil)
  private let members: [LoadedMember]
  let shapePredictor: ShapePredictor

  /// The detector that looks first.
  private enum FirstDetector {
    case yunet
    case mmod(CompiledModel, DetectorWindow)
    case added(CompiledModel, ModelManifest, [DetectorForm.Places])
  }

  /// A network that embeds.
  private struct LoadedMember {
    var manifest: ModelManifest
    var model: CompiledModel
  }

  /// Loads the runtime and the models, which takes some tenths of a second.
  /// - Throws: `InferenceError`, `ModelError`
  public init(_ options: FaceEngineOptions = FaceEngineOptions()) throws {
    self.options = options
    let runtime = try InferenceRuntime(
      folder: options.openVINO,
      cache: ModelCache(in: StandardFolders.cache, openVINO: options.openVINO))
    var precisions: [String: Precision] = [:]
    func precision(of manifest: ModelManifest, requested: Precision? = nil) -> Precision {
      let precision = requested ?? Self.precision(of: manifest, options, runtime)
      precisions[manifest.name] = precision
      return precision
    }

    let embedding = try options.models.load(embedding: options.model)
    embeddingModel = embedding.manifest
    embeddingFile = try options.models.embeddingFile(of: embeddingModel.name)
    members = try embedding.members.map { manifest, file in
      LoadedMember(
        manifest: manifest,
        model: try runtime.compile(
          file, shape: EmbeddingMember.shape(of: manifest.input),
          precision: precision(of: manifest, requested: options.embeddingPrecision),
          streams: options.jobs, checksum: manifest.keptChecksum))
    }

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
      yunet.file, shape: [1, 3, -1, -1], precision: precision(of: yunet.manifest),
      streams: options.jobs, checksum: yunet.manifest.keptChecksum)
    switch options.detector {
    case .yunet: first = .yunet
    case .mmod:
      let (manifest, file) = try options.models.load(.mmod)
      guard let window = manifest.detectorWindow else {
        throw ModelError.unreadable(path: manifest.name, reason: "its manifest has no window")
      }
      first = .mmod(
        try runtime.compile(
          file, shape: nil, precision: precision(of: manifest), streams: options.jobs,
          checksum: manifest.keptChecksum), window)
    case .added(let name):
      let (manifest, form, file) = try options.models.load(detector: name)
      let model = try runtime.compile(
        file, shape: DetectorTrial.shape, precision: precision(of: manifest),
        streams: options.jobs)
      first = .added(
        model, manifest, try DetectorTrial.places(form, of: model, file: file))
    }
    self.precisions = precisions
  }

  private static func precision(
    of manifest: ModelManifest, _ options: FaceEngineOptions, _ runtime: InferenceRuntime
  ) -> Precision {
    options.precision
      ?? (runtime.hasNativeBF16 && manifest.isAccurateInBF16 == true ? .bf16 : .f32)
  }

  /// The number format that each network would have with these options, by the model's name.
  /// Quick, since no network is loaded.
  /// - Throws: `InferenceError`, `ModelError`
  public static func precisions(_ options: FaceEngineOptions) throws -> [String: Precision] {
    let runtime = try InferenceRuntime(folder: options.openVINO)
    let members = try options.models.load(embedding: options.model).members.map(\.manifest)
    let manifests = try members + [options.models.load(.yunet).manifest]
    return Dictionary(
      uniqueKeysWithValues: manifests.map { ($0.name, precision(of: $0, options, runtime)) })
  }

  /// Whether the processor computes in bf16 by itself.
  public var hasNativeBF16: Bool { runtime.hasNativeBF16 }

  /// How numbers are held in the network that embeds; in the first of several.
  public var precision: Precision { members.first.flatMap { precisions[$0.manifest.name] } ?? .f32 }

  /// The names of the models that the engine runs.
  public var modelsInUse: Set<String> {
    var models: Set = [
      embeddingModel.name, CatalogModel.yunet.name, CatalogModel.sface.name,
      CatalogModel.landmarks.name,
    ]
    models.formUnion(members.map(\.manifest.name))
    switch first {
    case .yunet: break
    case .mmod: models.insert(CatalogModel.mmod.name)
    case .added(_, let manifest, _): models.insert(manifest.name)
    }
    return models
  }

  /// What one thread needs to look at photos.
  public func makeAnalyzer() throws -> FaceAnalyzer {
    let embedder = try makeEmbedder()
    return FaceAnalyzer(
      finder: try makeFinder(embedder), shapePredictor: shapePredictor, embedder: embedder,
      options: options)
  }

  func makeEmbedder() throws -> FaceEmbedder {
    FaceEmbedder(
      members: try members.map { try EmbeddingMember(model: $0.model, $0.manifest) },
      embeddingModel)
  }

  func makeFinder() throws -> FaceFinder { try makeFinder(makeEmbedder()) }

  /// - Parameter embedder: whose SFace network looks at doubted faces, if it has one.
  private func makeFinder(_ embedder: FaceEmbedder) throws -> FaceFinder {
    let yunet = makeYuNetDetector()
    let sface = embedder.members.first { $0.manifest.name == CatalogModel.sface.name }
    return FaceFinder(
      detector: try makeDetector(yunet), yunet: yunet, closeUpDetector: makeYuNetDetector(),
      sface: {
        if let sface { return sface }
        let loaded = try self.loadedSFace()
        return try EmbeddingMember(model: loaded.model, loaded.manifest)
      }, turnsSideways: options.turnsSideways, examinesAll: options.examinesAll)
  }

  private func makeYuNetDetector() -> ScanningDetector {
    scanning(YuNet(model: yunetModel))
  }

  private func scanning(_ network: any FaceNetwork) -> ScanningDetector {
    ScanningDetector(
      network: network, minimumScore: options.minimumScore, smallestFace: options.smallestFace)
  }

  func makeDetector() throws -> any FaceDetector { try makeDetector(makeYuNetDetector()) }

  private func makeDetector(_ yunet: ScanningDetector) throws -> any FaceDetector {
    switch first {
    case .yunet: return yunet
    case .mmod(let model, let window):
      return try MMOD(
        model: model, options: window, minimumScore: options.minimumScore,
        // Smaller ones would cost it seconds a photo.
        smallestFace: max(32, options.smallestFace))
    case .added(let model, let manifest, let places):
      return scanning((manifest.detectorForm ?? .yunet).form.network(model, manifest.input, places))
    }
  }

  /// Loads SFace, which is otherwise loaded at the first doubtful face.
  public func preload() throws { _ = try loadedSFace() }

  /// The embedding's own, or loaded when the first face is doubted: beside other embeddings most photos do without.
  private func loadedSFace() throws -> LoadedMember {
    if let own = members.first(where: { $0.manifest.name == CatalogModel.sface.name }) {
      return own
    }
    return try lazySFace.withLock { loaded in
      if let loaded { return loaded }
      let (manifest, file) = try options.models.load(.sface)
      let member = LoadedMember(
        manifest: manifest,
        model: try runtime.compile(
          file, shape: EmbeddingMember.shape(of: manifest.input),
          precision: Self.precision(of: manifest, options, runtime), streams: options.jobs,
          checksum: manifest.keptChecksum))
      loaded = member
      return member
    }
  }
}

extension ModelManifest {
  /// That of the file that runs, where the model is of set-up: there are few of these, and they never change. Others come and go
  /// while they are trained and tried, and would fill the cache.
  fileprivate var keptChecksum: String? {
    ModelStore.catalogNames.contains(name) ? files.last?.sha256 : nil
  }
}
