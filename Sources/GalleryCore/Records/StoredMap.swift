import Foundation
import LikenessCore

/// A map of faces as a gallery keeps it.
public struct StoredMap: Sendable {
  /// Which map it is.
  public let version: MapVersion
  /// Facts about its making, for display.
  public let details: String
  /// For PCA, the mean and then the axes, of d numbers each; empty otherwise.
  public let axes: [Float]
  /// Where the faces lie, by their ids.
  public let points: [FaceID: MapPoint]

  package init(
    version: MapVersion, details: String, axes: [Float], points: [FaceID: MapPoint]
  ) {
    (self.version, self.details) = (version, details)
    (self.axes, self.points) = (axes, points)
  }
}

/// Which of a gallery's maps something is of. One that is made again is another; one that faces are added to stays the same.
public struct MapVersion: Sendable, Hashable {
  /// The settings it was made with; unique in a gallery.
  public let settings: String
  /// Tells it from the one that was kept under the same settings before.
  public let id: String

  package init(settings: String, id: String) {
    (self.settings, self.id) = (settings, id)
  }
}

/// Where a face lies on a map.
public struct MapPoint: Sendable, Hashable {
  /// Two or three coordinates, or as many as there are principal components.
  public var position: [Float]
  /// Whether it was added to the map later.
  public var isPlaced: Bool
  /// The faces that are nearest to it by their embeddings, the nearest first; nil where they were not looked for, or not
  /// asked for. Some of them may be gone by now.
  public var neighbors: [MapNeighbor]?

  /// A place on a map.
  public init(position: [Float], isPlaced: Bool, neighbors: [MapNeighbor]? = nil) {
    self.position = position
    self.isPlaced = isPlaced
    self.neighbors = neighbors
  }
}

/// A face near another one.
public struct MapNeighbor: Sendable, Hashable {
  /// The other face.
  public var face: FaceID
  /// The L2 distance between the embeddings of both.
  public var distance: Float

  /// A face at a distance.
  public init(face: FaceID, distance: Float) {
    self.face = face
    self.distance = distance
  }
}

extension [MapNeighbor] {
  private static var size: Int { 12 }

  /// As stores keep them: for each the face's id as a little-endian i64, then the distance as a little-endian f32.
  package var blob: Data {
    var data = Data(capacity: count * Self.size)
    for neighbor in self {
      Swift.withUnsafeBytes(of: neighbor.face.rawValue.littleEndian) { data.append(contentsOf: $0) }
      Swift.withUnsafeBytes(of: neighbor.distance.bitPattern.littleEndian) {
        data.append(contentsOf: $0)
      }
    }
    return data
  }

  /// What `blob` wrote; an incomplete last one is left out.
  package init(blob: UnsafeRawBufferPointer) {
    self.init()
    reserveCapacity(blob.count / Self.size)
    for start in stride(from: 0, through: blob.count - Self.size, by: Self.size) {
      let face = blob.loadUnaligned(fromByteOffset: start, as: Int64.self)
      let bits = blob.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self)
      append(
        MapNeighbor(
          face: FaceID(Int64(littleEndian: face)),
          distance: Float(bitPattern: UInt32(littleEndian: bits))))
    }
  }
}
