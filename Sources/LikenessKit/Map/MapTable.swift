import Foundation
import Vectors

extension FaceMap {
  /// The map as a table: a row a face, with its place.
  public func csv() -> Data {
    let axes = ["x", "y", "z"].prefix(layout.dimensions)
    let labels = Set(faces.flatMap(\.labels.keys)).sorted()
    var lines = [["face", "name", "person", "photo"] + labels + axes + ["placed"]]
    for (row, face) in faces.enumerated() {
      lines.append(
        ["\(face.id)", face.name ?? "", face.person ?? "", face.photo ?? ""]
          + labels.map { face.labels[$0] ?? "" } + point(row).map { "\($0)" }
          + [face.isPlaced ? "1" : "0"])
    }
    let text = lines.map { $0.map(EmbeddingMatrix.csvField).joined(separator: ",") }
    return Data((text.joined(separator: "\n") + "\n").utf8)
  }

  /// The places as a NumPy array, `(n, 2)` or `(n, 3)` of little-endian f32.
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

  /// Where a face lies, `(2,)` or `(3,)`.
  public func point(_ row: Int) -> [Float] {
    Array(layout.coordinates[row * layout.dimensions..<(row + 1) * layout.dimensions])
  }

  private struct Answer: Encodable {
    var title: String
    var dimensions: Int
    var facts: [String: String]
    var faces: [Face]

    struct Face: Encodable {
      var face: Int64
      @OrNull var name: String?
      @OrNull var person: String?
      @OrNull var photo: String?
      var position: [Float]
      var placed: Bool
    }
  }
}
