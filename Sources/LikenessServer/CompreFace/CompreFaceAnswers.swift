import Foundation
import LikenessKit

/// A face as CompreFace describes it; what was not asked for is left out.
struct CompreFaceFace: Encodable, Sendable {
  struct Box: Encodable, Sendable {
    var probability: Double
    var xMax: Int
    var yMax: Int
    var xMin: Int
    var yMin: Int
  }

  struct Pose: Encodable, Sendable {
    var pitch: Double
    var roll: Double
    var yaw: Double
  }

  /// In milliseconds.
  struct Times: Encodable, Sendable {
    var detector: Double
    var calculator: Double
  }

  var box: Box
  var landmarks: [[Int]]?
  var pose: Pose?
  var embedding: [Float]?
  var executionTime: Times?
  /// Of recognition.
  var subjects: [CompreFaceSimilarity]?
  /// Of a comparison.
  var subject: String?
  var similarity: Double?

  init(_ face: Face, of photo: PhotoFaces, _ options: CompreFaceOptions) {
    box = Box(
      probability: CompreFaceSimilarity.rounded(face.score),
      xMax: Int((face.box.x + face.box.width).rounded()),
      yMax: Int((face.box.y + face.box.height).rounded()), xMin: Int(face.box.x.rounded()),
      yMin: Int(face.box.y.rounded()))
    if options.plugins.contains("landmarks") {
      landmarks = face.landmarks.points.map { [Int($0.x.rounded()), Int($0.y.rounded())] }
    }
    if options.plugins.contains("pose") {
      pose = Pose(pitch: face.quality.pitch, roll: face.quality.roll, yaw: face.quality.yaw)
    }
    if options.plugins.contains("calculator") { embedding = face.embedding.values }
    if options.withStatus {
      executionTime = Times(
        detector: (photo.timings.detect * 1000).rounded(),
        calculator: ((photo.timings.landmarks + photo.timings.embed) * 1000).rounded())
    }
  }
}

/// Somebody, and how alike.
struct CompreFaceSimilarity: Encodable, Sendable {
  var subject: String
  /// How likely both are one person, which says what CompreFace's own figure only seems to say.
  var similarity: Double

  /// To five digits, as CompreFace has it.
  static func rounded(_ value: Float) -> Double { (Double(value) * 100_000).rounded() / 100_000 }
}

/// What the parts of this server are called where CompreFace names its plugins.
struct CompreFacePlugins: Encodable, Sendable {
  var detector: String
  var calculator: String
}

struct CompreFaceResults<Item: Encodable & Sendable>: Encodable, Sendable {
  var result: [Item]
  var pluginsVersions: CompreFacePlugins?
}
