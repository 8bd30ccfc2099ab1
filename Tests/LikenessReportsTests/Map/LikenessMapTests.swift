import Foundation
import GallerySQLite
import Projection
import TestSupport
import Testing

@testable import LikenessKit
@testable import LikenessReports

@Suite struct LikenessMapTests {
  private func options(_ method: MapMethod, dimensions: Int = 2) -> MapOptions {
    var options = MapOptions()
    options.method = method
    options.dimensions = dimensions
    return options
  }

  private func places(_ map: FaceMap) -> [FaceID: [Float]] {
    Dictionary(uniqueKeysWithValues: map.faces.enumerated().map { ($1.id, map.point($0)) })
  }

  /// How far the middles of groups lie apart, over how far faces lie from theirs.
  private func separation(_ map: FaceMap) -> Float {
    let rows = Dictionary(grouping: map.faces.indices) { map.faces[$0].name ?? "" }
    func distance(_ a: [Float], _ b: [Float]) -> Float {
      zip(a, b).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let middles = rows.mapValues { rows in
      (0..<map.layout.dimensions).map { axis in
        rows.reduce(Float(0)) { $0 + map.point($1)[axis] } / Float(rows.count)
      }
    }
    let inside = rows.flatMap { name, rows in
      rows.map { distance(map.point($0), middles[name] ?? []) }
    }
    var between: [Float] = []
    for (name, middle) in middles {
      for (other, place) in middles where other > name { between.append(distance(middle, place)) }
    }
    return (between.min() ?? 0) / (inside.max() ?? 1)
  }

  @Test(arguments: MapMethod.allCases, [2, 3])
  func `faces that are alike lie together`(method: MapMethod, dimensions: Int) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(60, in: folder)
      var steps: [MapProgress] = []
      let map = try likeness.map(
        options(method, dimensions: dimensions), progress: { steps.append($0) })
      #expect(map.faces.count == 60 && map.layout.dimensions == dimensions && map.isKept)
      #expect(separation(map) > 1.5)
      #expect(map.facts.first?.value == (method == .tsne ? "t-SNE" : "PCA"))
      #expect(map.faces.allSatisfy { $0.neighbors.count == 8 })
      #expect(try map.thumbnails(map.faces.indices).allSatisfy { $0 != nil })
      // The nearest of each is of its group, and nobody is beside himself.
      for (row, face) in map.faces.enumerated() {
        #expect(map.faces[face.neighbors[0].row].name == face.name)
        #expect(!face.neighbors.contains { $0.row == row })
      }
      #expect(map.faces[0].box == [0.1, 0.1, 0.2, 0.4])
      if method == .tsne {
        #expect(steps.contains { $0.stage == .neighbors && $0.done == 60 && $0.total == 60 })
        steps.removeAll { $0.stage != .layout }
        let divergences = steps.compactMap(\.divergence)
        #expect(divergences.count == steps.count && steps.count > 10)
        #expect(steps.last.map { $0.done == $0.total } == true)
        #expect((divergences.last ?? 9) < (divergences.first ?? 0))
      }
    }
  }

  @Test(arguments: MapMethod.allCases)
  func `faces keep their places when others come and go`(method: MapMethod) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(45, in: folder)
      let first = try likeness.map(options(method))
      let before = places(first)
      #expect(places(try likeness.map(options(method))) == before)

      try MapSamples.add(45..<57, to: likeness.gallery.folder)
      // Colours by person ask who is who, which is kept.
      _ = try likeness.people.list()
      let revision = try GalleryStore(at: likeness.gallery.folder, access: .read).revision()
      let second = try likeness.map(options(method))
      let after = places(second)
      #expect(after.count == 57 && second.faces.count { $0.isPlaced } == 12)
      for (face, place) in before { #expect(after[face] == place) }
      // Among those that they look like.
      #expect(separation(second) > 1)
      // A map is no change of the faces.
      #expect(try GalleryStore(at: likeness.gallery.folder, access: .read).revision() == revision)

      _ = try likeness.faces.remove(1)
      let third = try likeness.map(options(method))
      #expect(third.faces.count == 56)
      for (face, place) in places(third) { #expect(after[face] == place) }

      var again = options(method)
      again.isMadeAgain = true
      let fourth = try likeness.map(again)
      #expect(!fourth.faces.contains { $0.isPlaced })
      #expect(places(fourth) != places(third))
      #expect(places(try likeness.map(options(method))) == places(fourth))
    }
  }

  @Test func `maps of other settings are other maps`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(30, in: folder)
      var settings = MapOptions()
      let plain = places(try likeness.map(settings))
      settings.perplexity = 4
      let narrow = places(try likeness.map(settings))
      settings.seed = 5
      _ = try likeness.map(settings)
      #expect(plain != narrow)
      settings = MapOptions()
      #expect(places(try likeness.map(settings)) == plain)
      settings.perplexity = 4
      #expect(places(try likeness.map(settings)) == narrow)
      settings.perplexity = nil
      settings.isKept = false
      settings.seed = 99
      #expect(try !likeness.map(settings).isKept)
      let store = try GalleryStore(at: likeness.gallery.folder, access: .read)
      #expect(try store.map(settings: settings.settings) == nil)
    }
  }

  /// Under the settings of earlier versions, which knew of no steps and no standardizing.
  @Test func `a map that an earlier version kept is found`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(12, in: folder)
      for (method, settings) in [
        (MapMethod.tsne, #"{"dimensions":2,"method":"tsne","perplexity":null,"seed":1}"#),
        (.pca, #"{"dimensions":2,"method":"pca"}"#),
      ] {
        #expect(options(method).settings == settings)
        do {
          let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
          try store.keepMap(
            settings: settings, details: "[]", axes: [],
            points: Dictionary(
              uniqueKeysWithValues: (1...12).map {
                (FaceID(Int64($0)), MapPoint(position: [Float($0), -1], isPlaced: false))
              }))
        }
        let map = try likeness.map(options(method))
        for face in 1...12 { #expect(places(map)[FaceID(Int64(face))] == [Float(face), -1]) }
        // Another is made for other options.
        var begun = options(method)
        begun.initialization = .init(RandomProjectionStart())
        #expect((begun.settings == settings) == (method == .pca))
        var other = options(method)
        if method == .tsne { other.iterations = 60 } else { other.isStandardized = true }
        #expect(places(try likeness.map(other)) != places(map))
        #expect(places(try likeness.map(options(method))) == places(map))
      }
    }
  }

  @Test func `t-SNE takes as many steps as were asked for`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(30, in: folder)
      func made(
        _ iterations: Int?, early: Int? = nil, exaggeration: Double? = nil
      ) throws -> (steps: String?, places: [FaceID: [Float]]) {
        var settings = MapOptions()
        settings.iterations = iterations
        settings.earlyIterations = early
        settings.earlyExaggeration = exaggeration
        let map = try likeness.map(settings)
        return (map.facts.first { $0.title == "Steps" }?.value, places(map))
      }
      let text = try made(300)
      #expect(text.steps == "300")
      #expect(try made(300).places == text.places)
      #expect(try made(40).steps == "40")
      for other in [
        try made(300, early: 50), try made(300, exaggeration: 4),
        try made(300, early: 50, exaggeration: 4),
      ] {
        #expect(other.steps == "300" && other.places != text.places)
      }
      #expect(try made(nil).places != text.places)
    }
  }

  /// Any number of components, as of `PCA` itself; faces that come later lie along the same.
  @Test(arguments: [1, 2, 10], [false, true])
  func `principal components are those of the embeddings`(
    dimensions: Int, standardizes: Bool
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(30, in: folder)
      var settings = options(.pca, dimensions: dimensions)
      settings.isStandardized = standardizes
      func embeddings() throws -> EmbeddingMatrix {
        try GalleryStore(at: likeness.gallery.folder, access: .read).embeddings().embeddings
      }
      func expectSame(_ map: FaceMap, _ pca: PCA) throws {
        let layout = try pca.layout(of: embeddings(), dimensions: dimensions)
        #expect(map.layout.coordinates.count == layout.coordinates.count)
        for (place, other) in zip(map.layout.coordinates, layout.coordinates) {
          #expect(abs(place - other) < 1e-4)
        }
      }
      let pca = try PCA(embeddings(), standardizes: standardizes)
      let map = try likeness.map(settings)
      try expectSame(map, pca)
      let share = 100 * pca.explainedVarianceRatio.prefix(dimensions).reduce(0, +)
      #expect(
        map.facts.contains(.init("Variance shown", String(format: "%.0f %%", share))))
      #expect(map.facts.contains { $0.title == "Standardized" } == standardizes)
      try MapSamples.add(30..<36, to: likeness.gallery.folder)
      let later = try likeness.map(settings)
      #expect(later.faces.count { $0.isPlaced } == 6)
      try expectSame(later, pca)
    }
  }

  @Test func `there are as many components as faces or dimensions`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(30, in: folder)
      #expect(try likeness.map(options(.pca, dimensions: 16)).layout.dimensions == 16)
      #expect(throws: ProjectionError.tooManyComponents(17, faces: 30, dimensions: 16)) {
        try likeness.map(options(.pca, dimensions: 17))
      }
      #expect(throws: ProjectionError.unsupportedDimensions(0)) {
        try likeness.map(options(.pca, dimensions: 0))
      }
      #expect(throws: ProjectionError.unsupportedDimensions(4)) {
        try likeness.map(options(.tsne, dimensions: 4))
      }
    }
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(5, in: folder)
      #expect(try likeness.map(options(.pca, dimensions: 5)).faces.count == 5)
      #expect(throws: ProjectionError.tooManyComponents(6, faces: 5, dimensions: 16)) {
        try likeness.map(options(.pca, dimensions: 6))
      }
    }
  }

  @Test func `few faces have maps, one has none`() throws {
    for count in 0...5 {
      try TestFiles.withTemporaryFolder { folder in
        let likeness = try MapSamples.gallery(count, in: folder)
        for method in MapMethod.allCases {
          for dimensions in 2...3 {
            let options = options(method, dimensions: dimensions)
            switch count {
            case 0:
              #expect(throws: LikenessError.emptyGallery(path: likeness.gallery.folder.path)) {
                try likeness.map(options)
              }
            case 1:
              #expect(throws: ProjectionError.tooFewFaces(1)) { try likeness.map(options) }
            default:
              let map = try likeness.map(options)
              let isFinite = map.layout.coordinates.allSatisfy { $0.isFinite }
              #expect(isFinite)
              #expect(Set(places(map).values).count == count)
              _ = try map.page()
              _ = try map.png()
              #expect(try !map.svg().isEmpty && !map.csv().isEmpty && !map.npy().isEmpty)
              try map.writeProjector(
                to: folder.appendingPathComponent("p"), embeddings: likeness.embeddings(of: map))
            }
          }
        }
      }
    }
  }

  @Test func `what cannot be mapped says why`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let likeness = try MapSamples.gallery(10, in: folder)
      var settings = MapOptions()
      settings.perplexity = 3.1
      #expect(throws: ProjectionError.perplexityTooLarge(3.1, count: 10)) {
        try likeness.map(settings)
      }
      #expect(throws: MapError.interrupted) { try likeness.map(isCancelled: { true }) }
      var calls = 0
      #expect(throws: MapError.interrupted) {
        try likeness.map(isCancelled: {
          calls += 1
          return calls > 3
        })
      }
      let store = try GalleryStore(at: likeness.gallery.folder, access: .read)
      #expect(try store.map(settings: MapOptions().settings) == nil)
    }
    try TestFiles.withTemporaryFolder { folder in
      let store = try GalleryStore(at: folder, access: .write, create: true)
      let face = NewFace(
        name: nil, geometry: FaceGeometry(x: 0, y: 0, width: 1, height: 1, landmarks: []),
        score: 1,
        quality: FaceQuality(size: 1, sharpness: 1, yaw: 0, pitch: 0, roll: 0, inside: 1),
        embedding: Embedding([1, 2, 3]), thumbnail: Data())
      try store.add(
        [
          NewPhoto(
            digest: "x", file: PhotoFile(path: "/x", bytes: 0, modified: 0), width: 1, height: 1,
            turned: 0, faces: [face, face, face, face, face])
        ], model: "made-up")
      #expect(throws: ProjectionError.allEqual(count: 5)) { try Likeness(gallery: folder).map() }
    }
  }
}
