import Foundation
import LikenessCore

/// Photo → faces → landmarks → chips → embeddings, one photo at a time on one thread.
public final class FaceAnalyzer {
  let finder: FaceFinder
  private let shapePredictor: ShapePredictor
  private let embedder: FaceEmbedder
  private let options: FaceEngineOptions
  /// Width and height of the chips that people look at.
  private static let portraitSide = 150
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

  /// Every face of a photo, the largest first, doubtful detections among them.
  ///
  /// A photo that lies on its side, or in which no face is sure, is looked at again with a border, and then turned by
  /// 90°, 180° and 270°; places are given in the photo as it came. Each face is cut from the file's own pixels, also
  /// where the photo was shrunk to find it.
  /// - Throws: `InferenceError`; `PhotoError` where a shrunk photo's file can no longer be decoded
  public func analyze(_ photo: Photo) throws -> PhotoFaces { try embedded([cut(photo)])[0] }

  /// How many photos `analyze` takes together: with a face each, they fill a batch of the network.
  package static let photoBatchSize = EmbeddingMember.maximumBatchSize

  /// Looks at several photos, one decoded at a time, and embeds their faces together, in less time than one after the
  /// other.
  /// - Parameter load: called for each input once, in their order.
  /// - Returns: for each input the faces, or what was thrown over it.
  package func analyze<Input>(
    _ inputs: [Input], load: (Input) throws -> Photo
  ) -> [Result<PhotoFaces, any Error>] {
    let cut = inputs.map { input in Result { try self.cut(load(input)) } }
    do {
      var embedded = try embedded(cut.compactMap { try? $0.get() })[...]
      return cut.map { photo in photo.map { _ in embedded.removeFirst() } }
    } catch {
      return cut.map { photo in photo.flatMap { _ in .failure(error) } }
    }
  }

  /// A photo whose faces were found and cut out, of which the last few wait for their embeddings.
  private struct CutPhoto {
    var found: PhotoFaces
    var waiting: [CutFace]
  }

  /// The first half of `analyze`.
  private func cut(_ photo: Photo) throws -> CutPhoto {
    var timings = StageTimings()
    let view = try clock(&timings.detect) { try finder.find(in: photo) }
    var faces: [Face] = []
    let detections = view.detections.sorted { $0.box.area > $1.box.area }
    var waiting: [CutFace] = []
    for batch in try FaceCloseUp.batches(of: detections, in: view, of: photo, side: chipSide) {
      let closeUps = try clock(&timings.decode) { try batch() }
      for (detection, closeUp) in closeUps {
        waiting.append(
          clock(&timings.landmarks) {
            cut(detection, from: closeUp, isAsFound: photo.original == nil)
          })
        if waiting.count == EmbeddingMember.maximumBatchSize {
          faces += try clock(&timings.embed) { try embedded(waiting) }
          waiting = []
        }
      }
    }
    return CutPhoto(
      found: PhotoFaces(
        width: photo.fullWidth, height: photo.fullHeight,
        turned: detections.isEmpty ? 0 : 90 * view.quarterTurns,
        smallestFace: view.smallestFace * photo.scale, faces: faces, timings: timings),
      waiting: waiting)
  }

  /// The second half of `analyze`.
  /// - Returns: for each photo its faces, in their order.
  /// - Throws: `InferenceError`
  private func embedded(_ photos: [CutPhoto]) throws -> [PhotoFaces] {
    let waiting = photos.flatMap(\.waiting)
    var seconds = 0.0
    var faces = try clock(&seconds) { try embedded(waiting) }[...]
    return photos.map { photo in
      var found = photo.found
      found.faces += faces.prefix(photo.waiting.count)
      faces = faces.dropFirst(photo.waiting.count)
      found.timings.embed += seconds * Double(photo.waiting.count) / Double(max(1, waiting.count))
      return found
    }
  }

  /// Every face of a photo as it is found, without landmarks of the embedding's own, quality and embedding.
  /// - Returns: boxes in pixels of the photo at full size, by falling confidence.
  /// - Throws: `InferenceError`
  public func detectFaces(in photo: Photo) throws -> [FoundFace] {
    let view = try finder.find(in: photo)
    let (width, height) = (Double(photo.width), Double(photo.height))
    return view.detections.map { detection in
      let box = detection.box.turnedBack(view.quarterTurns, width: width, height: height)
      return FoundFace(
        box: box.scaled(photo.scale), score: detection.score, confidence: detection.confidence ?? 1,
        agreement: detection.agreement, closeScore: detection.closeScore,
        appearance: detection.appearance)
    }.sorted { $0.confidence > $1.confidence }
  }

