import LikenessCore

/// Where a face is in a photo: enough to cut it out again without looking for it.
public struct FacePlacement: Sendable, Hashable {
  /// By how many quarters the photo is turned clockwise before the face is upright.
  public let quarterTurns: Int
  /// In pixels of the turned photo, as it is held.
  public let landmarks: DlibLandmarks

  /// A face by its landmarks, in a photo that is turned clockwise by `quarterTurns` quarters to hold the face upright.
  public init(quarterTurns: Int, landmarks: DlibLandmarks) {
    (self.quarterTurns, self.landmarks) = (quarterTurns, landmarks)
  }

  /// The face cut out upright.
  /// - Parameters:
  ///   - photo: the one that the face was found in, decoded to the same size.
  ///   - side: width and height of the chip in pixels.
  ///   - padding: how much is seen around the face, as a part of its size.
  public func chip(from photo: Photo, side: Int, padding: Double) -> FaceChip {
    FaceChip.cut(
      from: photo.turned(quarterTurns: quarterTurns), landmarks: landmarks, side: side,
      padding: padding)
  }
}
