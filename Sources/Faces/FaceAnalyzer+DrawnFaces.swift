import LikenessCore

/// What is in a box that the user drew around a face.
package enum FaceInBox: Sendable {
  /// The face. Its score is that of the detector, which saw it from close by; or 0 where it saw nothing, so that the
  /// landmarks were estimated from the box.
  case face(Face)
  /// It was drawn around a face that is known already, by its place in the list of these.
  case known(Int)
}

extension FaceAnalyzer {
  /// The face in a box that the user drew, since no detector found it.
  ///
  /// The detector looks at the box from close by, in the orientation in which the photo's other faces lie, and in the
  /// other three, of which one counts if its score is clearly higher. What fits the box best is the face, however low its
  /// score: the user says that there is one. Where nothing
  /// is seen, dlib's predictor estimates the landmarks, and the confidence is the probability that what is embedded then
  /// looks like a face.
  /// - Parameters:
  ///   - box: in pixels of the photo as it came, at full size.
  ///   - turned: by how many degrees clockwise the photo was turned to find its other faces.
  ///   - known: the boxes of faces that are not meant, likewise.
  /// - Throws: `InferenceError`; `PhotoError` where a shrunk photo's file can no longer be decoded
  package func face(
    drawnIn box: Box, of photo: Photo, turned: Int, besides known: [Box] = []
  ) throws -> FaceInBox {
    let first = turned / 90 & 3
    var seen: (face: Detection, closeUp: FaceCloseUp, turns: Int)?
    var tilted = seen
    var knownOne: Int?
    for quarterTurns in [first] + (turnsSideways ? (0..<4).filter { $0 != first } : []) {
      let (place, closeUp) = try self.closeUp(of: box, in: photo, quarterTurns: quarterTurns)
      for var face in try finder.detections(in: place.box, of: closeUp.photo) {
        let found = closeUp.inPhoto(face.box)
        if let index = known.firstIndex(where: { $0.isSamePlace(as: found) }) {
          // A neighbour that the box cuts is not what it was drawn around.
          let isMeant = Detection(box: box, score: 0).isSameFace(
            as: Detection(box: known[index], score: 0))
          if isMeant { knownOne = knownOne ?? index }
          continue
        }
        face.confidence = 1
        // The landmarks of a face that lies on its side would be wrong; another orientation shows it upright.
        guard face.isUpright || !turnsSideways else {
          tilted = tilted ?? (face, closeUp, quarterTurns)
          break
        }
        // In an orientation that nothing else speaks for, a pattern of a low score is not a face. Upside down, too, a face
        // has a high score, if not as high as upright: all orientations are compared.
        let others = max(minimumScore, (seen?.face.score ?? 0) + (seen?.turns == first ? 0.1 : 0))
        if quarterTurns == first || face.score >= others {
          seen = (face, closeUp, quarterTurns)
        }
        break
      }
      if seen == nil, let knownOne { return .known(knownOne) }
    }
    if let seen = seen ?? tilted { return .face(try face(seen.face, from: seen.closeUp)) }
    return .face(try unseenFace(in: box, of: photo, quarterTurns: first))
  }

  /// A face whose landmarks are estimated.
  private func unseenFace(in box: Box, of photo: Photo, quarterTurns: Int) throws -> Face {
    var (place, closeUp) = try self.closeUp(of: box, in: photo, quarterTurns: quarterTurns)
    place.box = Box(center: place.box.center, side: place.width)
    place.confidence = try finder.confidence(
      ofUnseen: place, estimatedLandmarks(of: place, in: closeUp.photo), in: closeUp.photo)
    var face = try self.face(place, from: closeUp)
    face.box = box
    return face
  }

  /// The file's own pixels around a box in an orientation, and the box in them, with a score of 0.
  private func closeUp(
    of box: Box, in photo: Photo, quarterTurns: Int
  ) throws -> (Detection, FaceCloseUp) {
    let upright = photo.turned(quarterTurns: quarterTurns)
    let place = Detection(
      box: box.scaled(1 / photo.scale).turnedBack(
        4 - quarterTurns, width: Double(upright.width), height: Double(upright.height)), score: 0)
    let view = FaceFinder.View(
      quarterTurns: quarterTurns, pyramid: PhotoPyramid(upright), detections: [place],
      smallestFace: 0)
    let closeUps = try FaceCloseUp.batches(of: [place], in: view, of: photo, side: chipSide)
      .flatMap { try $0() }
    guard let closeUp = closeUps.first else { preconditionFailure("a box without a close-up") }
    return closeUp
  }
}