  /// Where the largest face of a photo is, without an embedding of it; nil where there is none that is not doubtful.
  ///
  /// The photo is turned as for `analyze`.
  /// - Throws: `InferenceError`
  public func placeLargestFace(in photo: Photo) throws -> FacePlacement? {
    let view = try finder.find(in: photo)
    return largest(in: view).map { place($0, in: view) }
  }

  /// The largest face of a photo with its embedding, both from the pixels in which it was found.
  /// - Throws: `InferenceError`
  package func embedLargestFace(
    in photo: Photo
  ) throws -> (placement: FacePlacement, embedding: Embedding)? {
    let view = try finder.find(in: photo)
    guard let largest = largest(in: view) else { return nil }
    let cut = cut(largest, from: FaceCloseUp(view.photo), isAsFound: false)
    return (place(largest, in: view), try embedded([cut])[0].embedding)
  }

  private func largest(in view: FaceFinder.View) -> Detection? {
    view.detections.filter { ($0.confidence ?? 1) >= FaceQuality.minimumConfidence }
      .max { $0.box.area < $1.box.area }
  }

  private func place(_ detection: Detection, in view: FaceFinder.View) -> FacePlacement {
    FacePlacement(
      quarterTurns: view.quarterTurns, landmarks: landmarks(of: detection, in: view.photo))
  }

  /// The face in a box that is known already, for instance from another detector.
  /// - Parameter box: square, from the brows to the chin, in pixels of `photo` as it is held.
  public func face(in box: Box, of photo: Photo) throws -> Face {
    let detection = Detection(box: box, score: 1, isDlibBox: true)
    return try face(detection, from: FaceCloseUp(photo))
  }

  /// What a network says of a photo as a whole, made square: of a picture that is nothing but a face, for networks that
  /// learnt from such pictures.
  /// - Throws: `InferenceError`, `PhotoError`
  package func embedWhole(
    _ photo: Photo
  ) throws -> (identity: Embedding, attributes: [String: Embedding]) {
    let chips = try embedder.members.map { try FaceChip(whole: photo, side: $0.side) }
    return embedder.parts(of: try embedder.embeddings(of: [chips])[0])
  }

  /// A face that waits for its embedding.
  private struct CutFace {
    /// With an empty embedding.
    var face: Face
    /// What the embedder sees of it, and of its mirror image where that is averaged.
    var chips: [FaceChip]
    var mirrored: [FaceChip]?
    /// Where it was embedded when it was doubted.
    var embedding: Embedding?
  }

  /// - Parameter isAsFound: whether the face was looked at in just these pixels when it was found.
  private func cut(_ detection: Detection, from closeUp: FaceCloseUp, isAsFound: Bool) -> CutFace {
    let photo = closeUp.photo
    var found: DlibLandmarks?
    func dlib() -> DlibLandmarks {
      let landmarks = found ?? self.landmarks(of: detection, in: photo)
      found = landmarks
      return landmarks
    }
    let landmarks = detection.landmarks ?? FaceLandmarks(dlib())
    let chips = embedder.chips(from: photo, landmarks: landmarks, dlib: dlib)
    let portrait = found.map { FaceChip.cut(from: photo, landmarks: $0, side: Self.portraitSide) }
    let chip =
      portrait ?? FaceChip.portrait(from: photo, landmarks: landmarks, side: Self.portraitSide)
    let face = Face(
      box: detection.box, score: detection.score, landmarks: landmarks,
      quality: FaceQuality(
        box: detection.box, landmarks: landmarks, chip: chip, frame: closeUp.frame,
        scale: closeUp.scale, confidence: detection.confidence),
      embedding: Embedding([]), chip: chip)
    let isEmbedded =
      isAsFound && !options.averagesMirrored && embedder.members.count == 1
      && embedder.members[0].manifest.name == CatalogModel.sface.name
    return CutFace(
      face: closeUp.inPhoto(face), chips: chips,
      mirrored: options.averagesMirrored ? mirroredChips(detection, landmarks, in: photo) : nil,
      embedding: isEmbedded ? detection.appearance.map { Embedding($0) } : nil)
  }

