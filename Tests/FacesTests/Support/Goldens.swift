import Foundation
import LikenessCore
import Testing

@testable import Faces

/// What dlib made of the sample photos (Scripts/make-goldens.py).
struct Goldens: Decodable {
  struct PhotoEntry: Decodable, Sendable {
    struct FaceEntry: Decodable, Sendable {
      var box: [Int]
      var landmarks: [[Double]]
      var embedding: [Float]
    }
    struct Found: Decodable, Sendable {
      var box: [Int]
      var confidence: Double
    }
    var file: String
    var hog: [[Int]]
    /// The first HOG box, then others around it.
    var faces: [FaceEntry]
    /// The chip of the first face, and the embedding of that very chip.
    var chip: String
    var chipEmbedding: [Float]
    /// At the photo's size, and at twice that.
    var mmod: [[Found]]
  }
  struct ChipEntry: Decodable, Sendable {
    var name: String
    var photo: String
    var enlarged: Int
    var landmarks: [[Double]]
    var file: String
  }
  var photos: [PhotoEntry]
  var chips: [ChipEntry]

  static func load() throws -> Goldens {
    try JSONDecoder().decode(Goldens.self, from: data("dlib.json"))
  }

  static func data(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

  static func photo(_ file: String) throws -> Photo { try Photo.load(contentsOf: url(file)) }

  private static func url(_ name: String) throws -> URL {
    let folder = try #require(Bundle.module.url(forResource: "Goldens", withExtension: nil))
    return folder.appendingPathComponent(name)
  }
}

extension Box {
  /// From dlib's left, top, right, bottom, which are all part of the box.
  init(dlib corners: [Int]) {
    self.init(
      x: Double(corners[0]), y: Double(corners[1]),
      width: Double(corners[2] - corners[0] + 1), height: Double(corners[3] - corners[1] + 1))
  }
}

extension DlibLandmarks {
  init(dlib points: [[Double]]) {
    self.init(points.map { Point(x: $0[0], y: $0[1]) })
  }

  /// The largest distance of a point to its counterpart.
  func distance(to other: DlibLandmarks) -> Double {
    zip(points, other.points).map { ($0 - $1).length }.max() ?? 0
  }
}
