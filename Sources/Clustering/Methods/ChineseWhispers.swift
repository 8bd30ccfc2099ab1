/// Each face takes the label that most of its linked neighbours have (Biemann 2006), as dlib does it.
public struct ChineseWhispers: ClusteringMethod {
  public let name = "chinese-whispers"
  public let summary =
    "each face takes the label that most of its linked neighbours have, as in dlib"

  public init() {}

  public func labels(of faces: PeopleClustering, threshold: Float?) -> [Int32] {
    faces.links(threshold).whispers()
  }
}

extension ClusteringAlgorithm {
  public static let chineseWhispers = Self(ChineseWhispers())
}