  /// The faces with their embeddings, in their order.
  private func embedded(_ cut: [CutFace]) throws -> [Face] {
    guard options.embedsFaces else { return cut.map(\.face) }
    let open = cut.indices.filter { cut[$0].embedding == nil }
    let mirrored = open.filter { cut[$0].mirrored != nil }
    let found = try embedder.embeddings(
      of: open.map { cut[$0].chips } + mirrored.compactMap { cut[$0].mirrored })
    var faces = cut.map { cut in
      var face = cut.face
      if let embedding = cut.embedding { face.embedding = embedding }
      return face
    }
    for (row, embedding) in zip(open, found) { faces[row].embedding = embedding }
    for (row, embedding) in zip(mirrored, found.dropFirst(open.count)) {
      faces[row].embedding = .mean([faces[row].embedding, embedding])
    }
    for row in faces.indices {
      let parts = embedder.parts(of: faces[row].embedding)
      (faces[row].embedding, faces[row].attributes) = (parts.identity, parts.attributes)
    }
    return faces
  }

  /// The side of the largest chip of a face, in pixels.
  var chipSide: Int { max(embedder.side, Self.portraitSide) }

  /// The score from which on detections are looked at, from 0 to 1.
  var minimumScore: Float { options.minimumScore }

  /// Whether photos are looked at turned.
  var turnsSideways: Bool { options.turnsSideways }

  /// A face in a close-up, with its embedding.
  /// - Throws: `InferenceError`
  func face(_ detection: Detection, from closeUp: FaceCloseUp) throws -> Face {
    try embedded([cut(detection, from: closeUp, isAsFound: false)])[0]
  }

  /// The landmarks that a face without any gets.
  func estimatedLandmarks(of face: Detection, in photo: Photo) -> FaceLandmarks {
    FaceLandmarks(landmarks(of: face, in: photo))
  }

  /// The chips of the face in a mirror, those of dlib's alignment with landmarks of their own: what differs between both
  /// is mostly noise of the alignment, which the mean takes out.
  private func mirroredChips(
    _ detection: Detection, _ landmarks: FaceLandmarks, in photo: Photo
  ) -> [FaceChip]? {
    // A face's width around the face is more than the chip shows.
    let box = detection.box
    let (left, top) = (Int(max(0, box.x - box.width)), Int(max(0, box.y - box.height)))
    let around = PhotoRectangle(
      x: left, y: top, width: Int(box.x + 2 * box.width) - left,
      height: Int(box.y + 2 * box.height) - top)
    guard let mirrored = photo.cropped(to: around)?.mirrored() else { return nil }
    let width = Double(mirrored.width)
    let image = detection.shifted(x: -Double(left), y: -Double(top)).mirrored(width: width)
    return embedder.chips(
      from: mirrored,
      landmarks: landmarks.shifted(x: -Double(left), y: -Double(top)).mirrored(width: width)
    ) { self.landmarks(of: image, in: mirrored) }
  }

  /// dlib's landmarks of a face, looked for where its own detector would have drawn the box.
  private func landmarks(of detection: Detection, in photo: Photo) -> DlibLandmarks {
    guard !detection.isDlibBox else {
      return shapePredictor.landmarks(in: photo, box: detection.box)
    }
    guard let detected = detection.landmarks else {
      // The first answer shows where dlib would have drawn the box.
      let first = shapePredictor.landmarks(in: photo, box: detection.box)
      return shapePredictor.landmarks(in: photo, box: shapePredictor.box(around: first))
    }
    // The predictor learnt from upright boxes and copes with tilts up to `steepRoll`; below, turning the
    // box only adds the detector's noise (0.8 points of TAR at FAR 1e-3 on LFW).
    let roll = abs(detected.roll) > Self.steepRoll ? detected.roll : 0
    return shapePredictor.landmarks(in: photo, box: detected.dlibBox, roll: roll)
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
    image.landmarks = landmarks?.mirrored(width: width)
    return image
  }
}

extension FaceLandmarks {
  /// The same face in a mirror, in a photo of a width.
  fileprivate func mirrored(width: Double) -> FaceLandmarks {
    // Landmarks count from the centre of the first pixel, boxes from its corner.
    let points = points.map { Point(x: width - 1 - $0.x, y: $0.y) }
    return FaceLandmarks([points[1], points[0], points[2], points[4], points[3]])
  }
}
