import Foundation

/// The file formats of a similarity graph.
public enum GraphFormat: String, Sendable, CaseIterable {
  /// A folder of CSV files for `neo4j-admin database import full`.
  case neo4jCSV = "neo4j-csv"
  /// A script of Cypher statements, for Neo4j 5 or later.
  case cypher
  /// XML for Gephi, networkx, igraph and others. People are attributes of their faces.
  case graphml
  /// Node-link JSON, as d3 and networkx read it. People are listed under `graph`.
  case json
}

extension GraphDocument {
  /// Writes the graph. What was there before stays until the new one is whole.
  ///
  /// Numbers that are not finite are left out (null in JSON). Characters that a format cannot hold
  /// (NUL everywhere but in JSON, controls in GraphML) become U+FFFD.
  /// - Parameter url: a file; for `.neo4jCSV` a folder, which may be there if it is empty or holds
  ///   nothing but an earlier export.
  /// - Throws: `GraphExportError.notWritable`
  public func write(to url: URL, as format: GraphFormat) throws(GraphExportError) {
    switch format {
    case .neo4jCSV: try WholeOutput.folder(at: url, files: Neo4jFolder(self).files)
    case .cypher: try WholeOutput.file(at: url, CypherScript(self).write)
    case .graphml: try WholeOutput.file(at: url, GraphMLFile(self).write)
    case .json: try WholeOutput.file(at: url, NodeLinkFile(self).write)
    }
  }
}
