import Faces
import Foundation
import LikenessKit

/// A box as the answers in JSON give it.
struct BoxAnswer: Encodable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  init(_ box: Box) {
    let box = box.inTenths
    (x, y, width, height) = (box.x, box.y, box.width, box.height)
  }
}

/// A photo and its faces, as `detect` and `embed` answer in JSON.
struct PhotoAnswer: Encodable {
  struct FaceAnswer: Encodable {
    var box: BoxAnswer
    var score: Float
    var landmarks: [[Double]]
    var quality: Double
    var qualityParts: FaceQuality
    /// The probability that it is a face at all.
    @OrNull var confidence: Double?
    var doubtful: Bool
    var embedding: [Float]?
    /// Of a model with heads, what they say, by attribute.
    var attributes: [String: [Float]]?
  }

  var photo: String
  @OrNull var width: Int? = nil
  @OrNull var height: Int? = nil
  @OrNull var turned: Int? = nil
  /// The width from which faces were looked for, in pixels.
  @OrNull var smallestFace: Double? = nil
  var faces: [FaceAnswer] = []
  @OrNull var error: String? = nil

  init(_ path: String, _ analysis: PhotoAnalysis, withEmbeddings: Bool) {
    photo = path
    switch analysis.result {
    case .success(let found):
      (width, height, turned) = (found.width, found.height, found.turned)
      smallestFace = found.smallestFace
      faces = found.faces.map { face in
        FaceAnswer(
          box: BoxAnswer(face.box), score: face.score,
          landmarks: face.landmarks.points.map { [$0.x, $0.y] }, quality: face.quality.overall,
          qualityParts: face.quality, confidence: face.quality.confidence,
          doubtful: face.quality.isDoubtful,
          embedding: withEmbeddings ? face.embedding.values : nil,
          attributes: withEmbeddings && !face.attributes.isEmpty
            ? face.attributes.mapValues(\.values) : nil)
      }
    case .failure(let failure):
      error = "\(failure)"
    }
  }
}

/// How the photos of one command went, and the exit code for it. A photo of doubtful finds is one without a face.
struct PhotoTally {
  var answered = 0
  var withoutFace = 0
  var failed = 0

  /// - Parameter includingDoubtful: whether doubtful finds count as faces.
  mutating func count(
    _ path: String, _ analysis: PhotoAnalysis, isQuiet: Bool, includingDoubtful: Bool = false
  ) {
    switch analysis.result {
    case .success(let found)
    where (includingDoubtful ? found : found.certain).faces.isEmpty:
      withoutFace += 1
      if !isQuiet {
        Console.note(
          "likeness: \(path): \(LikenessError.noFaceInWords(doubtful: found.doubtfulCount))")
      }
    case .success:
      answered += 1
    case .failure(let error):
      failed += 1
      Console.note("likeness: \(error)")
    }
  }

  /// 1 if a photo could not be read, 2 if no face was found anywhere.
  func exit() throws {
    if failed > 0 { throw ExitStatus.failed }
    if answered == 0 { throw ExitStatus.nothing }
  }
}
