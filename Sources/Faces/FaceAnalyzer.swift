import Foundation
import Vectors

/// Photo → faces → landmarks → chips → embeddings, one photo at a time on one thread.
public final class FaceAnalyzer {
  private let finder: FaceFinder
  private let shapePredictor: ShapePredictor
  private let embedder: FaceEmbedder
  private let options: FaceEngineOptions
  /// In radians.
  private static let steepRoll = 0.35

  init(
    finder: FaceFinder, shapePredictor: ShapePredictor, embedder: FaceEmbedder,
    options: FaceEngineOptions
  ) {
    self.finder = finder
    self.shapePredictor = shapePredictor
    self.embedder = embedder
    self.options = options
  }

  /// Every face of a photo, the largest first, doubtful finds among them.
  ///
  /// A photo that lies on its side, or in which no face is sure, is looked at again with a border, and then turned by
  /// 90°, 180° and 270°; places are given in the photo as it came. Each face is cut from the file's own pixels, also
  /// where the photo was shrunk to find it.
  /// - Throws: `InferenceError`; `PhotoError` where a shrunk photo's file can no longer be decoded
  public func analyze(_ photo: Photo) throws -> PhotoFaces {
    var timings = StageTimings()
    let view = try clock(&timings.detect) { try finder.find(in: photo) }
    var faces: [Face] = []
    let finds = view.finds.sorted { $0.box.area > $1.box.area }
    for batch in try FaceCloseUp.batches(of: finds, in: view, of: photo, side: embedder.side) {
      let closeUps = try clock(&timings.decode) { try batch() }
      for (find, closeUp) in closeUps {
        faces.append(try face(find, in: closeUp, &timings))
      }
    }
    return PhotoFaces(
      width: photo.fullWidth, height: photo.fullHeight,
      turned: faces.isEmpty ? 0 : 90 * view.quarterTurns,
      smallestFace: view.smallestFace * photo.scale, faces: faces, timings: timings)
  }

  /// Every face of a photo as it is found, without landmarks of the embedding's own, quality and embedding.
  /// - Returns: boxes in pixels of the photo at full size, the surest first.
  /// - Throws: `InferenceError`
  public func detectFaces(in photo: Photo) throws -> [FoundFace] {
    let view = try finder.find(in: photo)
    let (width, height) = (Double(photo.width), Double(photo.height))
    return view.finds.map { find in
      let box = find.box.turnedBack(view.quarterTurns, width: width, height: height)
      return FoundFace(
        box: box.scaled(photo.scale), score: find.score, confidence: find.confidence ?? 1,
        agreement: find.agreement, closeScore: find.closeScore,
        appearance: find.appearance)
    }.sorted { $0.confidence > $1.confidence }
  }

  /// Where the largest face of a photo is, without an embedding of it; nil where there is none that is not doubtful.
  ///
  /// The photo is turned as for `analyze`.
  /// - Throws: `InferenceError`
  public func placeLargestFace(in photo: Photo) throws -> FacePlacement? {
    let view = try finder.find(in: photo)
    let sure = view.finds.filter { ($0.confidence ?? 1) >= FaceQuality.leastConfidence }
    guard let largest = sure.max(by: { $0.box.area < $1.box.area }) else { return nil }
    return FacePlacement(
      quarterTurns: view.quarterTurns, landmarks: landmarks(of: largest, in: view.photo))
  }

  /// The face in a box that is known already, for instance from another detector.
  /// - Parameter box: square, from the brows to the chin, in pixels of `photo` as it is held.
  public func face(in box: Box, of photo: Photo) throws -> Face {
    var timings = StageTimings()
    return try face(
      Detection(box: box, score: 1, isAsDlib: true), in: FaceCloseUp(photo), &timings)
  }

  private func face(
    _ find: Detection, in closeUp: FaceCloseUp, _ timings: inout StageTimings
  ) throws -> Face {
    let photo = closeUp.photo
    let (landmarks, chip) = clock(&timings.landmarks) {
      let landmarks = self.landmarks(of: find, in: photo)
      return (landmarks, FaceChip.cut(from: photo, landmarks: landmarks, side: embedder.side))
    }
    let embedding = try clock(&timings.embed) {
      let embedding = try embedder.embedding(of: chip)
      guard options.averagesMirrored, let mirrored = mirroredChip(find, in: photo) else {
        return embedding
      }
      return .mean([embedding, try embedder.embedding(of: mirrored)])
    }
    let parts = embedder.parts(of: embedding)
    let own = find.landmarks ?? FaceLandmarks(landmarks)
    let face = Face(
      box: find.box, score: find.score, landmarks: own,
      quality: FaceQuality(
        box: find.box, landmarks: own, chip: chip, frame: closeUp.frame, scale: closeUp.scale,
        confidence: find.confidence),
      embedding: parts.identity, attributes: parts.attributes, chip: chip)
    return closeUp.inPhoto(face)
  }

  /// The chip of the face in a mirror, with landmarks of its own: what differs between both is mostly
  /// noise of the alignment, which the mean takes out.
  private func mirroredChip(_ find: Detection, in photo: Photo) -> FaceChip? {
    // A face's width around the face is more than the chip shows.
    let box = find.box
    let (left, top) = (Int(max(0, box.x - box.width)), Int(max(0, box.y - box.height)))
    let around = PhotoRectangle(
      x: left, y: top, width: Int(box.x + 2 * box.width) - left,
      height: Int(box.y + 2 * box.height) - top)
    guard let mirrored = photo.cropped(to: around)?.mirrored() else { return nil }
    let image = find.shifted(x: -Double(left), y: -Double(top)).mirrored(
      width: Double(mirrored.width))
    return FaceChip.cut(
      from: mirrored, landmarks: self.landmarks(of: image, in: mirrored), side: embedder.side)
  }

  /// dlib's landmarks of a face, looked for where its own detector would have drawn the box.
  private func landmarks(of find: Detection, in photo: Photo) -> DlibLandmarks {
    guard !find.isAsDlib else {
      return shapePredictor.landmarks(in: photo, box: find.box)
    }
    guard let own = find.landmarks else {
      // The first answer shows where dlib would have drawn the box.
      let first = shapePredictor.landmarks(in: photo, box: find.box)
      return shapePredictor.landmarks(in: photo, box: shapePredictor.box(around: first))
    }
    // The predictor learnt from upright boxes and copes with tilts up to `steepRoll`; below, turning the
    // box only adds the detector's noise (0.8 points of TAR at FAR 1e-3 on LFW).
    let roll = abs(own.roll) > Self.steepRoll ? own.roll : 0
    return shapePredictor.landmarks(in: photo, box: own.dlibBox, roll: roll)
  }

  private func clock<Result>(_ total: inout Double, _ body: () throws -> Result) rethrows -> Result
  {
    let start = DispatchTime.now().uptimeNanoseconds
    defer { total += Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
    return try body()
  }
}

extension Detection {
  /// The same face in a mirror, in a photo of a width.
  fileprivate func mirrored(width: Double) -> Detection {
    var image = self
    image.box.x = width - box.x - box.width
    image.landmarks = landmarks.map { landmarks in
      // Landmarks count from the centre of the first pixel, boxes from its corner.
      let points = landmarks.points.map { Point(x: width - 1 - $0.x, y: $0.y) }
      return FaceLandmarks([points[1], points[0], points[2], points[4], points[3]])
    }
    return image
  }
}
