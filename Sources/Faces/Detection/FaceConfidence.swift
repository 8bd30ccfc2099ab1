import Foundation
import LikenessCore

/// The probability that a detection is a face at all, from all that is known about it.
///
/// Most faces are seen so well, and at so many sizes of the photo, that no doubt is left. Others are looked at again from
/// close by; what has too little support is dropped then. For the rest a logistic regression takes the detector's scores
/// and, where the face is large enough to be recognised, its embedding by SFace: dogs and flowers that the detector takes
/// for faces are embedded elsewhere than people. It was fitted to labelled photos and to photos without people
/// (`Scripts/fit-confidence.py`, `Documentation/Decisions/confidence.md`).
enum FaceConfidence {
  /// Faces narrower than this, in pixels, say nothing by their embedding.
  static let smallest = 24.0
  /// Detections with this much support are faces: 99.9 of 100 faces of LFW have more, nothing in 696 photos without people has.
  private static let certainSupport: Float = 1.16
  /// The confidence in those.
  static let certain = 0.99

  /// The confidence in a detection that needs no second look; nil where it needs one.
  static func withoutSecondLook(_ detection: Detection) -> Double? {
    support(of: detection) >= certainSupport ? certain : nil
  }

  /// The support of a detection by the first look.
  static func support(of detection: Detection) -> Float {
    detection.score + 0.3 * detection.agreement
  }

  /// Whether a detection has enough support to be kept, doubtful or not.
  /// - Parameter closeScore: of the second look; 1 while it is not taken.
  static func isKept(_ detection: Detection, closeScore: Float) -> Bool {
    let support = support(of: detection) + 0.2 * closeScore
    // Small detections are more often chance patterns, so they need more support.
    let size = doublings(detection)
    return Double(support) >= 0.76 - size * (size < 0 ? 0.145 : 0.06)
  }

  /// The probability that a detection that was looked at twice is a face.
  static func afterSecondLook(_ detection: Detection) -> Double {
    var features = [
      Double(detection.score), Double(detection.agreement), doublings(detection),
      Double(detection.closeScore ?? 0),
    ]
    guard detection.width >= smallest, let appearance = detection.appearance else {
      return logistic(smallWeights, features)
    }
    let values = appearance.map { Double($0) / 10 }
    features.append(values.reduce(0) { $0 + $1 * $1 }.squareRoot())
    return logistic(weights, features + values)
  }

  /// Doublings of 32 pixels; beyond 128, size says no more.
  private static func doublings(_ detection: Detection) -> Double {
    log2(min(128, max(8, detection.width)) / 32)
  }

  /// - Parameter weights: the intercept first.
  private static func logistic(_ weights: [Double], _ features: [Double]) -> Double {
    let sum = zip(weights.dropFirst(), features).reduce(weights[0]) { $0 + $1.0 * $1.1 }
    return 1 / (1 + exp(-sum))
  }
}
