/// Merges whole groups by their average similarity, measured against the similarities of impostors in the same gallery.
/// Needs no threshold, and takes what users said of people as a beginning.
public struct AverageSimilarityClustering: ClusteringMethod {
  public let name = "likeness"
  public let summary =
    "groups merge by their average similarity, measured against the gallery's own impostors"

  public init() {}

  public func labels(of faces: PeopleClustering, threshold: Float?) -> [Int32] {
    faces.standard(seeds: faces.constraints.groups)
  }
}

extension ClusteringAlgorithm {
  /// What galleries are divided by unless users choose another.
  public static let likeness = Self(AverageSimilarityClustering())
}
