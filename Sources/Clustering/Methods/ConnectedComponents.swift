/// Faces that are linked, directly or over others.
public struct ConnectedComponents: ClusteringMethod {
  public let name = "connected-components"
  public let summary = "faces that are linked, directly or over others"

  public init() {}

  public func labels(of faces: PeopleClustering, threshold: Float?) -> [Int32] {
    faces.links(threshold).components()
  }
}

extension ClusteringAlgorithm {
  public static let connectedComponents = Self(ConnectedComponents())
}
