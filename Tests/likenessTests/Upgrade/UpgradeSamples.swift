import Faces
import Foundation
import LikenessKit
import TestSupport

@testable import GalleryCore
@testable import GallerySQLite

/// Photos, models and galleries for trials of another model.
enum UpgradeSamples {
  /// The model that galleries are upgraded to: as many numbers as the default one's, so that nothing but the model itself
  /// tells its embeddings from them.
  static let model = "blocks"

  /// A folder of models: those of set-up, and one that looks at the mean colours of parts of a face.
  static func models(in folder: URL) throws -> ModelStore {
    let models = folder.appendingPathComponent("models")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: false)
    for name in try FileManager.default.contentsOfDirectory(atPath: StandardFolders.models.path) {
      try FileManager.default.createSymbolicLink(
        at: models.appendingPathComponent(name),
        withDestinationURL: StandardFolders.models.appendingPathComponent(name))
    }
    let store = ModelStore(folder: models)
    try install(in: store, seed: 1)
    return store
  }

  /// - Parameter seed: another one makes another model of the same name.
  static func install(in store: ModelStore, seed: UInt64) throws {
    let (side, dimensions) = (64, 128)
    var random = SplitMix64(seed: seed)
    var graph = ONNXGraph(name: model)
    let image = graph.input("image", .uint8, [.named("n"), .fixed(side), .fixed(side), .fixed(3)])
    var value = graph.node(
      "Cast", [image], ["to": .integer(ONNXGraph.ElementType.float32.rawValue)])
    value = graph.node("Transpose", [value], ["perm": .integers([0, 3, 1, 2])])
    value = graph.node("Sub", [value, graph.constant([128], shape: [1])])
    value = graph.node("Mul", [value, graph.constant([1.0 / 64], shape: [1])])
    value = graph.node(
      "AveragePool", [value], ["kernel_shape": .integers([8, 8]), "strides": .integers([8, 8])])
    value = graph.node("Flatten", [value], ["axis": .integer(1)])
    let weights = (0..<192 * dimensions).map { _ in Float.random(in: -0.1...0.1, using: &random) }
    value = graph.node("MatMul", [value, graph.constant(weights, shape: [192, dimensions])])
    _ = graph.node("Identity", [value], output: "output")
    graph.output("output", .float32, [.named("n"), .fixed(dimensions)])
    try store.install(
      ModelManifest(
        embedding: model, source: "made for a test", licence: "CC0-1.0",
        input: .init(
          width: side, height: side, colorOrder: "RGB", mean: [128, 128, 128], scale: 1.0 / 64,
          isNormalizedInside: true), output: .init(dimensions: dimensions, metric: .cosine),
        verification: Verification(
          metric: .cosine, threshold: 0.1, coefficient: 40, midpoint: 0.1, measuredOn: "nothing")),
      onnx: graph.serialized())
  }

  /// Photos of two people, each sample in several sizes, some of them mirrored.
  static func photos(_ count: Int, in folder: URL) throws -> [URL] {
    let samples = [
      "obama.jpg", "biden.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg",
      "obama_partial_face2.jpg",
    ]
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var pixels: [String: Photo] = [:]
    return try (0..<count).map { number in
      let name = samples[number % samples.count]
      if pixels[name] == nil {
        pixels[name] = try Photo.load(contentsOf: Samples.photo(name)).fitted(longestSide: 480)
      }
      guard var photo = pixels[name] else { preconditionFailure("it was loaded") }
      let round = number / samples.count
      photo = try photo.fitted(longestSide: 420 - 12 * round)
      if round % 2 == 1 { photo = photo.mirrored() }
      let stem = name.prefix { $0 != "." }
      let file = folder.appendingPathComponent("\(stem)-\(round).jpg")
      try photo.jpegData(quality: 90).write(to: file)
      return file
    }
  }

  static func likeness(
    _ place: GalleryPlace, _ models: ModelStore, model: String? = nil, keepsOpen: Bool = false
  ) -> Likeness {
    var options = FaceEngineOptions()
    (options.models, options.model, options.jobs) = (models, model, 2)
    return Likeness(place: place, options: options, keepsOpen: keepsOpen)
  }
}

/// What a gallery knows of its faces besides their embeddings, by what they are in any gallery of the same photos.
struct KnownFaces: Equatable {
  struct Face: Equatable {
    var id: FaceID
    var name: String?
    var person: PersonID?
    var labels: [String: String]
    var box: FaceGeometry
    var isDoubtful: Bool
    var thumbnail: Data?
  }

  var faces: [String: Face] = [:]
  var names: [NameSummary]
  var labels: [LabelCount]
  var history: [PeopleEdit]
  var pinned: Set<FaceID>
  var apart: [[PersonID]]

  init(_ store: any FaceStore) throws {
    let keys = try FaceKeys(store)
    for entry in try store.entries(of: keys.keyOf.keys.sorted()) {
      faces[keys.keyOf[entry.face.id] ?? "?"] = Face(
        id: entry.face.id, name: entry.name, person: entry.person, labels: entry.labels,
        box: entry.face.geometry, isDoubtful: entry.face.quality.isDoubtful,
        thumbnail: try store.thumbnail(face: entry.face.id))
    }
    (names, labels) = (try store.names(), try store.labelCounts())
    history = try store.peopleHistory()
    let people = try store.peopleAssignment()
    pinned = people.pinned
    apart = people.apart.map { [$0.low, $0.high] }
  }
}

/// The faces of a gallery by their photo's content and their place in it.
struct FaceKeys {
  var idOf: [String: FaceID] = [:]
  var keyOf: [FaceID: String] = [:]

  init(_ store: any FaceStore) throws {
    let photos = Dictionary(uniqueKeysWithValues: try store.photos().map { ($0.id, $0.digest) })
    let table = try store.faceTable()
    for face in table.faces + table.unembedded {
      let key = "\(photos[face.photo] ?? "?") \(face.ordinal)"
      (idOf[key], keyOf[face.id]) = (face.id, key)
    }
  }
}

/// The embeddings of a gallery by its faces' keys.
func embeddings(_ store: any FaceStore) throws -> [String: Embedding] {
  let keys = try FaceKeys(store)
  let table = try store.faceTable()
  return Dictionary(
    uniqueKeysWithValues: table.faces.enumerated().map {
      (keys.keyOf[$1.id] ?? "?", table.embeddings[$0])
    })
}
