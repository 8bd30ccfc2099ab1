import Foundation
import FoundationXML
import LikenessCore
import LikenessKit
import LikenessReports
import TestSupport
import Testing

/// The formats that are read by a parser rather than run.
@Suite struct GraphFileTests {
  static let documents =
    SampleGraphs.small + [("many", SampleGraphs.document(60, people: 7, dimensions: 16))]

  private func written(_ document: GraphDocument, _ format: GraphFormat) throws -> Data {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("graph")
      try document.write(to: file, as: format)
      return try Data(contentsOf: file)
    }
  }

  @Test func nodeLinkJSON() throws {
    struct Text: Decodable {
      struct Graph: Decodable { var people: [Person], metric: Metric }
      struct Person: Decodable { var id: PersonID, name: String? }
      struct Node: Decodable {
        var id: FaceID, name: String?, photo: String, person: PersonID?, embedding: [Float]?
      }
      struct Link: Decodable {
        var source: FaceID, target: FaceID, distance: Float?, probability: Float?
      }
      var directed: Bool, multigraph: Bool, graph: Graph, nodes: [Node], links: [Link]
    }
    for (_, document) in Self.documents {
      let text = try JSONDecoder().decode(Text.self, from: written(document, .json))
      #expect(!text.directed && !text.multigraph && text.graph.metric == document.metric)
      #expect(text.graph.people.map(\.id) == document.people.map(\.id))
      #expect(text.graph.people.map(\.name) == document.people.map(\.name))
      #expect(text.nodes.map(\.id) == document.faces.map(\.id))
      #expect(text.nodes.map(\.name) == document.faces.map(\.name))
      #expect(text.nodes.map(\.photo) == document.faces.map(\.photo))
      #expect(
        text.nodes.map(\.person) == document.faces.map { $0.person.map { document.people[$0].id } })
      #expect(
        text.nodes.map(\.embedding)
          == document.faces.indices.map { document.embeddings?[$0].values })
      #expect(text.links.count == document.graph.links.count)
      let links = document.linksByID
      for link in text.links {
        let expected = links[[link.source, link.target]]
        #expect(link.distance == expected?.distance && link.probability == expected?.probability)
      }
    }
  }

  @Test func jsonEscapesEveryControl() throws {
    let name = String(String.UnicodeScalarView((0..<0xA0).map { Unicode.Scalar(UInt8($0)) }))
    let document = GraphDocument(
      faces: [.init(id: 1, name: name, photo: "a")], graph: SimilarityGraph(count: 1, links: []))
    let text = try JSONSerialization.jsonObject(with: written(document, .json)) as? [String: Any]
    let nodes = text?["nodes"] as? [[String: Any]]
    #expect(
      (nodes?.first?["name"] as? String)?.unicodeScalars.elementsEqual(name.unicodeScalars) == true)
  }

  @Test func graphML() throws {
    for (_, document) in Self.documents {
      let graph = try GraphMLReader(written(document, .graphml))
      #expect(graph.nodes.map(\.id) == document.faces.map { $0.id.description })
      for (row, face) in document.faces.enumerated() {
        let person = face.person.map { document.people[$0] }
        var expected = ["photo": face.photo]
        expected["name"] = face.name
        expected["person"] = person.map { $0.id.description }
        expected["person_name"] = person?.name
        var found = graph.nodes[row].data
        let embedding = found.removeValue(forKey: "embedding")
        #expect(found == expected)
        #expect(
          embedding?.split(separator: " ").compactMap { Float($0) }
            == document.embeddings?[row].values)
      }
      let links = document.linksByID
      #expect(graph.edges.count == links.count)
      for edge in graph.edges {
        let link = try #require(links[[edge.source, edge.target].map { FaceID(Int64($0) ?? 0) }])
        #expect(edge.data["distance"].flatMap(Float.init) == link.distance)
        #expect(edge.data["probability"].flatMap(Float.init) == link.probability)
      }
      #expect(graph.keys.isSuperset(of: graph.usedKeys))
      #expect(graph.data == ["metric": document.metric.rawValue])
    }
  }

  @Test func whatXMLCannotHoldIsReplaced() throws {
    let document = GraphDocument(
      faces: [.init(id: 1, name: "a\u{1}b\u{FFFF}c\u{7F}\u{0}", photo: "\u{1B}[1m")],
      graph: SimilarityGraph(count: 1, links: []))
    let graph = try GraphMLReader(written(document, .graphml))
    #expect(
      graph.nodes[0].data == [
        "name": "a\u{FFFD}b\u{FFFD}c\u{7F}\u{FFFD}", "photo": "\u{FFFD}[1m",
      ])
  }

  @Test func neo4jFolder() throws {
    for (_, document) in Self.documents {
      try TestFiles.withTemporaryFolder { parent in
        let folder = parent.appendingPathComponent("graph")
        try document.write(to: folder, as: .neo4jCSV)
        func rows(_ name: String) throws -> [[String?]] {
          try csv(String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
        }
        let faces = try rows("faces.csv")
        let hasEmbeddings = document.embeddings != nil
        #expect(
          faces[0] == ["id:ID(Face)", "name", "photo"]
            + (hasEmbeddings ? ["embedding:float[]"] : []) + [":LABEL"])
        #expect(faces.count == document.faces.count + 1)
        for (row, face) in document.faces.enumerated() {
          let fields = faces[row + 1]
          #expect(fields.count == faces[0].count)
          #expect(fields.prefix(3) == [face.id.description, face.name, face.photo])
          #expect(fields.last == "Face")
          if let embeddings = document.embeddings {
            let numbers = fields[3]?.split(separator: ";").compactMap { Float($0) }
            #expect(numbers == embeddings[row].values)
          }
        }
        #expect(
          try rows("people.csv") == [["id:ID(Person)", "name", ":LABEL"]]
            + document.people.map { [$0.id.description, $0.name, "Person"] })
        #expect(
          try rows("is.csv") == [[":START_ID(Face)", ":END_ID(Person)", ":TYPE"]]
            + document.faces.compactMap { face in
              face.person.map { [face.id.description, document.people[$0].id.description, "IS"] }
            })
        let links = document.linksByID
        let same = try rows("same.csv")
        #expect(
          same[0] == [
            ":START_ID(Face)", ":END_ID(Face)", "distance:float", "probability:float", "metric",
            ":TYPE",
          ])
        #expect(same.count == links.count + 1)
        for fields in same.dropFirst() {
          let ends = fields.prefix(2).compactMap { $0.flatMap { Int64($0) }.map { FaceID($0) } }
          let link = try #require(links[ends])
          #expect(fields[2].flatMap(Float.init) == link.distance)
          #expect(fields[3].flatMap(Float.init) == link.probability)
          #expect(fields[4] == document.metric.rawValue && fields[5] == "SAME")
        }
        let help = try String(
          contentsOf: folder.appendingPathComponent("import.txt"), encoding: .utf8)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasSuffix(".csv") { #expect(help.contains("=\(name)")) }
      }
    }
  }

  /// Rows of fields; nil for one with nothing between its commas, not even quotes.
  private func csv(_ text: String) -> [[String?]] {
    var rows: [[String?]] = []
    var row: [String?] = []
    var field: String?
    var isQuoted = false
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      if isQuoted {
        if scalar != "\"" {
          field!.unicodeScalars.append(scalar)
        } else if next == "\"" {
          field!.unicodeScalars.append("\"")
          next = scalars.next()
        } else {
          isQuoted = false
        }
      } else if scalar == "\"" {
        isQuoted = true
        field = ""
      } else if scalar == "," || scalar == "\n" {
        row.append(field)
        field = nil
        if scalar == "\n" {
          rows.append(row)
          row = []
        }
      } else {
        field = (field ?? "") + String(scalar)
      }
    }
    #expect(!isQuoted && row.isEmpty, "the last line does not end")
    return rows
  }
}

/// GraphML as its readers see it.
private final class GraphMLReader: NSObject, XMLParserDelegate {
  var nodes: [(id: String, data: [String: String])] = []
  var edges: [(source: String, target: String, data: [String: String])] = []
  /// Of the graph itself.
  var data: [String: String] = [:]
  var keys: Set<String> = []
  var usedKeys: Set<String> = []
  private var key: String?
  private var text = ""
  private var isEdge = false

  init(_ data: Data) throws {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch name {
    case "key": keys.insert(attributes["id"] ?? "")
    case "node":
      nodes.append((attributes["id"] ?? "", [:]))
      isEdge = false
    case "edge":
      edges.append((attributes["source"] ?? "", attributes["target"] ?? "", [:]))
      isEdge = true
    case "data":
      key = attributes["key"]
      usedKeys.insert(key ?? "")
      text = ""
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard name == "data", let key else { return }
    if nodes.isEmpty {
      data[key] = text
    } else if isEdge {
      edges[edges.count - 1].data[key] = text
    } else {
      nodes[nodes.count - 1].data[key] = text
    }
  }
}
