import Foundation
import LikenessCore
import LikenessKit

/// A way to write a similarity graph for other programs.
///
/// A new one is a file with a type that conforms to this, and its line in `GraphFormat.registered`.
public protocol GraphExport: Sendable {
  /// As users type it.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }

  /// Writes the graph. What was there before stays until the new one is whole.
  ///
  /// Numbers that are not finite are left out (null in JSON). Characters that the format cannot hold become U+FFFD.
  /// - Parameter url: of a file, or of a folder, which may be there if it is empty or holds nothing but an earlier export.
  /// - Throws: `GraphExportError.notWritable`
  func write(_ document: GraphDocument, to url: URL) throws(GraphExportError)
}

/// What a similarity graph is written as.
public struct GraphFormat: RegisteredChoice {
  /// Every format there is: a new one is its file and a line here.
  public static let registered: [any GraphExport] = [
    Neo4jExport(),
    CypherExport(),
    GraphMLExport(),
    NodeLinkExport(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }

  public let export: any GraphExport

  public init(_ export: any GraphExport) { self.export = export }

  public var rawValue: String { export.name }
  public var summary: String { export.summary }
}

extension GraphDocument {
  /// Writes the graph: see `GraphExport`.
  /// - Throws: `GraphExportError.notWritable`
  public func write(to url: URL, as format: GraphFormat) throws(GraphExportError) {
    try format.export.write(self, to: url)
  }
}
