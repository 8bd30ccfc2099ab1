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

/// An example of a subject: a face, by an id that looks as CompreFace's do.
struct CompreFaceExample: Encodable, Sendable {
  var imageId: String
  var subject: String

  init(face: FaceID, subject: String) {
    imageId = Self.id(of: face)
    self.subject = subject
  }

  /// A UUID of version 4 with the number's 64 bits in its last 12 and its first 4 digits.
  static func id(of face: FaceID) -> String {
    let digits = String(UInt64(bitPattern: face.rawValue), radix: 16)
    let all = String(repeating: "0", count: 16 - digits.count) + digits
    return "\(all.prefix(4))0000-0000-4000-8000-\(all.dropFirst(4))"
  }

  /// - Throws: `ServerError` with the code `unknown_face`
  static func face(of id: String) throws -> FaceID {
    guard UUID(uuidString: id) != nil else { throw ServerError.badParameter("image_id", "a UUID") }
    let id = id.lowercased()
    guard id.dropFirst(4).hasPrefix("0000-0000-4000-8000-"),
      let bits = UInt64(id.prefix(4) + id.suffix(12), radix: 16)
    else { throw ServerError(.notFound, "unknown_face", "Image \(id) not found") }
    return FaceID(Int64(bitPattern: bits))
  }
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
