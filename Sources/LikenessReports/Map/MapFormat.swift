import Foundation
import LikenessCore

/// A way to write a map for people or other programs.
///
/// A new one is a file with a type that conforms to this, and its line in `MapFormat.registered`.
public protocol MapExport: Sendable {
  /// As users type it; of a file also its extension.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }
  /// Whether it shows a map of 2 or 3 dimensions only.
  var isPicture: Bool { get }
  /// Whether it is a folder of files.
  var isFolder: Bool { get }
  /// Whether it shows the nearest faces of each.
  var showsNeighbors: Bool { get }

  /// Writes the whole map, or nothing.
  /// - Parameters:
  ///   - url: of the file or folder.
  ///   - embeddings: those of the map's faces, `(n, d)`, for a format that has them.
  /// - Throws: `MapError`, `LikenessError.notWritable`, `PhotoError.notEncodable`, and what `embeddings` throws
  func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws

  /// The texts on it that are shown as boxes, as no font of this machine has their characters.
  func textsWithoutGlyphs(_ map: FaceMap) -> [String]
}

extension MapExport {
  public var isPicture: Bool { false }
  public var isFolder: Bool { false }
  public var showsNeighbors: Bool { false }
  public func textsWithoutGlyphs(_ map: FaceMap) -> [String] { [] }
}

/// What a map is written as.
public struct MapFormat: RegisteredChoice {
  /// Every format there is: a new one is its file and a line here.
  public static let registered: [any MapExport] = [
    MapPageExport(),
    MapSVGExport(),
    MapPNGExport(),
    MapCSVExport(),
    MapNPYExport(),
    MapProjectorExport(),
  ]

  public static var allCases: [Self] { registered.map { Self($0) } }
  public static let html = Self(MapPageExport())

  public let export: any MapExport

  public init(_ export: any MapExport) { self.export = export }

  public var rawValue: String { export.name }
  public var summary: String { export.summary }
  public var isPicture: Bool { export.isPicture }
  public var isFolder: Bool { export.isFolder }
  public var showsNeighbors: Bool { export.showsNeighbors }

  /// The format of a file by its extension; nil for an unknown one, and for those that are folders.
  public init?(fileExtension: String) {
    self.init(rawValue: fileExtension.lowercased())
    if isFolder { return nil }
  }
}
