import Foundation
import GallerySQLite
import TestSupport
import Testing
import VectorSearch

@testable import LikenessKit
@testable import LikenessReports

/// Counts what a map asks of the gallery's index.
private final class CountedSearch: NeighborSearch {
  private let search: GalleryNeighborSearch
  /// Faces of each table of all faces.
  private(set) var tables: [Int] = []
  /// Faces whose nearest were looked for one by one.
  private(set) var sought: [FaceID] = []

  init(_ likeness: Likeness) { search = GalleryNeighborSearch(gallery: likeness.gallery) }

  func table(
    of embeddings: EmbeddingMatrix, faces: [FaceID], width: Int,
    progress: (Int, Int) throws -> Void
  ) throws -> NeighborTable {
    tables.append(faces.count)
    return try search.table(of: embeddings, faces: faces, width: width, progress: progress)
  }

  func nearest(
    to embeddings: EmbeddingMatrix, of faces: [FaceID], count: Int, among others: Set<FaceID>
  ) throws -> [[MapNeighbor]] {
    sought += faces
    return try search.nearest(to: embeddings, of: faces, count: count, among: others)
  }
}

@Suite struct KeptMapTests {
  private func places(_ map: FaceMap) -> [FaceID: [Float]] {
    Dictionary(uniqueKeysWithValues: map.faces.enumerated().map { ($1.id, map.point($0)) })
  }

  private func options(_ method: MapMethod) -> MapOptions {
    var options = MapOptions()
    options.method = method
    return options
  }

  /// The faces whose embeddings are nearest to a face's, by a look at all.
  private func nearest(_ face: FaceID, _ count: Int, _ likeness: Likeness) throws -> [FaceID] {
    let all = try likeness.gallery.reader().embeddings()
    let row = try #require(all.faces.firstIndex(of: face))
    return all.faces.indices.filter { $0 != row }
      .map { (Metric.l2.distance(all.embeddings[row], all.embeddings[$0]), all.faces[$0]) }
      .sorted { $0 < $1 }.prefix(count).map(\.1)
  }

  private func expectNearest(_ map: FaceMap, _ likeness: Likeness) throws {
    for face in map.faces {
      let near = face.neighbors.map { map.faces[$0.row].id }
      #expect(try near == nearest(face.id, min(8, map.faces.count - 1), likeness), "\(face.id)")
    }
  }

  @Test(arguments: MapMethod.allCases)
  func `a map that fits asks for no neighbours`(method: MapMethod) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(40, in: folder)
      let search = CountedSearch(likeness)
      let made = try likeness.map(options(method), search)
      #expect(search.tables == [40] && search.sought.isEmpty)
      try expectNearest(made, likeness)

