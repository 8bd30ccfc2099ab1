import Faces
import GalleryCore
import LikenessCore
import Synchronization

/// The networks that process photos for a gallery, and what is known of the distances of its model.
public final class GalleryNetworks: Sendable {
  /// The models, and how photos are processed.
  public let options: FaceEngineOptions

  private let gallery: OpenGallery
  private let idleAnalyzers = AnalyzerPool()
  private let loadedEngine = Mutex<FaceEngine?>(nil)
  /// Whether a gallery that is kept open was one of the model that was asked for: whatever it is made one of later,
  /// that is followed.
  private let hasAgreed = Atomic(false)
  private let loadedVerification = Mutex<(model: String?, verification: Verification)?>(nil)

  /// - Parameter options: nil for the default ones, with as many threads as there are processors.
  init(of gallery: OpenGallery, _ options: FaceEngineOptions?) {
    self.gallery = gallery
    var standard = FaceEngineOptions()
    standard.jobs = ProcessorQuota.count
    var options = options ?? standard
    options.model = options.model.map(ModelStore.embeddingName)
    self.options = options
  }

  /// The networks: loaded at the first call, and again after the gallery was given another model.
  /// - Throws: `InferenceError`, `ModelError`, `GalleryError.modelMismatch`
  public func engine() throws -> FaceEngine {
    try loadedEngine.withLock { engine in
      if let engine, isCurrent(engine) { return engine }
      var options = options
      options.model = try model()
      let loaded = try FaceEngine(options)
      engine = loaded
      return loaded
    }
  }

  /// Only a gallery that is kept open is looked at again: other work begins and ends with one model.
  private func isCurrent(_ engine: FaceEngine) -> Bool {
    guard gallery.isKeptOpen, let known = try? gallery.reader().embeddingModel() else {
      return true
    }
    let own = EmbeddingModel(engine)
    return known.name == own.name && (known.file == nil || known.file == own.file)
  }

  /// Lets go of the networks, after the gallery was made one of another model.
  func forget() { loadedEngine.withLock { $0 = nil } }

  /// The faces of a decoded photo, perhaps none, and the model that embedded them. May be called from any number of
  /// threads at once.
  /// - Throws: `InferenceError`, `ModelError`, `GalleryError.modelMismatch`
  func analyze(_ photo: Photo) throws -> (found: PhotoFaces, model: EmbeddingModel) {
    let engine = try engine()
    var found = try idleAnalyzers.withAnalyzer(of: engine) { try $0.analyze(photo) }
    found.model = engine.embeddingModel.name
    return (found, EmbeddingModel(engine))
  }

  /// The face in a box that the user drew, and the model that embedded it, see `FaceAnalyzer.face(drawnIn:of:turned:besides:)`.
  /// May be called from any number of threads at once.
  /// - Throws: `InferenceError`, `ModelError`, `PhotoError`, `GalleryError.modelMismatch`
  func face(
    drawnIn box: Box, of photo: Photo, turned: Int, besides known: [Box]
  ) throws -> (drawn: FaceInBox, model: EmbeddingModel) {
    let engine = try engine()
    let drawn = try idleAnalyzers.withAnalyzer(of: engine) {
      try $0.face(drawnIn: box, of: photo, turned: turned, besides: known)
    }
    return (drawn, EmbeddingModel(engine))
  }

  /// The number format of each network that processes photos for this gallery, by the model's name.
  /// - Throws: `InferenceError`, `ModelError`, `GalleryError.modelMismatch`
  public func precisions() throws -> [String: Precision] {
    var options = options
    options.model = try model()
    return try FaceEngine.precisions(options)
  }

  /// The threshold and calibration of the gallery's model.
  public var verification: Verification {
    loadedVerification.withLock { loaded in
      let model = galleryModel() ?? options.model
      if let loaded, loaded.model == model { return loaded.verification }
      let verification = options.models.verification(of: model)
      loaded = (model, verification)
      return verification
    }
  }

  /// The name of the gallery's model, or of the requested one, if it is installed but not calibrated: `verification` is
  /// then that of another model. Nil otherwise.
  public var uncalibratedModel: String? {
    guard let model = galleryModel() ?? options.model, options.models.hasEmbedding(model),
      !options.models.isCalibrated(model)
    else { return nil }
    return model
  }

  /// The model whose embeddings the gallery holds; nil while it is empty or not there.
  private func galleryModel() -> String? {
    try? gallery.reader().model()
  }

  /// The model that was asked for, or the gallery's.
  /// - Throws: `GalleryError.modelMismatch` where both are known and differ, or the gallery's is not here.
  func model() throws -> String? {
    guard let own = try? gallery.reader().embeddingModel() else { return options.model }
    let known = own.name
    let asked = hasAgreed.load(ordering: .relaxed) ? nil : options.model
    guard asked ?? known == known, options.models.hasEmbedding(known) else {
      throw GalleryError.modelMismatch(
        path: gallery.place.path, gallery: known,
        model: options.model ?? ModelStore.standardEmbedding)
    }
    if let file = own.file,
      try options.models.embeddingFile(of: known) != file
    {
      throw GalleryError.modelMismatch(
        path: gallery.place.path, gallery: "an earlier \(known)",
        model: "\(known) as it was trained since"
      )
    }
    if gallery.isKeptOpen { hasAgreed.store(true, ordering: .relaxed) }
    return known
  }
}

extension EmbeddingModel {
  /// As a gallery keeps it.
  init(_ engine: FaceEngine) {
    self.init(name: engine.embeddingModel.name, file: engine.embeddingFile)
  }
}
