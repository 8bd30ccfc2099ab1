import Foundation
import LikenessKit

/// The files that `neo4j-admin database import full` makes a database of.
struct Neo4jFolder {
  private let document: GraphDocument

  init(_ document: GraphDocument) { self.document = document }

  /// The names of the files, and what writes each.
  var files: [(name: String, write: WholeOutput.Writer)] {
    [
      ("faces.csv", writeFaces), ("people.csv", writePeople), ("same.csv", writeLinks),
      ("is.csv", writeMemberships), ("import.txt", writeInstructions),
    ]
  }

  private func writeFaces(to sink: inout TextSink) {
    let hasEmbeddings = document.embeddings != nil
    sink.write("id:ID(Face),name,photo\(hasEmbeddings ? ",embedding:float[]" : ""),:LABEL\n")
    for (row, face) in document.faces.enumerated() {
      sink.write(face.id)
      sink.write(",\(Self.field(face.name)),\(Self.field(face.photo)),")
      if hasEmbeddings {
        // The importer's own sign between the numbers of an array.
        if let embedding = document.finiteEmbedding(row) { sink.write(embedding, separator: ";") }
        sink.write(",")
      }
      sink.write("Face\n")
    }
  }

  private func writePeople(to sink: inout TextSink) {
    sink.write("id:ID(Person),name,:LABEL\n")
    for person in document.people {
      sink.write(person.id)
      sink.write(",\(Self.field(person.name)),Person\n")
    }
  }

  private func writeLinks(to sink: inout TextSink) {
    sink.write(":START_ID(Face),:END_ID(Face),distance:float,probability:float,metric,:TYPE\n")
    for link in document.graph.links {
      let ends = document.ends(of: link)
      sink.write(ends.from)
      sink.write(",")
      sink.write(ends.to)
      sink.write(",")
      sink.write(link.distance)
      sink.write(",")
      sink.write(link.probability)
      sink.write(",\(document.metric.rawValue),SAME\n")
    }
  }

  private func writeMemberships(to sink: inout TextSink) {
    sink.write(":START_ID(Face),:END_ID(Person),:TYPE\n")
    for face in document.faces {
      guard let person = face.person else { continue }
      sink.write(face.id)
      sink.write(",")
      sink.write(document.people[person].id)
      sink.write(",IS\n")
    }
  }

  private func writeInstructions(to sink: inout TextSink) {
    sink.write(
      """
      Faces, the links between those that look alike, and people, for Neo4j 5 or later:

        (:Face {id, name, photo\(document.embeddings == nil ? "" : ", embedding")})
        (:Person {id, name})
        (:Face)-[:SAME {distance, probability, metric}]->(:Face)
        (:Face)-[:IS]->(:Person)

      In this folder, with a database neo4j that is stopped or not there yet:

        neo4j-admin database import full neo4j --overwrite-destination=true --id-type=integer --multiline-fields=true --nodes=faces.csv --nodes=people.csv --relationships=same.csv --relationships=is.csv

      What the database held before is lost. Then, so that faces are found fast by id:

        CREATE CONSTRAINT face_id IF NOT EXISTS FOR (f:Face) REQUIRE f.id IS UNIQUE;
        CREATE CONSTRAINT person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE;

      """)
  }

  /// A string in quotes, as RFC 4180 has it; nothing at all, which the importer leaves out, for none.
  static func field(_ text: String?) -> String {
    guard let text else { return "" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\"\""
      case "\0": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A folder of CSV files for `neo4j-admin database import full`.
public struct Neo4jExport: GraphExport {
  public let name = "neo4j-csv"
  public let summary = "a folder for neo4j-admin database import"

  public init() {}

  public func write(_ document: GraphDocument, to url: URL) throws(GraphExportError) {
    try WholeOutput.folder(at: url, files: Neo4jFolder(document).files)
  }
}

extension GraphFormat {
  public static let neo4jCSV = Self(Neo4jExport())
}
