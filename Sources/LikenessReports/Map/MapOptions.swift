import Faces
import LikenessCore
import Projection

/// How faces become places on a map.
public enum MapMethod: String, Sendable, CaseIterable, Codable {
  /// Who is near stays near; of large distances nothing is kept. For looking at people.
  case tsne
  /// The directions in which the faces differ most. For looking at the whole.
  case pca
}

/// What a map says of its faces.
public enum MapDetail: Sendable {
  /// Their places, names and people, and the paths of their photos: what a list of them needs.
  case names
  /// Also where they are in their photos, the photos' titles, and labels.
  case all
}

/// What a map is to be.
public struct MapOptions: Sendable {
  /// How places are found.
  public var method = MapMethod.tsne
  /// 2 or 3; of PCA any number from 1 up to that of the faces, or of the embeddings' dimensions where these are fewer.
  /// Pictures and the page have 2 or 3.
  public var dimensions = 2
  /// For PCA, whether dimensions are standardized first: less their mean, over their standard deviation.
  public var isStandardized = false
  /// For t-SNE, about how many faces count as near; nil chooses 30, or what few faces allow.
  public var perplexity: Double?
  /// For t-SNE, how many steps there are, those of the early phase among them, as scikit-learn counts them; nil for up to
  /// 250 of the early phase, which ends where nothing changes any more, and 500 after it.
  public var iterations: Int?
  /// For t-SNE, how many of the steps are of the early phase, in which like faces are pulled together strongly; nil for
  /// 250, or all where there are fewer.
  public var earlyIterations: Int?
  /// For t-SNE, how strongly, then; nil for 12.
  public var earlyExaggeration: Double?
  /// For t-SNE, the initial layout.
  public var initialization = TSNEInitialization.standard
  public var seed: UInt64 = 1
  /// How many nearest faces each face shows. The gallery keeps them with the map; none are looked for where it is 0.
  public var neighbors = Self.standardNeighbors
  /// What is read of the faces.
  public var detail = MapDetail.all
  /// Makes a new map although the gallery keeps one that new faces could join.
  public var isMadeAgain = false
  /// Whether faces that the user hid are on it.
  public var includesHidden = false
  /// Whether the gallery keeps it, where it can be written.
  public var isKept = true

  /// How many nearest faces each shows unless another number is chosen.
  public static let standardNeighbors = 8

  /// t-SNE in two dimensions.
  public init() {}

  /// Under which the gallery keeps the map. A perplexity that was chosen stays chosen when faces join. What later versions
  /// added is there only where it was chosen, so maps that earlier ones kept are found.
  var settings: String {
    let isTSNE = method == .tsne
    let parts: [String?] = [
      "\"dimensions\":\(dimensions)",
      isTSNE ? earlyExaggeration.map { "\"earlyExaggeration\":\($0)" } : nil,
      isTSNE ? earlyIterations.map { "\"earlyIterations\":\($0)" } : nil,
      isTSNE && initialization != .standard
        ? "\"initialization\":\"\(initialization.rawValue)\"" : nil,
      isTSNE ? iterations.map { "\"iterations\":\($0)" } : nil,
      "\"method\":\"\(method.rawValue)\"",
      isTSNE ? "\"perplexity\":\(perplexity.map { "\($0)" } ?? "null")" : nil,
      isTSNE ? "\"seed\":\(seed)" : nil,
      !isTSNE && isStandardized ? "\"standardized\":true" : nil,
    ]
    return "{" + parts.compactMap(\.self).joined(separator: ",") + "}"
  }

  /// In 2 or 3 dimensions there is a picture of two faces, too: what they have no components for is 0.
  /// - Throws: `ProjectionError.unsupportedDimensions`, `.tooManyComponents`
  func checkDimensions(of embeddings: EmbeddingMatrix) throws(ProjectionError) {
    guard !(2...3).contains(dimensions) else { return }
    guard method == .pca else { throw .unsupportedDimensions(dimensions) }
    try PCA.checkComponents(dimensions, of: embeddings)
  }

  /// How t-SNE works with a perplexity.
  func tsne(perplexity: Double) -> TSNEOptions {
    var options = TSNEOptions()
    options.dimensions = dimensions
    options.perplexity = perplexity
    options.seed = seed
    options.initialization = initialization
    options.threads = ProcessorQuota.count
    options.reportEvery = 10
    if let earlyIterations { options.earlyIterations = earlyIterations }
    if let earlyExaggeration { options.earlyExaggeration = earlyExaggeration }
    if let iterations {
      options.earlyIterations = min(options.earlyIterations, iterations)
      options.iterations = iterations - options.earlyIterations
      // The requested number of steps in all.
      options.endsEarlyWhenSettled = false
    }
    return options
  }
}

/// How far a map is.
public struct MapProgress: Sendable {
  /// The parts of the work, each with a count and a speed of its own. A map that is kept and fits the gallery has none of
  /// them.
  public enum Stage: String, Sendable {
    /// Faces are sorted into people.
    case people
    /// The nearest of each face are looked for: of all faces for a new map, else of those that have none yet.
    case neighbors
    /// The steps of t-SNE.
    case layout
    /// New faces get their places on a map that is there.
    case placing
  }

  /// What is being done.
  public var stage: Stage
  /// Steps of t-SNE that are done, or faces.
  public var done: Int
  /// How many there will be in this stage; fewer steps where they converge earlier.
  public var total: Int
  /// Of t-SNE: how much the map still differs from the faces, in nats; falling.
  public var divergence: Double?
}
