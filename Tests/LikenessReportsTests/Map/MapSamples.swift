import Foundation
import GallerySQLite
import LikenessKit
import LikenessReports
import Projection
import TestSupport

/// A name that must stay text wherever it is shown.
let hostileName = "</script><img src=x onerror=\"alert('gotcha')\"><!-- & \u{2028}"

/// Maps and galleries that need no network.
enum MapSamples {
  static func thumbnail(_ hue: Int) throws -> Data {
    let colours: [[UInt8]] = [[200, 60, 60], [60, 160, 80], [70, 90, 210], [210, 170, 50]]
    let colour = colours[hue % colours.count]
    return try Photo(
      width: 40, height: 40, pixels: (0..<1600).flatMap { _ in colour }
    ).jpegData()
  }

  /// Faces on a grid, each with its next ones as the nearest.
  static func map(_ names: [String?], dimensions: Int = 2, labels: Bool = false) throws -> FaceMap {
    let side = max(1, Int(Double(names.count).squareRoot().rounded(.up)))
    let thumbnails = try (0..<4).map { try thumbnail($0) }
    let coordinates = names.indices.flatMap { row -> [Float] in
      Array([Float(row % side), Float(row / side), Float(row % 7)].prefix(dimensions))
    }
    return FaceMap(
      title: "a \"map\" <b>", facts: [.init("Method", "t-SNE"), .init("Perplexity", "5")],
      layout: Layout(dimensions: dimensions, coordinates: coordinates),
      faces: names.enumerated().map { row, name in
        MapFace(
          id: FaceID(Int64(row + 1)), name: name, photo: "/photos/of \(row)#?.jpg",
          labels: labels ? ["Year": "\(2000 + row % 3)"] : [:], thumbnail: thumbnails[row % 4],
          neighbors: (1..<min(4, max(1, names.count))).map {
            .init(row: (row + $0) % names.count, distance: 0.2 * Float($0))
          }, isPlaced: row == 1)
      })
  }

  /// A gallery of made-up faces in some groups that lie apart.
  static func gallery(_ count: Int, in folder: URL, groups: Int = 3, first: Int = 0) throws
    -> Likeness
  {
    let home = folder.appendingPathComponent("gallery")
    try add(first..<first + count, to: home, groups: groups)
    return Likeness(gallery: home)
  }

  static func add(_ rows: Range<Int>, to home: URL, groups: Int = 3) throws {
    let store = try GalleryStore(at: home, access: .write, create: true)
    try store.add(
      try rows.map { row in
        var random = SplitMix64(seed: UInt64(row))
        let group = row % groups
        let embedding = Embedding(
          (0..<16).map { axis in
            (axis == group ? 2 : 0) + Float.random(in: -0.2...0.2, using: &random)
          })
        return NewPhoto(
          digest: "\(row)", file: PhotoFile(path: "/photos/\(row).jpg", bytes: 1, modified: 0),
          width: 100, height: 50, turned: 0,
          faces: [
            NewFace(
              name: "group \(group)",
              geometry: FaceGeometry(x: 10, y: 5, width: 20, height: 20, landmarks: []),
              score: 0.9,
              quality: FaceQuality(size: 80, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
              embedding: embedding, thumbnail: try thumbnail(group))
          ])
      }, model: "made-up")
  }
}
