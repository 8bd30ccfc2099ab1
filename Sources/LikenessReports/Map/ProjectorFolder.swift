import Foundation
import LikenessCore
import LikenessKit

/// A folder that TensorFlow's Embedding Projector opens: the embeddings and the map as tensors, what is
/// known of each face, and one picture of all thumbnails.
///
/// `projector_config.json` is for the projector on its own, `projector_config.pbtxt` for TensorBoard.
package struct ProjectorFolder {
  let map: FaceMap
  /// `(n, d)`, row by row as on the map.
  let embeddings: EmbeddingMatrix
  let jobs: Int

  /// What the projector takes as one picture.
  static let largestSprite = 8192
  static let largestCell = 100

  static let files: Set = [
    "tensors.tsv", "map.tsv", "metadata.tsv", "sprite.jpg", "projector_config.json",
    "projector_config.pbtxt",
  ]

  /// Writes the folder beside its place and renames it; one that was written before is replaced.
  /// - Throws: `MapError.occupied`, `LikenessError.notWritable`, `PhotoError.notEncodable`
  func write(to folder: URL) throws {
    try Self.checkReplaceable(folder)
    let sprite = try ThumbnailSheets(
      map.faces.count, { [map] in try map.thumbnails($0) }, cell: Self.largestCell,
      largest: Self.largestSprite,
      isOneSquare: true, jobs: jobs)
    let contents: [(String, Data)] = [
      ("tensors.tsv", Self.tsv(embeddings.values, width: embeddings.dimensions)),
      ("map.tsv", Self.tsv(map.layout.coordinates, width: map.layout.dimensions)),
      ("metadata.tsv", metadata),
      ("sprite.jpg", sprite.sheets.first ?? Data()),
      ("projector_config.json", try config(cell: sprite.cell)),
      ("projector_config.pbtxt", textConfig(cell: sprite.cell)),
    ]
    do {
      try WholeOutput.folder(at: folder, files: contents.map(\.0)) {
        number, path throws(GraphExportError) in
        do {
          try contents[number].1.write(to: URL(fileURLWithPath: path))
        } catch {
          throw .notWritable(path: folder.path, reason: OutputFile.reason(error))
        }
      }
    } catch GraphExportError.notWritable(let path, let reason) {
      throw LikenessError.notWritable(path: path, reason: reason)
    }
  }

  /// Checks that the folder could be written, before long work is done for it.
  /// - Throws: `LikenessError.notWritable`, `MapError.occupied`
  package static func checkWritable(_ folder: URL) throws {
    try checkReplaceable(folder)
    try OutputFile.checkWritable(besides: folder)
  }

  /// - Throws: `MapError.occupied` if something else than such a folder is there.
  private static func checkReplaceable(_ folder: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      return
    }
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    guard isFolder.boolValue, let names, Set(names).isSubset(of: files) else {
      throw MapError.occupied(path: folder.path)
    }
  }

  private static func tsv(_ values: [Float], width: Int) -> Data {
    var text = ""
    text.reserveCapacity(values.count * 12)
    for (place, value) in values.enumerated() {
      text += "\(value)"
      text += (place + 1) % width == 0 ? "\n" : "\t"
    }
    return Data(text.utf8)
  }

  /// A line of titles, then a line a face. Labels have a column each, as in a map's table.
  private var metadata: Data {
    let known = ["name", "person", "photo", "face"]
    let labels = LabelColumns(of: map.faces, beside: known, written: Self.field)
    let rows =
      [known + labels.titles]
      + map.faces.map { face in
        let file = face.photo.map { URL(fileURLWithPath: $0).lastPathComponent } ?? ""
        return [face.label, face.person ?? "", file, "\(face.id)"] + labels.values(of: face)
      }
    let lines = rows.map { $0.map(Self.field).joined(separator: "\t") }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Fields cannot be quoted: what would part them becomes a space.
  private static func field(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "\t" || $0 == "\0" ? " " : $0 })
  }

  private func config(cell: Int) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let sprite = Config.Sprite(imagePath: "sprite.jpg", singleImageDim: [cell, cell])
    func tensor(_ name: String, _ path: String, _ width: Int) -> Config.Tensor {
      Config.Tensor(
        tensorName: name, tensorShape: [map.faces.count, width], tensorPath: path,
        metadataPath: "metadata.tsv", sprite: sprite)
    }
    return try encoder.encode(
      Config(embeddings: [
        tensor("\(map.title): embeddings", "tensors.tsv", embeddings.dimensions),
        tensor("\(map.title): map", "map.tsv", map.layout.dimensions),
      ])) + Data("\n".utf8)
  }

  private func textConfig(cell: Int) -> Data {
    let parts = [("embeddings", "tensors.tsv"), ("map", "map.tsv")].map { name, path in
      """
      embeddings {
        tensor_name: "\(name)"
        tensor_path: "\(path)"
        metadata_path: "metadata.tsv"
        sprite {
          image_path: "sprite.jpg"
          single_image_dim: \(cell)
          single_image_dim: \(cell)
        }
      }

      """
    }
    return Data(parts.joined().utf8)
  }

  private struct Config: Encodable {
    var embeddings: [Tensor]

    struct Tensor: Encodable {
      var tensorName: String
      var tensorShape: [Int]
      var tensorPath: String
      var metadataPath: String
      var sprite: Sprite
    }

    struct Sprite: Encodable {
      var imagePath: String
      var singleImageDim: [Int]
    }
  }
}

extension FaceMap {
  /// Writes a folder for TensorFlow's Embedding Projector.
  /// - Parameters:
  ///   - folder: new, empty, or written by this before.
  ///   - embeddings: `(n, d)`, row by row as on the map.
  ///   - jobs: how many threads make its picture.
  /// - Throws: `MapError.occupied`, `LikenessError.notWritable`, `PhotoError.notEncodable`
  public func writeProjector(
    to folder: URL, embeddings: EmbeddingMatrix, jobs: Int = ProcessorQuota.count
  ) throws {
    precondition(embeddings.count == faces.count, "an embedding for each face")
    try ProjectorFolder(map: self, embeddings: embeddings, jobs: jobs).write(to: folder)
  }
}

/// `map --format projector`
public struct MapProjectorExport: MapExport {
  public let name = "projector"
  public let summary = "a folder for TensorFlow's Embedding Projector"
  public let isFolder = true

  public init() {}

  public func write(_ map: FaceMap, to url: URL, embeddings: () throws -> EmbeddingMatrix) throws {
    try map.writeProjector(to: url, embeddings: try embeddings())
  }
}
