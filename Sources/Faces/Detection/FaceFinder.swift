import Foundation
import LikenessCore

/// Finds the faces of a photo in any of its four orientations, each with a confidence.
///
/// One belongs to one thread at a time.
final class FaceFinder {
  /// A photo turned clockwise, and the detections in it.
  struct View {
    var quarterTurns: Int
    var pyramid: PhotoPyramid
    var detections: [Detection]
    /// The width from which faces were looked for, in pixels of the photo.
    var smallestFace: Double

    var photo: Photo { pyramid.photo }

    /// The highest support of an upright face.
    var support: Float {
      detections.lazy.filter(\.isUpright).map(FaceConfidence.support).max()
        ?? 0
    }

    /// Whether the photo is little more than one face, whose support is below the median: it may lie on its side.
    var isTightCrop: Bool {
      let side = 0.5 * Double(min(photo.width, photo.height))
      return support < FaceFinder.medianSupport && detections.contains { $0.width > side }
    }

    /// The highest confidence of an upright face.
    var highestConfidence: Double {
      detections.lazy.filter(\.isUpright).compactMap(\.confidence).max() ?? 0
    }
  }

  private let detector: any FaceDetector
  private let yunet: ScanningDetector
  /// For second looks, whose inputs are all of one size.
  private let closeUpDetector: ScanningDetector
  private let loadSFace: () throws -> EmbeddingMember
  private var sface: EmbeddingMember?
  private let turnsSideways: Bool
  private let examinesAll: Bool

  /// The minimum confidence of a turned photo's best face: higher, since four orientations are four chances of a false
  /// detection.
  private static let minimumConfidenceWhenTurned = 0.9
  /// By how much it has to exceed the highest confidence in the unturned photo.
  private static let minimumConfidenceGain = 0.2
  /// By how much its support has to exceed that of the unturned photo where both have a certain face.
  private static let minimumSupportGain: Float = 0.02
  /// The median support of faces.
  private static let medianSupport: Float = 1.2
  /// The maximum number of pixels of the photo in which orientations are compared.
  private static let maximumTurnedPixels = 1_200_000

  /// - Parameters:
  ///   - detector: looks first.
  ///   - yunet: looks again where that finds no certain face; the same as `detector` or another.
  ///   - closeUpDetector: looks at each doubtful face.
  ///   - sface: called when the first face is doubted.
  ///   - examinesAll: whether each detection gets a second look, however certain it is.
  init(
    detector: any FaceDetector, yunet: ScanningDetector, closeUpDetector: ScanningDetector,
    sface: @escaping () throws -> EmbeddingMember, turnsSideways: Bool, examinesAll: Bool = false
  ) {
    self.detector = detector
    self.yunet = yunet
    self.closeUpDetector = closeUpDetector
    loadSFace = sface
    self.turnsSideways = turnsSideways
    self.examinesAll = examinesAll
  }

  /// The photo as it came; or turned so that its faces are upright.
  /// - Throws: `InferenceError`
  func find(in photo: Photo) throws -> View {
    var first = try view(of: photo, quarterTurns: 0)
    let isCertain = first.highestConfidence >= FaceConfidence.certain && !first.isTightCrop
    if first.highestConfidence < FaceQuality.minimumConfidence {
      try addDetectionsWithBorder(to: &first)
    }
    guard turnsSideways else { return first }
    let tilt = self.tilt(of: first.detections)
    if tilt != 0 {
      // A detector may find a face that lies on its side; the landmarks in it would be wrong.
      let upright = try view(of: photo, quarterTurns: 4 - tilt)
      if upright.highestConfidence > FaceQuality.minimumConfidence { return upright }
    }
    // A face upside down may be detected as upright, but never with certainty.
    guard !isCertain else { return first }
    return try turnedView(of: photo, first)
  }

  /// The detections in the photo turned clockwise by quarters, each with its confidence.
  private func view(of photo: Photo, quarterTurns: Int) throws -> View {
    let pyramid = PhotoPyramid(
      quarterTurns == 0 ? photo : photo.turned(quarterTurns: quarterTurns))
    let detections = try detector.detect(in: pyramid)
    return View(
      quarterTurns: quarterTurns, pyramid: pyramid,
      detections: try withConfidence(detections, in: pyramid, areFromYuNet: detector === yunet),
      smallestFace: detector.smallestFace(width: pyramid.width, height: pyramid.height))
  }

  /// Detects faces that fill the frame: the network sees them only with something around them.
  private func addDetectionsWithBorder(to view: inout View) throws {
    let framed = try withConfidence(
      try yunet.detectWithBorder(in: view.pyramid), in: view.pyramid, areFromYuNet: true)
    for detection in framed {
      let known = view.detections.firstIndex {
        $0.isSameFace(as: detection) || $0.box.intersection(detection.box).area > 0.7 * $0.box.area
      }
      guard let known else {
        view.detections.append(detection)
        continue
      }
      if detection.confidence ?? 0 > view.detections[known].confidence ?? 0 {
        view.detections.removeAll {
          $0.isSameFace(as: detection)
            || $0.box.intersection(detection.box).area > 0.7 * $0.box.area
        }
        view.detections.append(detection)
      }
    }
  }

