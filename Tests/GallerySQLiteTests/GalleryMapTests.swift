import Foundation
import LikenessCore
import Testing

@testable import GalleryCore
@testable import GallerySQLite

@Suite struct GalleryMapTests {
  private func points(_ faces: [FaceID], isPlaced: Bool = false) -> [FaceID: MapPoint] {
    Dictionary(
      uniqueKeysWithValues: faces.map {
        ($0, MapPoint(position: [Float($0.rawValue), -0.5], isPlaced: isPlaced))
      })
  }

  @Test func `a map comes back as it was kept`() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [face("Ann", 1), face("Bob", 2)])], model: model)
      let revision = try store.revision()
      #expect(try store.map(settings: "s") == nil)
      try store.keepMap(settings: "s", details: "d", axes: [1, 2.5], points: points([1, 2]))
      let map = try #require(try store.map(settings: "s"))
      #expect(map.points == points([1, 2]) && map.axes == [1, 2.5] && map.details == "d")
      #expect(try store.revision() == revision)
      #expect(try store.map(settings: "t") == nil)
      // Another of the same settings takes its place.
      try store.keepMap(settings: "s", details: "e", axes: [], points: points([2]))
      let second = try #require(try store.map(settings: "s"))
      #expect(second.points == points([2]) && second.axes.isEmpty && second.details == "e")
    }
  }

  @Test func `faces join a map and leave it`() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)]), photo("c", [face(nil, 3)])],
        model: model)
      // A face that has gone meanwhile is left out.
      try store.keepMap(settings: "s", details: "", axes: [], points: points([1, 77]))
      let map = try #require(try store.map(settings: "s"))
      #expect(map.points.keys.sorted() == [1])
      // Those that are there stay where they are.
      try store.addPoints(
        [
          1: MapPoint(position: [9, 9], isPlaced: true),
          2: MapPoint(position: [4, 5], isPlaced: true),
        ], toMap: map.version)
      try store.addPoints(
        points([3], isPlaced: true), toMap: MapVersion(settings: "s", id: "another"))
      var found = try #require(try store.map(settings: "s")).points
      #expect(found.count == 2 && found[1] == points([1])[1])
      #expect(found[2] == MapPoint(position: [4, 5], isPlaced: true))
      _ = try store.remove(face: 1)
      found = try #require(try store.map(settings: "s")).points
      #expect(found.keys.sorted() == [2])
      _ = try store.remove(photo: 2)
      #expect(try #require(try store.map(settings: "s")).points.isEmpty)
    }
  }

  @Test func `the nearest faces are kept with a map, without those that were removed`() throws {
    try withGallery { store, _ in
      try store.add(
        [photo("a", [face("Ann", 1)]), photo("b", [face("Bob", 2)]), photo("c", [face(nil, 3)])],
        model: model)
      let near = [
        MapNeighbor(face: 3, distance: 0.25), MapNeighbor(face: 2, distance: .infinity),
      ]
      var kept = points([1, 2])
      kept[1]?.neighbors = near
      kept[2]?.neighbors = []
      try store.keepMap(settings: "s", details: "", axes: [], points: kept)
      let map = try #require(try store.map(settings: "s"))
      #expect(map.points == kept)
      // Without them, all else is the same.
      let places = try #require(try store.map(settings: "s", withNeighbors: false)).points
      #expect(places == points([1, 2]))

      kept[3] = MapPoint(
        position: [3, 3], isPlaced: true, neighbors: [MapNeighbor(face: 1, distance: 0.25)])
      try store.addPoints([3: try #require(kept[3])], toMap: map.version)
      kept[2]?.neighbors = Array(near.prefix(1))
      try store.keepNeighbors([2: Array(near.prefix(1))], onMap: map.version)
      try store.keepNeighbors([1: []], onMap: MapVersion(settings: "s", id: "another"))
      #expect(try #require(try store.map(settings: "s")).points == kept)

      // Its number may be given to another face.
      _ = try store.remove(face: 3)
      let left = try #require(try store.map(settings: "s")).points
      #expect(left.count == 2 && left[1]?.neighbors == Array(near.suffix(1)))
      #expect(left[2]?.neighbors == [])
      #expect(try store.mapVersion(settings: "s") == map.version)
      try store.keepMap(settings: "s", details: "", axes: [], points: kept)
      #expect(try store.mapVersion(settings: "s") != map.version)
      #expect(try store.mapVersion(settings: "t") == nil && !store.hasMap(settings: "t"))
    }
  }

  @Test func `a gallery open for reading keeps no map`() throws {
    try withGallery { store, home in
      try store.add([photo("a", [face("Ann", 1)])], model: model)
      let reader = try GalleryStore(at: home, access: .read)
      #expect(
        failure { try reader.keepMap(settings: "s", details: "", axes: [], points: points([1])) }
          == .readOnly(path: home.path))
      #expect(try reader.thumbnails(faces: [5, 1]) == [nil, Data("thumbnail 1.0".utf8)])
    }
  }
}
