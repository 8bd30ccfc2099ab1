import Foundation
import LikenessCore

/// Finds the faces of a photo whichever way it lies, and says of each how sure it is that it is one.
///
/// One belongs to one thread at a time.
final class FaceFinder {
  /// A photo turned clockwise, and what was found in it.
  struct View {
    var quarterTurns: Int
    var pyramid: PhotoPyramid
    var finds: [Detection]
    /// The width from which faces were looked for, in pixels of the photo.
    var smallestFace: Double

    var photo: Photo { pyramid.photo }

    /// What speaks most for a face that is upright.
    var support: Float {
      finds.lazy.filter { abs($0.roll) < FaceFinder.upright }.map(FaceConfidence.support).max() ?? 0
    }

    /// Whether the photo is one face and little else, of which less speaks for the way it lies than mostly does.
    var isTight: Bool {
      let side = 0.5 * Double(min(photo.width, photo.height))
      return support < FaceFinder.supportOfMost && finds.contains { $0.width > side }
    }

    /// The confidence in the surest face that is upright, or stands nearly so.
    var surest: Double {
      finds.lazy.filter { abs($0.roll) < FaceFinder.upright }.compactMap(\.confidence).max() ?? 0
    }
  }

  private let detector: any FaceDetector
  private let yunet: ScanningDetector
  /// A network for second looks: its inputs are all of one size.
  private let closeLooks: ScanningDetector
  private let loadSFace: () throws -> EmbeddingMember
  private var sface: EmbeddingMember?
  private let turnsSideways: Bool
  private let examinesAll: Bool

  /// In radians: a face that is tilted less is upright.
  private static let upright = 0.9
  /// What a turned photo's surest face must have: four looks are not to make four chances to be wrong.
  private static let leastWhenTurned = 0.9
  /// And how much more than the surest in the photo as it came.
  private static let leadWhenTurned = 0.2
  /// How much more must speak for its surest face where both leave no doubt.
  private static let supportWhenTurned: Float = 0.02
  /// Half of all faces have this much and more.
  private static let supportOfMost: Float = 1.2
  /// The pixels of a photo that is turned to find out how it lies.
  private static let turnedPixels = 1_200_000

  /// - Parameters:
  ///   - detector: looks first.
  ///   - yunet: looks again where that finds no sure face; the same as `detector` or another.
  ///   - closeLooks: looks at each doubtful face.
  ///   - sface: called when the first face is doubted.
  ///   - examinesAll: whether each find is looked at again, doubted or not.
  init(
    detector: any FaceDetector, yunet: ScanningDetector, closeLooks: ScanningDetector,
    sface: @escaping () throws -> EmbeddingMember, turnsSideways: Bool, examinesAll: Bool = false
  ) {
    self.detector = detector
    self.yunet = yunet
    self.closeLooks = closeLooks
    loadSFace = sface
    self.turnsSideways = turnsSideways
    self.examinesAll = examinesAll
  }

  /// The photo as it came; or turned so that its faces are upright.
  /// - Throws: `InferenceError`
  func find(in photo: Photo) throws -> View {
    var first = try view(of: photo, quarterTurns: 0)
    let isCertain = first.surest >= FaceConfidence.certain && !first.isTight
    if first.surest < FaceQuality.leastConfidence { try lookWithBorder(&first) }
    guard turnsSideways else { return first }
    let tilt = self.tilt(of: first.finds)
    if tilt != 0 {
      // A detector may find a face that lies on its side; the landmarks in it would be wrong.
      let upright = try view(of: photo, quarterTurns: 4 - tilt)
      if upright.surest > FaceQuality.leastConfidence { return upright }
    }
    // A face that stands on its head may be seen as one that does not, but never surely.
    guard !isCertain else { return first }
    return try turnedView(of: photo, first)
  }

  /// What is found in the photo turned clockwise by quarters, each with its confidence.
  private func view(of photo: Photo, quarterTurns: Int) throws -> View {
    let pyramid = PhotoPyramid(
      quarterTurns == 0 ? photo : photo.turned(quarterTurns: quarterTurns))
    let finds = try detector.detect(in: pyramid)
    return View(
      quarterTurns: quarterTurns, pyramid: pyramid,
      finds: try judged(finds, in: pyramid, areYuNets: detector === yunet),
      smallestFace: detector.smallestFace(width: pyramid.width, height: pyramid.height))
  }

