import LikenessCore

/// Keeps maps of faces, which can be made again. A store that keeps none has none.
public protocol MapStoring: AnyObject, Sendable {
  /// The map that is kept under some settings; nil if there is none. Faces that were removed since are not on it.
  /// - Parameter withNeighbors: whether the lists of the nearest faces are wanted, which take most of its memory.
  func map(settings: String, withNeighbors: Bool) throws(GalleryError) -> StoredMap?
  /// Which map is kept under some settings; nil if there is none.
  func mapVersion(settings: String) throws(GalleryError) -> MapVersion?
  /// Keeps a map in the place of the one of the same settings.
  func keepMap(
    settings: String, details: String, axes: [Float], points: [FaceID: MapPoint]
  ) throws(GalleryError)
  /// Adds faces to a map. Those that it has already stay where they are.
  func addPoints(_ points: [FaceID: MapPoint], toMap map: MapVersion) throws(GalleryError)
  /// Gives faces on a map other lists of the nearest faces.
  func keepNeighbors(
    _ neighbors: [FaceID: [MapNeighbor]], onMap map: MapVersion
  ) throws(GalleryError)
}

extension MapStoring {
  /// The whole map that is kept under some settings.
  public func map(settings: String) throws(GalleryError) -> StoredMap? {
    try map(settings: settings, withNeighbors: true)
  }

  /// Whether a map of these settings is kept.
  public func hasMap(settings: String) throws(GalleryError) -> Bool {
    try mapVersion(settings: settings) != nil
  }
}
