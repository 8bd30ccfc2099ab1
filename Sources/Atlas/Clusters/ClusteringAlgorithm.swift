/// How faces are clustered into people.
public enum ClusteringAlgorithm: String, Sendable, CaseIterable, Codable {
  /// Merges whole groups by their average similarity, measured against the similarities of impostors
  /// in the same gallery. Needs no threshold.
  case likeness
  /// Each face takes the label that most of its linked neighbours have (Biemann 2006), as dlib does it.
  case chineseWhispers = "chinese-whispers"
  /// Faces that are linked, directly or over others.
  case connectedComponents = "connected-components"
}
