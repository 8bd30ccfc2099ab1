import Foundation

/// A map of faces as a gallery keeps it.
public struct StoredMap: Sendable, Identifiable {
  public let id: Int64
  /// What it was asked to be; no two maps of a gallery have the same.
  public let settings: String
  /// How it went.
  public let details: String
  /// Of a projection the middle and then the axes, of d numbers each; empty otherwise.
  public let axes: [Float]
  public let created: Date
  /// Where the faces lie, by their ids.
  public let points: [Int64: MapPoint]

  package init(
    id: Int64, settings: String, details: String, axes: [Float], created: Date,
    points: [Int64: MapPoint]
  ) {
    (self.id, self.settings, self.details) = (id, settings, details)
    (self.axes, self.created, self.points) = (axes, created, points)
  }
}

/// Where a face lies on a map.
public struct MapPoint: Sendable, Hashable {
  /// Two or three coordinates.
  public var position: [Float]
  /// Whether the map was made without it.
  public var isPlaced: Bool

  public init(position: [Float], isPlaced: Bool) {
    self.position = position
    self.isPlaced = isPlaced
  }
}
