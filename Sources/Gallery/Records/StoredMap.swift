import Foundation

/// A map of faces as a gallery keeps it.
public struct StoredMap: Sendable, Identifiable {
  /// The map's id in its gallery.
  public let id: Int64
  /// What it was asked to be; no two maps of a gallery have the same.
  public let settings: String
  /// How it went.
  public let details: String
  /// Of a projection the middle and then the axes, of d numbers each; empty otherwise.
  public let axes: [Float]
  /// When it was made.
  public let created: Date
  /// Where the faces lie, by their ids.
  public let points: [Int64: MapPoint]
}

/// Where a face lies on a map.
public struct MapPoint: Sendable, Hashable {
  /// Two or three coordinates.
  public var position: [Float]
  /// Whether the map was made without it.
  public var isPlaced: Bool

  /// A place on a map.
  public init(position: [Float], isPlaced: Bool) {
    self.position = position
    self.isPlaced = isPlaced
  }
}
