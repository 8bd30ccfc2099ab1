import Foundation
import Vectors

/// Photo → faces → landmarks → chips → embeddings, one photo at a time on one thread.
public final class FaceAnalyzer {
  private let detector: any FaceDetector
  private let shapePredictor: ShapePredictor
  private let embedder: FaceEmbedder
  private let options: FaceEngineOptions
  /// In radians.
  private static let steepRoll = 0.35
  /// Upright faces mostly score more, faces upside down less.
  private static let certainlyUpright: Float = 0.85

  init(
    detector: any FaceDetector, shapePredictor: ShapePredictor, embedder: FaceEmbedder,
    options: FaceEngineOptions
  ) {
    self.detector = detector
    self.shapePredictor = shapePredictor
    self.embedder = embedder
    self.options = options
  }

  /// Every face of a photo, the largest first.
  ///
  /// A photo that lies on its side, or in which no face is found, is looked at again turned by 90°, 180°
  /// and 270°; places are given in the photo as it came.
  /// - Throws: `InferenceError`
  public func analyze(_ photo: Photo) throws -> PhotoFaces {
    var timings = StageTimings()
    let view = try clock(&timings.detect) { try uprightView(of: photo) }
    let faces = try view.detections.sorted { $0.box.area > $1.box.area }.map { detection in
      try face(detection, in: view.photo, &timings)
        .turnedBack(view.quarterTurns, width: Double(photo.width), height: Double(photo.height))
        .scaled(photo.scale)
    }
    return PhotoFaces(
      width: photo.fullWidth, height: photo.fullHeight,
      turned: faces.isEmpty ? 0 : 90 * view.quarterTurns, faces: faces, timings: timings)
  }

  /// A photo turned clockwise, and what was found in it.
  struct TurnedView {
    var quarterTurns: Int
    var photo: Photo
    var detections: [Detection]

    var totalScore: Float { detections.map(\.score).reduce(0, +) }

    /// By how many quarter turns clockwise most of the faces are tilted.
    var tilt: Int {
      var votes = [Float](repeating: 0, count: 4)
      for detection in detections {
        votes[(Int((detection.roll / (.pi / 2)).rounded()) + 4) % 4] += detection.score
      }
      return votes.indices.max { votes[$0] < votes[$1] } ?? 0
    }
  }

  private func view(of photo: Photo, quarterTurns: Int) throws -> TurnedView {
    let turned = quarterTurns == 0 ? photo : photo.turned(quarterTurns: quarterTurns)
    return TurnedView(
      quarterTurns: quarterTurns, photo: turned, detections: try detector.detect(in: turned))
  }

  /// The photo as it came; or turned so that most faces are upright; or where no face was found in it,
  /// turned so that the most are.
  func uprightView(of photo: Photo) throws -> TurnedView {
    var best = try view(of: photo, quarterTurns: 0)
    guard options.turnsSideways else { return best }
    if best.detections.isEmpty {
      for quarterTurns in 1...3 {
        let view = try view(of: photo, quarterTurns: quarterTurns)
        if view.totalScore > best.totalScore { best = view }
      }
    }
    // A detector may find a face that lies on its side; the landmarks in it would be wrong.
    var tilt = best.tilt
    if tilt == 0, let face = best.detections.max(by: { $0.score < $1.score }),
      face.score < Self.certainlyUpright
    {
      tilt = try self.tilt(of: face, in: best.photo)
    }
    guard tilt != 0 else { return best }
    let upright = try view(of: photo, quarterTurns: (best.quarterTurns + 4 - tilt) % 4)
    return upright.detections.isEmpty || upright.tilt != 0 ? best : upright
  }

  /// By how many quarter turns clockwise a face is tilted for which the detector saw none: it scores
  /// most when it is upright.
  private func tilt(of face: Detection, in photo: Photo) throws -> Int {
    let side = 3 * face.box.width
    let around = Box(center: face.box.center, side: side)
    guard
      let crop = photo.cropped(
        to: PhotoRectangle(
          x: Int(around.x), y: Int(around.y), width: Int(side), height: Int(side)))
    else { return 0 }
    let scores = try (0..<4).map { turns in
      try view(of: crop, quarterTurns: turns).detections.map(\.score).max() ?? 0
    }
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    return scores[best] > scores[0] + 0.05 ? (4 - best) % 4 : 0
  }

  /// Where the largest face of a photo is, without an embedding of it; nil where there is none.
  ///
  /// The photo is turned as for `analyze`.
  /// - Throws: `InferenceError`
  public func placeLargestFace(in photo: Photo) throws -> FacePlacement? {
    let view = try uprightView(of: photo)
    guard let largest = view.detections.max(by: { $0.box.area < $1.box.area }) else { return nil }
    return FacePlacement(
      quarterTurns: view.quarterTurns, landmarks: landmarks(of: largest, in: view.photo))
  }