  /// The photo turned so that its most certain face is upright, or `first` where no orientation is clearly better.
  private func turnedView(of photo: Photo, _ first: View) throws -> View {
    var depth = 0
    while (photo.width >> depth) * (photo.height >> depth) > Self.maximumTurnedPixels { depth += 1 }
    let small = first.pyramid.photo(depth: depth)
    var best: View?
    for quarterTurns in 1...3 {
      var turned = try view(of: small, quarterTurns: quarterTurns)
      if turned.highestConfidence < Self.minimumConfidenceWhenTurned {
        try addDetectionsWithBorder(to: &turned)
      }
      guard isMoreConfident(turned, than: first) else { continue }
      if turned.support > best?.support ?? 0 { best = turned }
    }
    guard let best else { return first }
    guard depth > 0 else { return best }
    var whole = try view(of: photo, quarterTurns: best.quarterTurns)
    if whole.highestConfidence < FaceQuality.minimumConfidence {
      try addDetectionsWithBorder(to: &whole)
    }
    return isMoreConfident(whole, than: first) ? whole : first
  }

  /// Whether a turned view has a face that leaves no doubt where the photo as it came has none; or where that has no face
  /// at all, one that leaves little.
  private func isMoreConfident(_ turned: View, than first: View) -> Bool {
    if first.highestConfidence >= FaceConfidence.certain {
      return turned.support > first.support + Self.minimumSupportGain
    }
    return turned.highestConfidence >= FaceConfidence.certain
      || first.highestConfidence < FaceQuality.minimumConfidence
        && turned.highestConfidence
          >= max(
            Self.minimumConfidenceWhenTurned, first.highestConfidence + Self.minimumConfidenceGain)
  }

  /// The quarter turns clockwise by which faces are tilted, by a vote weighted with their confidence.
  private func tilt(of detections: [Detection]) -> Int {
    var votes = [Double](repeating: 0, count: 4)
    for detection in detections {
      votes[(Int((detection.roll / (.pi / 2)).rounded()) + 4) % 4] += detection.confidence ?? 0
    }
    return votes.indices.max { votes[$0] < votes[$1] } ?? 0
  }

  /// Adds the confidence to each detection, and drops those with too little support.
  /// - Parameter areFromYuNet: whether they are YuNet's, whose scores the confidence was fitted to.
  private func withConfidence(
    _ detections: [Detection], in pyramid: PhotoPyramid, areFromYuNet: Bool
  ) throws -> [Detection] {
    try detections.compactMap { try withConfidence($0, in: pyramid, isFromYuNet: areFromYuNet) }
  }

  private func withConfidence(
    _ detection: Detection, in pyramid: PhotoPyramid, isFromYuNet: Bool
  ) throws -> Detection? {
    var detection = detection
    if !examinesAll {
      if isFromYuNet, let confidence = FaceConfidence.withoutSecondLook(detection) {
        detection.confidence = confidence
        return detection
      }
      guard FaceConfidence.isKept(detection, closeScore: 1) else { return nil }
    }
    let close = try closeUpDetector.detectCloseUp(of: detection, in: pyramid)
    detection.closeScore = close?.score ?? 0
    var evidence = detection
    if !isFromYuNet {
      // The confidence was fitted to YuNet's scores, so for another detector YuNet's second look replaces the first.
      detection.landmarks = close?.landmarks ?? detection.landmarks
      detection.agreement = close?.score ?? 0
      evidence = detection
      evidence.score = close?.score ?? 0
      if let confidence = FaceConfidence.withoutSecondLook(evidence) {
        detection.confidence = confidence
        return detection
      }
    }
    guard examinesAll || FaceConfidence.isKept(detection, closeScore: close?.score ?? 0) else {
      return nil
    }
    // Landmarks from close by are more precise.
    detection.landmarks = close?.landmarks ?? detection.landmarks
    if let landmarks = detection.landmarks,
      examinesAll || detection.width >= FaceConfidence.smallest
    {
      detection.appearance = try appearance(of: landmarks, in: pyramid.photo)
    }
    evidence.appearance = detection.appearance
    detection.confidence = FaceConfidence.afterSecondLook(evidence)
    return detection
  }

  /// A face's embedding by SFace, not normalised, `(128,)`.
  private func appearance(of landmarks: FaceLandmarks, in photo: Photo) throws -> [Float] {
    let sface = try self.sface ?? loadSFace()
    self.sface = sface
    return try sface.embeddings(of: [FaceChip.arcFace(from: photo, landmarks: landmarks)])[0].values
  }

  // MARK: Faces that the user drew

  /// What the detector sees from close by in a box that was drawn by hand, with a low score, too; the best fit first.
  /// - Parameter box: in pixels of the photo.
  /// - Throws: `InferenceError`
  func detections(in box: Box, of photo: Photo) throws -> [Detection] {
    try closeUpDetector.detectCloseUps(in: box, of: PhotoPyramid(photo))
  }

  /// The confidence in a face that the detector does not see, by how it looks with landmarks that were estimated.
  /// - Throws: `InferenceError`
  func confidence(
    ofUnseen face: Detection, _ landmarks: FaceLandmarks, in photo: Photo
  ) throws -> Double {
    var evidence = face
    (evidence.score, evidence.agreement, evidence.closeScore) = (0, 0, 0)
    if face.width >= FaceConfidence.smallest {
      evidence.appearance = try appearance(of: landmarks, in: photo)
    }
    return FaceConfidence.afterSecondLook(evidence)
  }
}
