import LikenessCore

/// A way to divide faces into people.
///
/// A new one is a file with a type that conforms to this, and its line in `ClusteringAlgorithm.registered`.
public protocol ClusteringMethod: Sendable {
  /// As users type it, and as galleries keep it.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }

  /// - Parameters:
  ///   - faces: with their neighbours and what is known of them beforehand.
  ///   - threshold: the cosine similarity from which faces are linked, for methods that follow links; nil for that of
  ///     one false link for each ten faces.
  /// - Returns: the cluster of each face, by any numbers, `(n,)`.
  func labels(of faces: PeopleClustering, threshold: Float?) -> [Int32]
}

/// How faces are divided into people.
public struct ClusteringAlgorithm: RegisteredChoice {
  /// Every method there is: a new one is its file and a line here.
  public static let registered: [any ClusteringMethod] = [
    AverageSimilarityClustering(),
    ChineseWhispers(),
    ConnectedComponents(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }

  public let method: any ClusteringMethod

  public init(_ method: any ClusteringMethod) { self.method = method }

  public var rawValue: String { method.name }
  public var summary: String { method.summary }
}