      var progress: [MapProgress] = []
      let kept = try likeness.map(options(method), search, progress: { progress.append($0) })
      #expect(search.tables == [40] && search.sought.isEmpty && progress.isEmpty)
      #expect(places(kept) == places(made) && kept.isKept)
      #expect(kept.faces.map(\.neighbors) == made.faces.map(\.neighbors))
      #expect(kept.faces.map(\.box) == made.faces.map(\.box))
      #expect(kept.faces.map(\.person) == made.faces.map(\.person))
      // Of another program, which knows what is stored only.
      let other = CountedSearch(Likeness(gallery: likeness.gallery.folder))
      var names = options(method)
      (names.detail, names.neighbors) = (.names, 0)
      let listed = try Likeness(gallery: likeness.gallery.folder).map(names, other)
      #expect(other.tables.isEmpty && other.sought.isEmpty)
      #expect(places(listed) == places(made) && listed.faces.allSatisfy(\.neighbors.isEmpty))
      #expect(listed.faces.map(\.photo) == made.faces.map(\.photo))
    }
  }

  @Test(arguments: MapMethod.allCases)
  func `only new faces are searched for`(method: MapMethod) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(40, in: folder)
      let search = CountedSearch(likeness)
      let made = try likeness.map(options(method), search)
      try MapSamples.add(40..<46, to: likeness.gallery.folder)
      let grown = try likeness.map(options(method), search)
      let new = Set((41...46).map { FaceID($0) })
      #expect(search.tables == [40] && Set(search.sought) == new)
      #expect(grown.faces.filter(\.isPlaced).map(\.id) == new.sorted())
      #expect(grown.facts.contains(.init("Placed later", "6")))
      let after = places(grown)
      for (face, place) in places(made) { #expect(after[face] == place) }
      // Also in the lists of those that were there.
      try expectNearest(grown, likeness)
      let asked = search.sought.count
      let kept = try likeness.map(options(method), search)
      #expect(search.sought.count == asked && places(kept) == after)
      #expect(kept.faces.map(\.neighbors) == grown.faces.map(\.neighbors))
    }
  }

  /// Places are asked for first, what a page shows of them later.
  @Test func `new faces that were placed without a look at the nearest have them later`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(40, in: folder)
      let search = CountedSearch(likeness)
      _ = try likeness.map(options(.pca), search)
      try MapSamples.add(40..<44, to: likeness.gallery.folder)
      var names = options(.pca)
      (names.detail, names.neighbors) = (.names, 0)
      let listed = try likeness.map(names, search)
      #expect(search.sought.isEmpty && listed.faces.count == 44)
      let page = try likeness.map(options(.pca), search)
      #expect(Set(search.sought) == Set((41...44).map { FaceID($0) }))
      #expect(places(page) == places(listed))
      try expectNearest(page, likeness)
    }
  }

  @Test func `removed faces leave the map, and the lists of others`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(40, in: folder)
      let search = CountedSearch(likeness)
      let made = try likeness.map(options(.tsne), search)
      _ = try likeness.faces.remove(40)
      let left = try likeness.map(options(.tsne), search)
      // There are some to spare.
      #expect(search.tables == [40] && search.sought.isEmpty)
      #expect(left.faces.count == 39 && places(left)[40] == nil)
      for (face, place) in places(left) { #expect(places(made)[face] == place) }
      try expectNearest(left, likeness)
      try MapSamples.add(50..<51, to: likeness.gallery.folder)
      let joined = try likeness.map(options(.tsne), search)
      #expect(joined.faces.last.map { $0.id == 41 && $0.isPlaced } == true)
      #expect(Set(search.sought) == [41])
      try expectNearest(joined, likeness)
      // So many that others have to be looked for.
      for face in left.faces.prefix(20) { _ = try likeness.faces.remove(face.id) }
      let few = try likeness.map(options(.tsne), search)
      #expect(search.tables == [40] && search.sought.count > 2 && few.faces.count == 20)
      try expectNearest(few, likeness)
    }
  }

  @Test func `a map of which most came later is made anew`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(20, in: folder)
      let search = CountedSearch(likeness)
      _ = try likeness.map(options(.tsne), search)
      try MapSamples.add(20..<40, to: likeness.gallery.folder)
      #expect(try likeness.map(options(.tsne), search).faces.count { $0.isPlaced } == 20)
      #expect(try likeness.keptMap(options(.tsne))?.faces.count == 40)
      try MapSamples.add(40..<42, to: likeness.gallery.folder)
      #expect(try likeness.keptMap(options(.tsne)) == nil)
      #expect(search.tables == [20])
      let anew = try likeness.map(options(.tsne), search)
      #expect(search.tables == [20, 42] && !anew.faces.contains { $0.isPlaced })
      #expect(try likeness.keptMap(options(.tsne)).map(places) == places(anew))
    }
  }

  @Test func `what is kept has a state until something changes`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(20, in: folder)
      #expect(try likeness.keptMap(options(.pca)) == nil)
      #expect(try likeness.keptMapState(options(.pca)) == nil)
      _ = try likeness.map(options(.pca))
      var states = [try #require(try likeness.keptMapState(options(.pca)))]
      _ = try likeness.keptMap(options(.pca))
      #expect(try likeness.keptMapState(options(.pca)) == states[0])
      try MapSamples.add(20..<21, to: likeness.gallery.folder)
      states.append(try #require(try likeness.keptMapState(options(.pca))))
      var again = options(.pca)
      again.isMadeAgain = true
      _ = try likeness.map(again)
      states.append(try #require(try likeness.keptMapState(options(.pca))))
      again.includesHidden = true
      states.append(try #require(try likeness.keptMapState(again)))
      #expect(Set(states).count == 4)
    }
  }

  /// In every part of the work, also where faces are placed.
  @Test func `once it is to end, nothing is kept`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(40, in: folder)
      func state() throws -> Int {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .read)
        return try store.map(settings: MapOptions().settings)?.points.count ?? 0
      }
      for stage in [MapProgress.Stage.people, .neighbors, .layout] {
        var isEnding = false
        #expect(throws: MapError.interrupted) {
          try likeness.map(
            isCancelled: { isEnding }, progress: { if $0.stage == stage { isEnding = true } })
        }
        #expect(try isEnding && state() == 0)
      }
      _ = try likeness.map()
      try MapSamples.add(40..<44, to: likeness.gallery.folder)
      for stage in [MapProgress.Stage.placing, .neighbors] {
        var isEnding = false
        #expect(throws: MapError.interrupted) {
          try likeness.map(
            isCancelled: { isEnding }, progress: { if $0.stage == stage { isEnding = true } })
        }
        #expect(try isEnding && state() == 40)
      }
    }
  }
}