  /// The face in a box that is known already, for instance from another detector.
  /// - Parameter box: square, from the brows to the chin, in pixels of `photo` as it is held.
  public func face(in box: Box, of photo: Photo) throws -> Face {
    var timings = StageTimings()
    return try face(Detection(box: box, score: 1, roll: 0, isAsDlib: true), in: photo, &timings)
      .scaled(photo.scale)
  }

  private func face(
    _ detection: Detection, in photo: Photo, _ timings: inout StageTimings
  ) throws -> Face {
    let (landmarks, chip) = clock(&timings.landmarks) {
      let landmarks = self.landmarks(of: detection, in: photo)
      return (landmarks, FaceChip.cut(from: photo, landmarks: landmarks, side: embedder.side))
    }
    let embedding = try clock(&timings.embed) {
      let embedding = try embedder.embedding(of: chip)
      guard options.averagesMirrored, let mirrored = mirroredChip(detection, in: photo) else {
        return embedding
      }
      return .mean([embedding, try embedder.embedding(of: mirrored)])
    }
    let parts = embedder.parts(of: embedding)
    return Face(
      box: detection.box, score: detection.score, landmarks: landmarks,
      quality: FaceQuality(
        box: detection.box, landmarks: landmarks, chip: chip, photoWidth: photo.width,
        photoHeight: photo.height),
      embedding: parts.identity, attributes: parts.attributes, chip: chip)
  }

  /// The chip of the face in a mirror, with landmarks of its own: what differs between both is mostly
  /// noise of the alignment, which the mean takes out.
  private func mirroredChip(_ detection: Detection, in photo: Photo) -> FaceChip? {
    // A face's width around the face is more than the chip shows.
    let box = detection.box
    let (left, top) = (Int(max(0, box.x - box.width)), Int(max(0, box.y - box.height)))
    let around = PhotoRectangle(
      x: left, y: top, width: Int(box.x + 2 * box.width) - left,
      height: Int(box.y + 2 * box.height) - top)
    guard let mirrored = photo.cropped(to: around)?.mirrored() else { return nil }
    var image = detection
    image.box.x = Double(mirrored.width) - (box.x - Double(left)) - box.width
    image.box.y -= Double(top)
    image.roll.negate()
    return FaceChip.cut(
      from: mirrored, landmarks: self.landmarks(of: image, in: mirrored), side: embedder.side)
  }

  /// The landmarks of a face. Where the box is not dlib's own, the first answer shows where dlib would
  /// have drawn it, and landmarks are found once more in that: 0.8 points of TAR at FAR 1e-3 on LFW.
  private func landmarks(of detection: Detection, in photo: Photo) -> FaceLandmarks {
    let roll = predictorRoll(detection)
    let first = shapePredictor.landmarks(in: photo, box: detection.box, roll: roll)
    guard !detection.isAsDlib else { return first }
    return shapePredictor.landmarks(in: photo, box: shapePredictor.box(around: first), roll: roll)
  }

  /// The predictor learnt from upright boxes and copes with tilts up to `steepRoll`; below, turning the
  /// box only adds the detector's noise (0.8 points of TAR at FAR 1e-3 on LFW).
  private func predictorRoll(_ detection: Detection) -> Double {
    abs(detection.roll) > Self.steepRoll ? detection.roll : 0
  }

  private func clock<Result>(_ total: inout Double, _ body: () throws -> Result) rethrows -> Result
  {
    let start = DispatchTime.now().uptimeNanoseconds
    defer { total += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
    return try body()
  }
}

extension Face {
  /// The same face in a photo `factor` times as large.
  fileprivate func scaled(_ factor: Double) -> Face {
    guard factor != 1 else { return self }
    var face = self
    face.box = box.scaled(factor)
    face.landmarks = landmarks.scaled(factor)
    face.quality.size *= factor
    return face
  }

  /// From a photo turned clockwise back to the photo as it came, of a width and a height.
  fileprivate func turnedBack(_ quarterTurns: Int, width: Double, height: Double) -> Face {
    guard quarterTurns != 0 else { return self }
    func back(_ point: Point, _ width: Double, _ height: Double) -> Point {
      switch quarterTurns {
      case 1: Point(x: point.y, y: height - point.x)
      case 2: Point(x: width - point.x, y: height - point.y)
      default: Point(x: width - point.y, y: point.x)
      }
    }
    var face = self
    face.box = Box(center: back(box.center, width, height), side: box.width)
    // Landmarks count from the centre of the first pixel, boxes from its corner.
    face.landmarks = FaceLandmarks(landmarks.points.map { back($0, width - 1, height - 1) })
    return face
  }
}
