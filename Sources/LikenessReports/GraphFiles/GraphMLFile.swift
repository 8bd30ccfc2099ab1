import Foundation
import LikenessKit

/// GraphML: a node a face, an edge a link. A person is an attribute of the face, by which programs
/// that draw can colour it; what distances are measured by is one of the graph.
struct GraphMLFile {
  private let document: GraphDocument

  init(_ document: GraphDocument) { self.document = document }

  func write(to sink: inout TextSink) {
    sink.write(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
      xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
      http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
      <key id="name" for="node" attr.name="name" attr.type="string"/>
      <key id="photo" for="node" attr.name="photo" attr.type="string"/>
      <key id="person" for="node" attr.name="person" attr.type="long"/>
      <key id="person_name" for="node" attr.name="person_name" attr.type="string"/>
      <key id="embedding" for="node" attr.name="embedding" attr.type="string"/>
      <key id="metric" for="graph" attr.name="metric" attr.type="string"/>
      <key id="distance" for="edge" attr.name="distance" attr.type="float"/>
      <key id="probability" for="edge" attr.name="probability" attr.type="float"/>
      <graph id="likeness" edgedefault="undirected">
      <data key="metric">\(document.metric.rawValue)</data>

      """)
    for row in document.faces.indices { writeNode(row, to: &sink) }
    for link in document.graph.links { writeEdge(link, to: &sink) }
    sink.write("</graph>\n</graphml>\n")
  }

  private func writeNode(_ row: Int, to sink: inout TextSink) {
    let face = document.faces[row]
    sink.write("<node id=\"\(face.id)\">")
    if let name = face.name { writeData("name", name, to: &sink) }
    writeData("photo", face.photo, to: &sink)
    if let person = face.person {
      writeData("person", "\(document.people[person].id)", to: &sink)
      if let name = document.people[person].name { writeData("person_name", name, to: &sink) }
    }
    // GraphML has no lists: numbers between spaces.
    if let embedding = document.finiteEmbedding(row) {
      sink.write("<data key=\"embedding\">")
      sink.write(embedding, separator: " ")
      sink.write("</data>")
    }
    sink.write("</node>\n")
  }

  private func writeEdge(_ link: SimilarityGraph.Link, to sink: inout TextSink) {
    let ends = document.ends(of: link)
    sink.write("<edge source=\"\(ends.from)\" target=\"\(ends.to)\">")
    for (key, value) in [("distance", link.distance), ("probability", link.probability)]
    where value.isFinite {
      sink.write("<data key=\"\(key)\">")
      sink.write(value)
      sink.write("</data>")
    }
    sink.write("</edge>\n")
  }

  private func writeData(_ key: String, _ text: String, to sink: inout TextSink) {
    sink.write("<data key=\"\(key)\">\(Self.escaped(text))</data>")
  }

  /// The text of an element. XML 1.0 has no way to write most control characters.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\r": result += "&#13;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// XML for Gephi, networkx, igraph and others. People are attributes of their faces.
public struct GraphMLExport: GraphExport {
  public let name = "graphml"
  public let summary = "a file for Gephi and networkx"

  public init() {}

  public func write(_ document: GraphDocument, to url: URL) throws(GraphExportError) {
    try WholeOutput.file(at: url, GraphMLFile(document).write)
  }
}

extension GraphFormat {
  public static let graphml = Self(GraphMLExport())
}
