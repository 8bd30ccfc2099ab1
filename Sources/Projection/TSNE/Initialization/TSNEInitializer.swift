import LikenessCore

/// Places for t-SNE to begin with.
///
/// Only their shape counts: `TSNE` makes them so small that all forces are alike, and adds a little noise, so that equal
/// faces part. A new one is a file with a type that conforms to this, and its line in `TSNEInitialization.registered`.
public protocol TSNEInitializer: Sendable {
  /// As users type it, and as kept maps have it.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }

  /// - Parameters:
  ///   - vectors: `(n, d)`, finite, not all equal.
  ///   - dimensions: of the picture.
  ///   - seed: what is drawn depends on it and on nothing else.
  /// - Returns: of `(n, k)`, k at most `dimensions`: what is missing is 0.
  /// - Throws: `ProjectionError`
  func start(
    of vectors: EmbeddingMatrix, dimensions: Int, seed: UInt64, threads: Int
  ) throws(ProjectionError) -> TSNEStart
}

/// Where points begin.
public struct TSNEStart: Sendable {
  /// `(n, k)`, in any unit.
  public var layout: Layout
  /// The standard deviation along the axis of the largest: the unit.
  public var deviation: Double

  public init(layout: Layout, deviation: Double) {
    (self.layout, self.deviation) = (layout, deviation)
  }
}

/// How t-SNE begins.
public struct TSNEInitialization: RegisteredChoice {
  /// Every start there is, the standard one first: a new one is its file and a line here.
  public static let registered: [any TSNEInitializer] = [
    PrincipalComponentStart(),
    RandomProjectionStart(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }
  public static let standard = Self(PrincipalComponentStart())

  public let initializer: any TSNEInitializer

  public init(_ initializer: any TSNEInitializer) { self.initializer = initializer }

  public var rawValue: String { initializer.name }
  public var summary: String { initializer.summary }
}
