import Foundation
import LikenessCore
import LikenessKit

/// Node-link JSON: `nodes` with an `id`, `links` with a `source` and a `target` that are such ids, and `graph` with people
/// and the metric of the links' distances.
struct NodeLinkFile {
  private let document: GraphDocument

  init(_ document: GraphDocument) { self.document = document }

  func write(to sink: inout TextSink) {
    sink.write("{\"directed\": false, \"multigraph\": false,\n\"graph\": {\"people\": [")
    list(document.people, to: &sink) { person, sink in
      sink.write("{\"id\": \(person.id), \"name\": \(Self.literal(person.name))}")
    }
    sink.write("], \"metric\": \(Self.literal(document.metric.rawValue))},\n\"nodes\": [")
    list(document.faces.indices, to: &sink, writeNode)
    sink.write("],\n\"links\": [")
    list(document.graph.links, to: &sink) { link, sink in
      let ends = document.ends(of: link)
      sink.write("{\"source\": \(ends.from), \"target\": \(ends.to), \"distance\": ")
      sink.write(link.distance, missing: "null")
      sink.write(", \"probability\": ")
      sink.write(link.probability, missing: "null")
      sink.write("}")
    }
    sink.write("]}\n")
  }

  private func writeNode(_ row: Int, to sink: inout TextSink) {
    let face = document.faces[row]
    sink.write("{\"id\": \(face.id), \"name\": \(Self.literal(face.name))")
    sink.write(", \"photo\": \(Self.literal(face.photo)), \"person\": ")
    sink.write(face.person.map { document.people[$0].id.description } ?? "null")
    if document.embeddings != nil {
      if let embedding = document.finiteEmbedding(row) {
        sink.write(", \"embedding\": [")
        sink.write(embedding, separator: ", ")
        sink.write("]")
      } else {
        sink.write(", \"embedding\": null")
      }
    }
    sink.write("}")
  }

  /// Elements separated by commas, one a line.
  private func list<Elements: Sequence>(
    _ elements: Elements, to sink: inout TextSink,
    _ write: (Elements.Element, inout TextSink) -> Void
  ) {
    var isFirst = true
    for element in elements {
      sink.write(isFirst ? "\n" : ",\n")
      isFirst = false
      write(element, &sink)
    }
    if !isFirst { sink.write("\n") }
  }

  /// A string in quotes, or null.
  static func literal(_ text: String?) -> String { text?.jsonLiteral ?? "null" }
}

/// Node-link JSON, as d3 and networkx read it. People are listed under `graph`.
public struct NodeLinkExport: GraphExport {
  public let name = "json"
  public let summary = "the node-link form of d3 and networkx"

  public init() {}

  public func write(_ document: GraphDocument, to url: URL) throws(GraphExportError) {
    try WholeOutput.file(at: url, NodeLinkFile(document).write)
  }
}

extension GraphFormat {
  public static let json = Self(NodeLinkExport())
}
