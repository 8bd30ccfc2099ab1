import Foundation
import Vectors

/// Photo → faces → landmarks → chips → embeddings, one photo at a time on one thread.
public final class FaceAnalyzer {
  private let detector: any FaceDetector
  private let shapePredictor: ShapePredictor
  private let embedder: FaceEmbedder
  private let options: FaceEngineOptions
  private static let steepRoll = 0.35

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
  /// A photo in which none is found is looked at again turned by 90°, 270° and 180°; places are given
  /// in the photo as it came.
  /// - Throws: `InferenceError`
  public func analyze(_ photo: Photo) throws -> PhotoFaces {
    var timings = StageTimings()
    var result = PhotoFaces(
      width: photo.fullWidth, height: photo.fullHeight, turned: 0, faces: [], timings: timings)
    for quarterTurns in options.turnsSideways ? [0, 1, 3, 2] : [0] {
      let view = quarterTurns == 0 ? photo : photo.turned(quarterTurns: quarterTurns)
      let detections = try clock(&timings.detect) { try detector.detect(in: view) }
      guard !detections.isEmpty else { continue }
      result.turned = 90 * quarterTurns
      result.faces = try detections.sorted { $0.box.area > $1.box.area }.map { detection in
        try face(detection, in: view, &timings)
          .turnedBack(quarterTurns, width: Double(photo.width), height: Double(photo.height))
          .scaled(photo.scale)
      }
      break
    }
    result.timings = timings
    return result
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
      return (landmarks, FaceChip.cut(from: photo, landmarks: landmarks))
    }
    let embedding = try clock(&timings.embed) {
      let embedding = try embedder.embedding(of: chip)
      guard options.averagesMirrored, let mirrored = mirroredChip(detection, in: photo) else {
        return embedding
      }
      return .mean([embedding, try embedder.embedding(of: mirrored)])
    }
    return Face(
      box: detection.box, score: detection.score, landmarks: landmarks,
      quality: FaceQuality(
        box: detection.box, landmarks: landmarks, chip: chip, photoWidth: photo.width,
        photoHeight: photo.height),
      embedding: embedding, chip: chip)
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
    return FaceChip.cut(from: mirrored, landmarks: self.landmarks(of: image, in: mirrored))
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
