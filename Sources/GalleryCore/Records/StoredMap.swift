import Foundation
import LikenessCore

/// A map of faces as a gallery keeps it.
public struct StoredMap: Sendable, Identifiable {
  /// The map's id in its gallery.
  public let id: Int64
  /// The settings it was made with; unique in a gallery.
  public let settings: String
  /// Facts about its making, for display.
  public let details: String
  /// For PCA, the mean and then the axes, of d numbers each; empty otherwise.
  public let axes: [Float]
  /// When it was made.
  public let created: Date
  /// Where the faces lie, by their ids.
  public let points: [FaceID: MapPoint]

  package init(
    id: Int64, settings: String, details: String, axes: [Float], created: Date,
    points: [FaceID: MapPoint]
  ) {
    (self.id, self.settings, self.details) = (id, settings, details)
    (self.axes, self.created, self.points) = (axes, created, points)
  }
}

/// Where a face lies on a map.
public struct MapPoint: Sendable, Hashable {
  /// Two or three coordinates.
  public var position: [Float]
  /// Whether it was added to the map later.
  public var isPlaced: Bool

  /// A place on a map.
  public init(position: [Float], isPlaced: Bool) {
    self.position = position
    self.isPlaced = isPlaced
  }
}
