import Foundation
import LikenessKit

/// A script that makes the graph in Neo4j 5 or later, statement by statement.
///
///     (:Face {id, name, photo, embedding})-[:SAME {distance, probability, metric}]->(:Face)
///     (:Face)-[:IS]->(:Person {id, name})
///
/// Nodes and relationships are merged, so loading twice doubles nothing.
struct CypherScript {
  /// Bytes of rows in a statement. Neo4j plans every statement anew, and slowly where it is large.
  private static let statementSize = 256 << 10

  private let document: GraphDocument

  init(_ document: GraphDocument) { self.document = document }

  func write(to sink: inout TextSink) {
    // Only the constraints are not openCypher: no spelling of an index that may be there already is
    // known to Neo4j and to others.
    sink.write(
      """
      // Faces, the links between those that look alike, and people. For Neo4j 5 or later:
      //   cypher-shell --file THIS_FILE
      // Loading it again adds and updates. It doubles nothing and deletes nothing.
      // Other openCypher engines: run all but the two constraints, and in place of these
      //   CREATE INDEX FOR (f:Face) ON (f.id)
      //   CREATE INDEX FOR (p:Person) ON (p.id)

      CREATE CONSTRAINT face_id IF NOT EXISTS FOR (f:Face) REQUIRE f.id IS UNIQUE;
      CREATE CONSTRAINT person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE;

      """)
    writePeople(to: &sink)
    writeFaces(to: &sink)
    writeMemberships(to: &sink)
    writeLinks(to: &sink)
  }

  private func writePeople(to sink: inout TextSink) {
    let end = "MERGE (p:Person {id: row.id})\nSET p.name = row.name"
    unwind(document.people, end, to: &sink) { person, sink in
      sink.write("id:")
      sink.write(person.id)
      if let name = person.name { sink.write(",name:" + Self.literal(name)) }
    }
  }

  private func writeFaces(to sink: inout TextSink) {
    var end = "MERGE (f:Face {id: row.id})\nSET f.name = row.name, f.photo = row.photo"
    if document.embeddings != nil { end += ", f.embedding = row.embedding" }
    unwind(document.faces.indices, end, to: &sink) { row, sink in
      let face = document.faces[row]
      sink.write("id:")
      sink.write(face.id)
      if let name = face.name { sink.write(",name:" + Self.literal(name)) }
      sink.write(",photo:" + Self.literal(face.photo))
      if let embedding = document.finiteEmbedding(row) {
        sink.write(",embedding:[")
        sink.write(embedding, separator: ",")
        sink.write("]")
      }
    }
  }

  private func writeMemberships(to sink: inout TextSink) {
    let end = """
      MATCH (f:Face {id: row.face})
      MATCH (p:Person {id: row.person})
      MERGE (f)-[:IS]->(p)
      """
    unwind(document.faces.lazy.filter { $0.person != nil }, end, to: &sink) { face, sink in
      sink.write("face:")
      sink.write(face.id)
      sink.write(",person:")
      sink.write(document.people[face.person!].id)
    }
  }

  private func writeLinks(to sink: inout TextSink) {
    let end = """
      MATCH (a:Face {id: row.from})
      MATCH (b:Face {id: row.to})
      MERGE (a)-[s:SAME]->(b)
      SET s.distance = row.distance, s.probability = row.probability, s.metric = '\(document.metric.rawValue)'
      """
    unwind(document.graph.links, end, to: &sink) { link, sink in
      let ends = document.ends(of: link)
      sink.write("from:")
      sink.write(ends.from)
      sink.write(",to:")
      sink.write(ends.to)
      sink.write(",distance:")
      sink.write(link.distance, missing: "null")
      sink.write(",probability:")
      sink.write(link.probability, missing: "null")
    }
  }

  /// Writes `UNWIND [{…}, …] AS row …;`, as often as it takes for statements of moderate size.
  /// - Parameter writeRow: writes what is between the braces.
  private func unwind<Rows: Sequence>(
    _ rows: Rows, _ end: String, to sink: inout TextSink,
    _ writeRow: (Rows.Element, inout TextSink) -> Void
  ) {
    var start: Int?
    for row in rows {
      if let begun = start, sink.count - begun < Self.statementSize {
        sink.write(",\n{")
      } else {
        if start != nil { sink.write("\n] AS row\n\(end);\n") }
        sink.write("\nUNWIND [\n{")
        start = sink.count
      }
      writeRow(row, &sink)
      sink.write("}")
    }
    if start != nil { sink.write("\n] AS row\n\(end);\n") }
  }

  /// A string in quotes, on one line: a line that begins with a colon would be a command to the
  /// shell. NUL ends strings in engines that are written in C.
  static func literal(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "'": result += "\\'"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\0": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }
}

/// A script of Cypher statements, for Neo4j 5 or later.
public struct CypherExport: GraphExport {
  public let name = "cypher"
  public let summary = "a script for Neo4j and FalkorDB"

  public init() {}

  public func write(_ document: GraphDocument, to url: URL) throws(GraphExportError) {
    try WholeOutput.file(at: url, CypherScript(document).write)
  }
}

extension GraphFormat {
  public static let cypher = Self(CypherExport())
}