  /// A face that fills the frame, or that is cut out tightly, is seen when there is something around it.
  private func lookWithBorder(_ view: inout View) throws {
    let framed = try judged(
      try yunet.detectWithBorder(in: view.pyramid), in: view.pyramid, areYuNets: true)
    for find in framed {
      let known = view.finds.firstIndex {
        $0.isSameFace(as: find) || $0.box.intersection(find.box).area > 0.7 * $0.box.area
      }
      guard let known else {
        view.finds.append(find)
        continue
      }
      if find.confidence ?? 0 > view.finds[known].confidence ?? 0 {
        view.finds.removeAll {
          $0.isSameFace(as: find) || $0.box.intersection(find.box).area > 0.7 * $0.box.area
        }
        view.finds.append(find)
      }
    }
  }

  /// Turned so that its surest face is upright, where one is far surer than in the photo as it came.
  private func turnedView(of photo: Photo, _ first: View) throws -> View {
    var depth = 0
    while (photo.width >> depth) * (photo.height >> depth) > Self.turnedPixels { depth += 1 }
    let small = first.pyramid.photo(depth: depth)
    var best: View?
    for quarterTurns in 1...3 {
      var turned = try view(of: small, quarterTurns: quarterTurns)
      if turned.surest < Self.leastWhenTurned { try lookWithBorder(&turned) }
      guard isSurer(turned, than: first) else { continue }
      if turned.support > best?.support ?? 0 { best = turned }
    }
    guard let best else { return first }
    guard depth > 0 else { return best }
    var whole = try view(of: photo, quarterTurns: best.quarterTurns)
    if whole.surest < FaceQuality.leastConfidence { try lookWithBorder(&whole) }
    return isSurer(whole, than: first) ? whole : first
  }

  /// Whether a turned view has a face that leaves no doubt where the photo as it came has none; or where that has no face
  /// at all, one that leaves little.
  private func isSurer(_ turned: View, than first: View) -> Bool {
    if first.surest >= FaceConfidence.certain {
      return turned.support > first.support + Self.supportWhenTurned
    }
    return turned.surest >= FaceConfidence.certain
      || first.surest < FaceQuality.leastConfidence
        && turned.surest >= max(Self.leastWhenTurned, first.surest + Self.leadWhenTurned)
  }

  /// By how many quarter turns clockwise most of the sure faces are tilted.
  private func tilt(of finds: [Detection]) -> Int {
    var votes = [Double](repeating: 0, count: 4)
    for find in finds {
      votes[(Int((find.roll / (.pi / 2)).rounded()) + 4) % 4] += find.confidence ?? 0
    }
    return votes.indices.max { votes[$0] < votes[$1] } ?? 0
  }

  /// Detections with a confidence each, without those that are clearly not faces.
  /// - Parameter areYuNets: whether they are YuNet's, whose scores the confidence was fitted to.
  private func judged(
    _ finds: [Detection], in pyramid: PhotoPyramid, areYuNets: Bool
  ) throws -> [Detection] {
    try finds.compactMap { try judged($0, in: pyramid, isYuNets: areYuNets) }
  }

  private func judged(
    _ find: Detection, in pyramid: PhotoPyramid, isYuNets: Bool
  ) throws -> Detection? {
    var find = find
    if !examinesAll {
      if isYuNets, let confidence = FaceConfidence.withoutSecondLook(find) {
        find.confidence = confidence
        return find
      }
      guard FaceConfidence.isKept(find, closeScore: 1) else { return nil }
    }
    let close = try closeLooks.closeLook(at: find, in: pyramid)
    find.closeScore = close?.score ?? 0
    var evidence = find
    if !isYuNets {
      // Another detector's scores are others: YuNet's second look counts as the first.
      find.landmarks = close?.landmarks ?? find.landmarks
      find.agreement = close?.score ?? 0
      evidence = find
      evidence.score = close?.score ?? 0
      if let confidence = FaceConfidence.withoutSecondLook(evidence) {
        find.confidence = confidence
        return find
      }
    }
    guard examinesAll || FaceConfidence.isKept(find, closeScore: close?.score ?? 0) else {
      return nil
    }
    // From close by they are better placed.
    find.landmarks = close?.landmarks ?? find.landmarks
    if let landmarks = find.landmarks, examinesAll || find.width >= FaceConfidence.smallest {
      let sface = try self.sface ?? loadSFace()
      self.sface = sface
      let chip = FaceChip.arcFace(from: pyramid.photo, landmarks: landmarks)
      find.appearance = try sface.embeddings(of: [chip])[0].values
    }
    evidence.appearance = find.appearance
    find.confidence = FaceConfidence.afterSecondLook(evidence)
    return find
  }
}
