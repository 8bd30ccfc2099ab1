import Foundation
import GalleryCore
import GallerySQLite
import LikenessCore
import Synchronization
import VectorSearch

/// A gallery and the networks: adds photos to it, and answers who looks like whom.
///
/// ```swift
/// let likeness = Likeness(gallery: URL(fileURLWithPath: "people"))
/// try likeness.add([URL(fileURLWithPath: "photos")])
/// for match in try likeness.nearest(to: "obama") { print(match.rank, match.label, match.distance) }
/// ```
///
/// Calls block until they are done; make long ones on a thread of your own. Networks are loaded when
/// the first photo is looked at, so questions about names need none.
public final class Likeness: Sendable {
  /// Where the gallery lives.
  public let place: GalleryPlace
  /// The models, and how photos are processed.
  public let options: FaceEngineOptions

  /// In a larger gallery of a server faces are sorted into people in parts, and links counted by a sample.
  let facesHeldAtOnce: Int

  /// Whether the gallery stays open between questions, as in a server.
  public let isKeptOpen: Bool

  let openReader = Mutex<GalleryStore?>(nil)
  let openServer = Mutex<(any FaceStore)?>(nil)
  let idleAnalyzers = AnalyzerPool()
  private let loadedEngine = Mutex<FaceEngine?>(nil)
  /// Whether a gallery that is kept open was one of the model that was asked for: whatever it is made one of later,
  /// that is followed.
  private let hasAgreed = Atomic(false)
  private let loadedVerification = Mutex<(model: String?, verification: Verification)?>(nil)
  let loadedFaces = Mutex<GalleryFaces?>(nil)
  let loadedIndex = Mutex<GalleryIndex?>(nil)
  let passingIndex = Mutex<(revision: Int, index: VectorIndex)?>(nil)
  let lastGraph = Remembered<FaceGraph>()
  let lastPeople = Remembered<PeopleList>()
  let lastSuggestions = Remembered<[MergeSuggestion]>()
  let loadedStrangers = Mutex<MeasuredStrangers?>(nil)

  /// `$XDG_DATA_HOME/likeness/default`.
  public static var defaultGallery: URL { StandardFolders.data.appendingPathComponent("default") }

  /// A gallery in a folder. Nothing is read or made before it is needed.
  public convenience init(
    gallery: URL = Likeness.defaultGallery, options: FaceEngineOptions? = nil,
    keepsOpen: Bool = false
  ) {
    self.init(place: .folder(gallery), options: options, keepsOpen: keepsOpen)
  }

  /// A gallery in a folder or on a server. Nothing is read or made before it is needed.
  public convenience init(
    place: GalleryPlace, options: FaceEngineOptions? = nil, keepsOpen: Bool = false
  ) {
    self.init(
      place: place, options: options, keepsOpen: keepsOpen, facesHeldAtOnce: 300_000)
  }

  init(
    place: GalleryPlace, options: FaceEngineOptions? = nil, keepsOpen: Bool = false,
    facesHeldAtOnce: Int
  ) {
    self.place = place
    self.facesHeldAtOnce = facesHeldAtOnce
    isKeptOpen = keepsOpen
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
    guard isKeptOpen, let known = try? reader().embeddingModel() else { return true }
    let own = EmbeddingModel(engine)
    return known.name == own.name && (known.file == nil || known.file == own.file)
  }

  /// Lets go of the networks and of all that was made of embeddings, after the gallery was made one of another model.
  func forgetModel() {
    loadedEngine.withLock { $0 = nil }
    loadedIndex.withLock { $0 = nil }
    passingIndex.withLock { $0 = nil }
    loadedStrangers.withLock { $0 = nil }
    forget()
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
    try? reader().model()
  }

  /// The model that was asked for, or the gallery's.
  /// - Throws: `GalleryError.modelMismatch` where both are known and differ, or the gallery's is not here.
  func model() throws -> String? {
    guard let own = try? reader().embeddingModel() else { return options.model }
    let known = own.name
    let asked = hasAgreed.load(ordering: .relaxed) ? nil : options.model
    guard asked ?? known == known, options.models.hasEmbedding(known) else {
      throw GalleryError.modelMismatch(
        path: place.path, gallery: known, model: options.model ?? ModelStore.standardEmbedding)
    }
    if let file = own.file,
      try options.models.embeddingFile(of: known) != file
    {
      throw GalleryError.modelMismatch(
        path: place.path, gallery: "an earlier \(known)",
        model: "\(known) as it was trained since"
      )
    }
    if isKeptOpen { hasAgreed.store(true, ordering: .relaxed) }
    return known
  }

  /// What `body` makes of the gallery, made again where the gallery became one of another model in between: embeddings
  /// of two models have no distance.
  func withOneModel<Result>(_ body: (any FaceStore) throws -> Result) throws -> Result {
    try withOpenGallery {
      let store = try reader()
      var model = try store.embeddingModel()
      // An upgrade takes long: no question meets two of them.
      for _ in 0..<3 {
        let result = Swift.Result { try body(store) }
        let now = try store.embeddingModel()
        if now == model { return try result.get() }
        model = now
      }
      throw GalleryError.inUse(path: place.path, pid: nil)
    }
  }

  /// All faces of the gallery, read again when it has changed.
  /// - Throws: `GalleryError`
  package func faces() throws -> GalleryFaces {
    let store = try reader()
    try requireRoom(for: store)
    return try loadedFaces.withLock { loaded in
      if let loaded, loaded.revision == (try store.revision()) { return loaded }
      let table = try GalleryFaces(store)
      loaded = table
      return table
    }
  }
}

/// The faces of a gallery in memory, for those who need all of them.
package struct GalleryFaces: Sendable {
  /// Those that have an embedding.
  package let faces: [StoredFace]
  package let embeddings: EmbeddingMatrix
  /// Those that have none, for lists.
  package let unembedded: [StoredFace]
  package let revision: Int
  /// By id.
  package let photos: [PhotoID: StoredPhoto]

  init(_ store: any FaceStore) throws {
    let table = try store.faceTable()
    faces = table.faces
    embeddings = table.embeddings
    unembedded = table.unembedded
    revision = table.revision
    photos = Dictionary(uniqueKeysWithValues: try store.photos().map { ($0.id, $0) })
  }

  private init(
    faces: [StoredFace], embeddings: EmbeddingMatrix, revision: Int, photos: [PhotoID: StoredPhoto]
  ) {
    (self.faces, self.embeddings) = (faces, embeddings)
    unembedded = []
    (self.revision, self.photos) = (revision, photos)
  }

  /// The same without doubtful faces and those without an embedding; photos that show nothing else are still there.
  package var certain: GalleryFaces {
    let rows = faces.indices.filter { !faces[$0].quality.isDoubtful }
    guard rows.count < faces.count || !unembedded.isEmpty else { return self }
    return GalleryFaces(
      faces: rows.map { faces[$0] }, embeddings: embeddings[rows], revision: revision,
      photos: photos)
  }
}
