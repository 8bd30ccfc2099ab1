import Foundation
import LikenessCore
import LikenessKit

extension FaceMap {
  /// The map as a table: a row a face, with its place in the columns x, y and z, or pc1, pc2 and so on of more than three
  /// dimensions.
  ///
  /// Labels have a column each that is called by its key, or `label:KEY` where the table has a column of that name anyway.
  public func csv() -> Data {
    let count = layout.dimensions
    let axes = count > 3 ? (1...count).map { "pc\($0)" } : Array(["x", "y", "z"].prefix(count))
    let (known, places) = (["face", "name", "person", "photo"], axes + ["placed"])
    let labels = LabelColumns(of: faces, beside: known + places)
    var lines = [known + labels.titles + places]
    for (row, face) in faces.enumerated() {
      lines.append(
        ["\(face.id)", face.name ?? "", face.person ?? "", face.photo ?? ""]
          + labels.values(of: face) + point(row).map { "\($0)" } + [face.isPlaced ? "1" : "0"])
    }
    let text = lines.map { $0.map(\.csvField).joined(separator: ",") }
    return Data((text.joined(separator: "\n") + "\n").utf8)
  }

  /// The places as a NumPy array, `(n, dimensions)` of little-endian f32.
  public func npy() -> Data {
    EmbeddingMatrix(dimensions: layout.dimensions, values: layout.coordinates).data(as: .npy)
  }

  /// The map for other programs.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Answer(
        title: title, dimensions: layout.dimensions,
        facts: Dictionary(facts.map { ($0.title, $0.value) }, uniquingKeysWith: { $1 }),
        faces: faces.enumerated().map { row, face in
          Answer.Face(
            face: face.id, name: face.name, person: face.person, photo: face.photo,
            position: point(row), placed: face.isPlaced)
        })) + Data("\n".utf8)
  }

  /// Where a face lies, `(dimensions,)`.
  public func point(_ row: Int) -> [Float] { layout.point(row) }

  private struct Answer: Encodable {
    var title: String
    var dimensions: Int
    var facts: [String: String]
    var faces: [Face]

    struct Face: Encodable {
      var face: FaceID
      @OrNull var name: String?
      @OrNull var person: String?
      @OrNull var photo: String?
      var position: [Float]
      var placed: Bool
    }
  }
}

/// `map --format csv`
public struct MapCSVExport: MapExport {
  public let name = "csv"
  public let summary = "a table with a row a face"

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try OutputFile.write(map.csv(), to: url)
  }
}

/// `map --format npy`
public struct MapNPYExport: MapExport {
  public let name = "npy"
  public let summary = "the places as a NumPy array, (n, dims)"

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try OutputFile.write(map.npy(), to: url)
  }
}
