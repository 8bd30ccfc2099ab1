import Foundation
import GalleryCore
import LikenessCore
import TestSupport
import Testing

@testable import GalleryMilvus

/// Maps are kept on a server as in a folder.
@Suite(.serialized) struct MilvusMapTests {
  private static func gallery(_ server: MilvusServer, faces: Int) throws -> MilvusGallery {
    let gallery = try MilvusGallery(
      at: try MilvusAddress(server.address("people"), environment: [:]), create: true)
    var random = SplitMix64(seed: 3)
    try gallery.add((1...faces).map { plainPhoto($0, &random) }, model: "test")
    return gallery
  }

  /// Of so many coordinates that a map takes several records.
  private func points(_ faces: [FaceID], near: Int? = 12) -> [FaceID: MapPoint] {
    var points: [FaceID: MapPoint] = [:]
    for (row, face) in faces.enumerated() {
      points[face] = MapPoint(
        position: (0..<700).map { Float(row) + Float($0) / 8 }, isPlaced: row % 3 == 0,
        neighbors: near.map { near in
          (0..<row % (near + 1)).map {
            MapNeighbor(face: faces[($0 + 1) % faces.count], distance: Float($0) / 4)
          }
        })
    }
    return points
  }

  @Test func aMapComesBackAsItWasKept() async throws {
    try await MilvusServer.with { server in
      let gallery = try Self.gallery(server, faces: 60)
      let revision = try gallery.revision()
      let faces = try gallery.faces(after: .beforeFirst, limit: .max)
      var kept = points(faces)
      kept[faces[1]]?.neighbors = nil
      let settings = #"{"method":"pca"}"#
      #expect(try gallery.map(settings: settings) == nil && !gallery.hasMap(settings: settings))
      // A face that has gone meanwhile is left out.
      var more = kept
      more[FaceID(5)] = MapPoint(position: [1], isPlaced: false)
      try gallery.keepMap(settings: settings, details: "[1]", axes: [1, 2.5], points: more)
      let map = try #require(try gallery.map(settings: settings))
      #expect(map.points == kept && map.axes == [1, 2.5] && map.details == "[1]")
      #expect(try gallery.revision() == revision)
      let places = try #require(try gallery.map(settings: settings, withNeighbors: false))
      #expect(
        places.points == kept.mapValues { MapPoint(position: $0.position, isPlaced: $0.isPlaced) })

      // Another takes its place, and nothing is left of it.
      try gallery.keepMap(
        settings: settings, details: "", axes: [], points: kept.filter { $0.key > faces[9] })
      let second = try #require(try gallery.map(settings: settings))
      #expect(second.version != map.version && second.points.count == 50)
      let parts = try gallery.records(.mapPart)
      #expect(parts.count > 1 && parts.allSatisfy { $0.text.hasSuffix(second.version.id) })
      // Those that are there stay where they are.
      var joining = kept.filter { $0.key <= faces[9] }
      joining[faces[20]] = MapPoint(position: kept[faces[0]]?.position ?? [], isPlaced: true)
      try gallery.addPoints(joining, toMap: map.version)
      #expect(try gallery.map(settings: settings)?.points.count == 50)
      try gallery.addPoints(joining, toMap: second.version)
      #expect(try gallery.map(settings: settings)?.points == kept)
      kept[faces[1]]?.neighbors = [MapNeighbor(face: faces[0], distance: 2)]
      try gallery.keepNeighbors(
        [faces[1]: kept[faces[1]]?.neighbors ?? []], onMap: second.version)
      #expect(try gallery.map(settings: settings)?.points == kept)

      // Removed faces leave it, also the lists of others.
      _ = try gallery.remove(face: faces[0])
      kept[faces[0]] = nil
      for (face, point) in kept {
        kept[face]?.neighbors = point.neighbors?.filter { $0.face != faces[0] }
      }
      #expect(try gallery.map(settings: settings)?.points == kept)
      try gallery.forgetMaps()
      #expect(try gallery.map(settings: settings) == nil)
      #expect(try gallery.records(.mapPart).isEmpty && gallery.records(.map).isEmpty)
    }
  }
}
