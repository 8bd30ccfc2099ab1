import GalleryCore

/// What was found in a gallery that is not as it should be.
public struct GalleryCheck: Sendable, Codable {
  /// Everything, in the order in which it was looked at; empty for a gallery that is as it should be.
  public var findings: [GalleryFinding] = []
  /// How many photos the gallery has; nil where its database cannot be read.
  public var photos: Int?
  /// How many faces it has; nil where its database cannot be read.
  public var faces: Int?
  /// How the index's file compares with the gallery; nil where there is none, or none that can be used.
  public var index: IndexComparison?
  /// The duration in seconds.
  public var seconds = 0.0

  /// Whether nothing is left that is not as it should be.
  public var isSound: Bool { findings.allSatisfy(\.repaired) }

  /// Nothing found yet.
  public init() {}
}

/// How the searches of an index's file compare with exact ones.
public struct IndexComparison: Sendable, Codable {
  /// How many faces are in the index.
  public var faces: Int
  /// How many searches were compared.
  public var probes: Int
  /// The part of the true ten nearest that they found.
  public var recall: Double
}

/// How a gallery is checked.
public struct CheckOptions: Sendable {
  /// Does what can be done without loss.
  public var repairs = false
  /// Reads each photo that the gallery keeps itself, and compares it with its digest.
  public var readsPhotos = true

  /// Looks at everything and changes nothing.
  public init() {}
}
