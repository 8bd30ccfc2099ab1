import LikenessCore

/// Which faces may answer a search that a store makes; all conditions hold together.
public struct FaceCondition: Sendable {
  /// Only faces that go by one of these names; empty for any.
  public var names: [String] = []
  /// Only faces that were added by a name, whatever they go by now.
  public var hasAddedName = false
  /// Only faces with all of these labels.
  public var labels: [String: String] = [:]
  /// Only faces of at least this quality, from 0 to 1.
  public var minimumQuality = 0.0
  /// Also faces that are likely none.
  public var includesDoubtful = false
  /// Also faces without an embedding, which no search can mean.
  package var includesUnembedded = false
  /// Only these faces; nil for any.
  public var among: Set<FaceID>?
  /// None of these faces.
  public var excluded: Set<FaceID> = []

  public init() {}

  /// Whether no face can be meant.
  package var meansNothing: Bool { among?.isEmpty ?? false }

}
