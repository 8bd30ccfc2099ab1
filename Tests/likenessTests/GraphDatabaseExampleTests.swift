import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

/// What the queries of `Examples/graph-database` find in FalkorDB is what the program finds without it, and what plain
/// loops over the embeddings find.
@Suite(.serialized) struct GraphDatabaseExampleTests {
  @Test func itsQueriesFindWhatTheProgramFinds() throws {
    try TestFiles.withTemporaryFolder { folder in
      let database = try ExampleDatabase(in: folder)
      let home = try MadePeople.gallery(in: folder)
      try run(["people"], home)
      try run(["graph", "build", "--distance", "0.6"], home)
      let exported = try ExportedGraph(export("json", of: home, in: folder))
      let script = try export("cypher", of: home, in: folder)
      // Loaded twice, nothing is there twice.
      for _ in 0..<2 {
        #expect(
          try database.load(script)
            == "g: \(exported.faces.count) faces, \(exported.photos.count) people, "
            + "\(exported.links.count) links\n")
        #expect(try Set(database.links().keys) == exported.links)
      }

      // By the largest, strangers are linked as well.
      for threshold in [Float(0.6), 0.3, 2] {
        let expected = NearFaces(exported.faces, below: threshold)
        #expect(threshold != 0.6 || Set(expected.links.keys) == exported.links)
        try expectLinks(expected, in: database)
        try run(["graph", "build", "--distance", "\(threshold)"], home)
        try expectWalks(expected, in: database, home)
        try expectComponents(expected, in: database)
        try expectStrangers(expected, exported, in: database)
      }
      try expectNearest(of: exported.faces[3], among: exported.faces, in: database)
      try expectMostPhotos(exported, in: database)
      #expect(try database.asked == ExampleDatabase.queries())
    }
  }

  /// The query's links are the pairs below the threshold, whatever was linked before.
  private func expectLinks(_ expected: NearFaces, in database: ExampleDatabase) throws {
    try database.ask("unlink")
    #expect(try database.links().isEmpty)
    // Each pair compared both ways, as the query's head says.
    try database.engine.query(
      """
      MATCH (p1:Face) MATCH (p2:Face) WHERE ID(p1) <> ID(p2)
      WITH p1, p2, vec.euclideanDistance(p1.embedding, p2.embedding) AS distance
      WHERE distance < \(expected.threshold)
      MERGE (p1)-[e:SAME]-(p2) SET e.distance = distance
      """)
    let doubled = try database.engine.query("MATCH ()-[s:SAME]->() RETURN count(s)")
    #expect(doubled == [[.number(Int64(2 * expected.links.count))]])

    try database.ask("unlink")
    for _ in 0..<2 {
      try database.ask("link.falkordb", "threshold=\(expected.threshold)")
      let links = try database.links()
      #expect(Set(links.keys) == Set(expected.links.keys))
      #expect(links.allSatisfy { abs($0.value - (expected.links[$0.key] ?? .infinity)) < 1e-5 })
    }
  }

  /// A walk from each face reaches what links hold together with it, and what `likeness same` reaches.
  private func expectWalks(
    _ expected: NearFaces, in database: ExampleDatabase, _ home: String
  ) throws {
    for _ in 0..<2 { try database.ask("chain.falkordb") }
    for face in expected.ids {
      let rows = try database.ask("same-person.falkordb", "face=\(face)")
      let found = try rows.map { try #require($0[0].int) }
      #expect(found.sorted() == expected.reach(of: face).sorted())
      for (row, other) in zip(rows, found) {
        let steps = try list(row[4], Float.init)
        let longest = try #require(expected.longestSteps[Pair(face, other)])
        #expect(row[3].int == Int64(steps.count))
        #expect(abs(steps.reduce(0, max) - longest) < 1e-5)
      }
    }
    for face in MadePeople.someFaces {
      let same = try #require(
        try run(["same", "face:\(face)", "--json"], home).json() as? [String: Any])
      let person = try #require((same["people"] as? [[String: Any]])?.first)
      let found = try #require(person["found"] as? [[String: Any]])
      #expect(
        Set(found.compactMap { $0["face"] as? Int64 }) == expected.reach(of: face).union([face]))
    }
  }

  private func expectComponents(_ expected: NearFaces, in database: ExampleDatabase) throws {
    let components = try database.ask("components.falkordb").map { row in
      let faces = try list(row[2], Int64.init)
      #expect(row[0].int == Int64(faces.count) && row[1].int == Int64(faces.count))
      return faces
    }
    let groups = Set(expected.ids.map { expected.reach(of: $0).union([$0]).sorted() })
    #expect(Set(components) == groups.filter { $0.count > 1 })
    #expect(Set(components).count == components.count)
    #expect(components.map(\.count) == components.map(\.count).sorted(by: >))
  }

  private func expectStrangers(
    _ expected: NearFaces, _ exported: ExportedGraph, in database: ExampleDatabase
  ) throws {
    let people = Dictionary(uniqueKeysWithValues: exported.faces.map { ($0.id, $0.person) })
    let rows = try database.ask("strangers")
    let found = try rows.map { Pair(try #require($0[0].int), try #require($0[3].int)) }
    #expect(Set(found) == Set(expected.links.keys.filter { people[$0.from] != people[$0.to] }))
    #expect(Set(found).count == found.count)
    #expect(found.isEmpty == (expected.threshold < 1))
  }

  private func expectNearest(
    of face: ExportedGraph.Face, among faces: [ExportedGraph.Face], in database: ExampleDatabase
  ) throws {
    let expected = faces.filter { $0.id != face.id }
      .sorted { face.distance(to: $0) < face.distance(to: $1) }.prefix(5)
    let found = try database.ask("nearest.falkordb", "face=\(face.id) count=5")
    #expect(found.map { $0[0].int } == expected.map(\.id))
    #expect(found.map { $0[2].text } == expected.map(\.photo))
    for (row, other) in zip(found, expected) {
      #expect(abs(try #require(row[3].float) - face.distance(to: other)) < 1e-5)
    }
  }

  private func expectMostPhotos(_ exported: ExportedGraph, in database: ExampleDatabase) throws {
    let found = try database.ask("most-photos")
    #expect(
      found.map { $0[2].int } == exported.photos.values.sorted(by: >).prefix(10).map(Int64.init))
    #expect(
      try found.allSatisfy {
        exported.photos[try #require($0[0].int)].map(Int64.init) == $0[2].int
      })
  }

  @discardableResult private func run(_ arguments: [String], _ home: String) throws -> ProgramRun {
    let run = try ProgramRun(arguments + ["--quiet", "--gallery", home])
    #expect(run.status == 0, "\(run.errors)")
    return run
  }

  private func export(_ format: String, of home: String, in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent(format)
    try run(["graph", "export", "--format", format, "--output", file.path], home)
    return file
  }

  /// A list as FalkorDB writes it, `[1, 2]`.
  private func list<Number>(
    _ reply: GraphEngine.Reply, _ number: (String) -> Number?
  ) throws -> [Number] {
    try #require(reply.text).trimmingCharacters(in: ["[", "]"]).components(separatedBy: ", ")
      .map { try #require(number($0)) }
  }
}

/// Two faces, whichever way a link points.
private struct Pair: Hashable {
  var from: Int64
  var to: Int64

  init(_ a: Int64, _ b: Int64) { (from, to) = (min(a, b), max(a, b)) }
}

/// People who change from photo to photo: each face is below 0.6 of the two before and the two after it, so that most of
/// a person is found by walking only. Two people have one face each.
private enum MadePeople {
  private static let counts = [7, 7, 7, 7, 7, 1, 1]

  /// The first, middle and last face of a person, and faces of others, one of whom has no other.
  static let someFaces: [Int64] = [1, 4, 7, 8, 35, 36]

  static func gallery(in folder: URL) throws -> String {
    let home = folder.appendingPathComponent("gallery")
    let store = try GalleryStore(at: home, access: .write, create: true)
    var random = SplitMix64(seed: 2)
    func direction(_ length: Float) -> [Float] {
      let values = (0..<128).map { _ in Float.random(in: -1...1, using: &random) }
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return values.map { $0 * length / norm }
    }
    for (person, count) in counts.enumerated() {
      let (center, change) = (direction(1.4), direction(0.26))
      let photos = (0..<count).map { step in
        let noise = direction(0.03)
        let face = NewFace(
          name: "n\(person)",
          geometry: FaceGeometry(x: 0, y: 0, width: 9, height: 9, landmarks: []), score: 1,
          quality: FaceQuality(size: 90, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
          embedding: Embedding(
            (0..<128).map { center[$0] + Float(step) * change[$0] + noise[$0] }),
          thumbnail: Data([1]))
        return NewPhoto(
          digest: "\(person)-\(step)",
          file: PhotoFile(path: "/it's/\(person); \(step).jpg", bytes: 1, modified: 0),
          width: 20, height: 20, turned: 0, faces: [face])
      }
      try store.add(photos, model: "dlib")
    }
    return home.path
  }
}

/// What `likeness graph export` says in JSON.
private struct ExportedGraph {
  struct Face {
    var id: Int64
    var photo: String
    var person: Int64?
    var embedding: [Float]

    func distance(to other: Face) -> Float {
      zip(embedding, other.embedding).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        .squareRoot()
    }
  }

  let faces: [Face]
  let links: Set<Pair>
  /// How many photos each person has; no photo has two faces.
  var photos: [Int64: Int] {
    Dictionary(grouping: faces.compactMap(\.person), by: \.self).mapValues(\.count)
  }

  init(_ file: URL) throws {
    let graph = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    faces = try #require(graph["nodes"] as? [[String: Any]]).map { node in
      Face(
        id: try #require(node["id"] as? Int64), photo: try #require(node["photo"] as? String),
        person: node["person"] as? Int64,
        embedding: try #require(node["embedding"] as? [Double]).map { Float($0) })
    }
    links = Set(
      try #require(graph["links"] as? [[String: Any]]).map { link in
        Pair(try #require(link["source"] as? Int64), try #require(link["target"] as? Int64))
      })
  }
}

/// The pairs of faces below a distance, and what they hold together.
private struct NearFaces {
  let threshold: Float
  let ids: [Int64]
  let links: [Pair: Float]
  /// Of the path between two faces whose longest step is shortest, that step.
  let longestSteps: [Pair: Float]

  init(_ faces: [ExportedGraph.Face], below threshold: Float) {
    self.threshold = threshold
    ids = faces.map(\.id)
    var links: [Pair: Float] = [:]
    for (row, a) in faces.enumerated() {
      for b in faces[(row + 1)...] {
        let distance = a.distance(to: b)
        precondition(abs(distance - threshold) > 1e-4, "the last digit would decide on a link")
        if distance < threshold { links[Pair(a.id, b.id)] = distance }
      }
    }
    var steps = links
    for middle in ids {
      for a in ids where a != middle {
        guard let first = steps[Pair(a, middle)] else { continue }
        for b in ids where b != a && b != middle {
          guard let second = steps[Pair(middle, b)] else { continue }
          steps[Pair(a, b)] = min(steps[Pair(a, b)] ?? .infinity, max(first, second))
        }
      }
    }
    self.links = links
    longestSteps = steps
  }

  func reach(of face: Int64) -> Set<Int64> {
    Set(ids.filter { $0 != face && longestSteps[Pair(face, $0)] != nil })
  }
}

/// FalkorDB, filled and asked with the files of the example.
private final class ExampleDatabase {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Examples/graph-database").standardizedFileURL

  let engine: GraphEngine
  /// The files of the queries that were asked.
  private(set) var asked: Set<String> = []

  init(in folder: URL) throws { engine = try GraphEngine(in: folder) }

  /// The files of all queries that are for FalkorDB.
  static func queries() throws -> Set<String> {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("queries").path)
    return Set(files.filter { !$0.hasSuffix(".neo4j.cypher") })
  }

  /// - Returns: what the script prints.
  func load(_ file: URL) throws -> String {
    let process = Process()
    process.executableURL = Self.folder.appendingPathComponent("load")
    process.arguments = [file.path, "--socket", engine.socketPath, "--graph", "g"]
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    return text
  }

  /// Asks a query of the example, with its parameters before it as the README has them for redis-cli.
  @discardableResult func ask(
    _ name: String, _ parameters: String = ""
  ) throws -> [[GraphEngine.Reply]] {
    asked.insert(name + ".cypher")
    let file = Self.folder.appendingPathComponent("queries/\(name).cypher")
    let query = try String(contentsOf: file, encoding: .utf8)
    return try engine.query(
      "CYPHER \(parameters) " + query.trimmingCharacters(in: .newlines))
  }

  /// The distances of all links; no two may join the same faces.
  func links() throws -> [Pair: Float] {
    let rows = try engine.query("MATCH (a)-[s:SAME]->(b) RETURN a.id, b.id, s.distance")
    var links: [Pair: Float] = [:]
    for row in rows {
      let distance = try #require(row[2].float)
      links[Pair(try #require(row[0].int), try #require(row[1].int))] = distance
    }
    #expect(links.count == rows.count)
    return links
  }
}
