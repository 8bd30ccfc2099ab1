/// A face that was found, and not looked at further.
public struct FoundFace: Sendable {
  /// Where the face is, in pixels of the upright photo at full size.
  public var box: Box
  /// How sure the detector is, from 0 to 1.
  public var score: Float
}

extension FaceAnalyzer {
  /// The faces that `analyze` finds in a photo, without landmarks and embeddings, the largest first.
  /// - Throws: `InferenceError`
  public func detectFaces(in photo: Photo) throws -> [FoundFace] {
    let view = try uprightView(of: photo)
    let (width, height) = (Double(photo.width), Double(photo.height))
    return view.detections.sorted { $0.box.area > $1.box.area }.map { detection in
      FoundFace(
        box: detection.box.turnedBack(view.quarterTurns, width: width, height: height)
          .scaled(photo.scale),
        score: detection.score)
    }
  }
}

extension Box {
  /// From a photo turned clockwise back to the photo as it came, of a width and a height.
  fileprivate func turnedBack(
    _ quarterTurns: Int, width photoWidth: Double, height photoHeight: Double
  )
    -> Box
  {
    switch quarterTurns {
    case 1:
      Box(x: y, y: photoHeight - x - width, width: height, height: width)
    case 2:
      Box(x: photoWidth - x - width, y: photoHeight - y - height, width: width, height: height)
    case 3:
      Box(x: photoWidth - y - height, y: x, width: height, height: width)
    default:
      self
    }
  }
}
