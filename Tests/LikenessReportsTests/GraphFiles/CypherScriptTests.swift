import Foundation
import LikenessCore
import LikenessKit
import LikenessReports
import TestSupport
import Testing

@Suite(.serialized) struct CypherScriptTests {
  /// The script of a document.
  private func script(_ document: GraphDocument, in folder: URL) throws -> String {
    let file = folder.appendingPathComponent("graph.cypher")
    try document.write(to: file, as: .cypher)
    let script = try String(contentsOf: file, encoding: .utf8)
    #expect(script.split(separator: "\n").allSatisfy { !$0.hasPrefix(":") })
    return script
  }

  /// Everything that the engine holds is what the document says, and nothing else.
  private func expectEqual(
    _ document: GraphDocument, _ engine: GraphEngine, graph: String
  ) throws {
    func ask(_ query: String) throws -> [[GraphEngine.Reply]] {
      try engine.query(query, in: graph)
    }
    func count(_ pattern: String) throws -> Int64? {
      try ask("MATCH \(pattern) RETURN count(*)").first?.first?.int
    }
    let members = document.faces.filter { $0.person != nil }
    #expect(try count("(:Face)") == Int64(document.faces.count))
    #expect(try count("(:Person)") == Int64(document.people.count))
    #expect(try count("()-[:SAME]->()") == Int64(document.graph.links.count))
    #expect(try count("()-[:IS]->()") == Int64(members.count))
    #expect(try count("()") == Int64(document.faces.count + document.people.count))
    #expect(try count("()-->()") == Int64(document.graph.links.count + members.count))

    let faces = try ask("MATCH (f:Face) RETURN f.id, f.name, f.photo")
    #expect(
      Dictionary(uniqueKeysWithValues: faces.map { ($0[0].int, [$0[1].text, $0[2].text]) })
        == Dictionary(
          uniqueKeysWithValues: document.faces.map { ($0.id.rawValue, [$0.name, $0.photo]) }))
    let people = try ask("MATCH (p:Person) RETURN p.id, p.name")
    #expect(
      Dictionary(uniqueKeysWithValues: people.map { ($0[0].int, $0[1].text) })
        == Dictionary(uniqueKeysWithValues: document.people.map { ($0.id.rawValue, $0.name) }))
    let memberships = try ask("MATCH (f:Face)-[:IS]->(p:Person) RETURN f.id, p.id")
    #expect(
      Set(memberships.map { [$0[0].int, $0[1].int] })
        == Set(members.map { [$0.id.rawValue, document.people[$0.person!].id.rawValue] }))

    // Asked of the whole list, FalkorDB tells six digits only.
    let coordinates = try ask(
      """
      MATCH (f:Face) WHERE f.embedding IS NOT NULL
      UNWIND range(0, size(f.embedding) - 1) AS i RETURN f.id, i, f.embedding[i]
      """)
    var embeddings: [FaceID: [Int64: Float]] = [:]
    for row in coordinates {
      let face = FaceID(try #require(row[0].int))
      embeddings[face, default: [:]][try #require(row[1].int)] = row[2].float
    }
    for (row, face) in document.faces.enumerated() {
      let expected = document.embeddings?[row].values ?? []
      let found = embeddings[face.id] ?? [:]
      #expect(found.count == expected.count)
      #expect(expected.indices.allSatisfy { found[Int64($0)] == expected[$0] })
    }

    #expect(
      try count("()-[:SAME {metric: '\(document.metric.rawValue)'}]->()")
        == Int64(document.graph.links.count))

    // The neighbours of each face, asked of that face, whichever way the links point.
    var expected: [FaceID: [FaceID: [Float]]] = [:]
    for (ends, link) in document.linksByID {
      expected[ends[0], default: [:]][ends[1]] = [link.distance, link.probability]
      expected[ends[1], default: [:]][ends[0]] = [link.distance, link.probability]
    }
    for face in document.faces {
      let rows = try ask(
        "MATCH (:Face {id: \(face.id)})-[s:SAME]-(o:Face) RETURN o.id, s.distance, s.probability")
      var found: [FaceID: [Float]] = [:]
      for row in rows {
        found[FaceID(try #require(row[0].int))] = [
          try #require(row[1].float), try #require(row[2].float),
        ]
      }
      #expect(rows.count == found.count)
      #expect(found == expected[face.id] ?? [:])
    }
  }

  @Test func anEngineHoldsWhatWasExported() throws {
    try TestFiles.withTemporaryFolder { folder in
      let engine = try GraphEngine(in: folder)
      // Enough for several statements of faces, with the dimensions of real embeddings.
      let document = SampleGraphs.document(400, people: 30, linksPerFace: 4, dimensions: 128)
      let script = try script(document, in: folder)
      let statements = CypherShell.statements(script)
      #expect(statements.filter { $0.contains("MERGE (f:Face ") }.count > 1)
      for _ in 0..<2 {
        #expect(try engine.load(script: script) == 2)
        try expectEqual(document, engine, graph: "g")
      }
      // Its answers come by way of the index.
      let ids = document.faces.map(\.id)
      let far = try engine.query(
        "MATCH (a:Face {id: \(ids[0])})-[:SAME*1..2]-(b:Face) RETURN count(DISTINCT b) > 0")
      #expect(far == [[.text("true")]])
    }
  }

  /// A later export changes what differs and doubles nothing, also where the rows have another order.
  @Test func aLaterExportIsTakenIn() throws {
    try TestFiles.withTemporaryFolder { folder in
      let engine = try GraphEngine(in: folder)
      let document = SampleGraphs.document(30, people: 4)
      #expect(try engine.load(script: script(document, in: folder)) == 2)
      let last = Int32(document.faces.count - 1)
      let turned = GraphDocument(
        faces: document.faces.reversed().map {
          var face = $0
          face.name = face.name.map { $0 + "'" }
          return face
        }, people: document.people,
        graph: SimilarityGraph(
          count: document.faces.count,
          links: document.graph.links.map {
            .init(from: last - $0.to, to: last - $0.from, distance: 0.25, probability: 0.75)
          }))
      #expect(try engine.load(script: script(turned, in: folder)) == 2)
      let same = try engine.query(
        "MATCH ()-[s:SAME]->() RETURN count(*), min(s.distance), max(s.distance)")
      #expect(same.first?[0] == .number(Int64(document.graph.links.count)))
      #expect(same.first?[1].float == 0.25 && same.first?[2].float == 0.25)
      let names = try engine.query("MATCH (f:Face) RETURN f.name").compactMap(\.first?.text)
      #expect(Set(names) == Set(turned.faces.compactMap(\.name)))
    }
  }

  @Test func smallGraphsLoad() throws {
    try TestFiles.withTemporaryFolder { folder in
      let engine = try GraphEngine(in: folder)
      for (name, document) in SampleGraphs.small {
        let script = try script(document, in: folder)
        #expect(name != "nothing" || CypherShell.statements(script).count == 2)
        for _ in 0..<2 { #expect(try engine.load(script: script, into: name) == 2) }
        try expectEqual(document, engine, graph: name)
      }
    }
  }

  @Test func everyNameComesBack() throws {
    try TestFiles.withTemporaryFolder { folder in
      let engine = try GraphEngine(in: folder)
      let names = SampleGraphs.oddNames
      let document = GraphDocument(
        faces: names.enumerated().map {
          .init(id: FaceID(Int64($0)), name: $1, photo: "/\($1)", person: $0)
        },
        people: names.enumerated().map { .init(id: PersonID(-Int64($0)), name: $1) },
        graph: SimilarityGraph(count: names.count, links: []))
      let script = try script(document, in: folder)
      #expect(CypherShell.statements(script).count == 5)
      #expect(try engine.load(script: script) == 2)
      try expectEqual(document, engine, graph: "g")
    }
  }

  @Test func oddNumbers() throws {
    try TestFiles.withTemporaryFolder { folder in
      let engine = try GraphEngine(in: folder)
      let numbers: [Float] = [
        0, 1e-5, 3.4028235e38, -.leastNormalMagnitude, 1e16, .leastNonzeroMagnitude, 0.1,
        -123456.79, 16_777_216,
      ]
      let document = GraphDocument(
        faces: [.init(id: FaceID(.max), photo: "a"), .init(id: FaceID(.min + 1), photo: "b\0c")],
        embeddings: EmbeddingMatrix([
          Embedding(numbers), Embedding([.nan] + numbers.dropFirst()),
        ]),
        graph: SimilarityGraph(
          count: 2, links: [.init(from: 0, to: 1, distance: .infinity, probability: .nan)]))
      let script = try script(document, in: folder)
      // Neo4j's exponents have no plus sign.
      #expect(!script.contains("e+"))
      #expect(try engine.load(script: script) == 2)
      let found = try engine.query(
        "MATCH (f:Face {id: \(Int64.max)}) UNWIND f.embedding AS x RETURN x")
      #expect(found.compactMap(\.first?.float) == numbers)
      let other = try engine.query(
        "MATCH (f:Face)-[s:SAME]->(g) RETURN f.embedding, f.photo, s.distance, s.probability, g.id")
      #expect(other == [[.none, .text("b\u{FFFD}c"), .none, .none, .number(.max)]])
    }
  }
}
