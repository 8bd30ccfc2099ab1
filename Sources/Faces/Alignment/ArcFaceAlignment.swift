import LikenessCore

/// The eyes, the tip of the nose and the corners of the mouth on ArcFace's 112 × 112 template, which InsightFace, AdaFace,
/// SFace and most later networks share.
struct ArcFaceAlignment: FaceAlignment {
  let name = "arcface"
  let summary = "eyes, nose and mouth on ArcFace's template, as most networks have it"
  let needsDlibLandmarks = false

  func chip(
    from photo: Photo, landmarks: FaceLandmarks, dlib: () -> DlibLandmarks, side: Int
  ) -> FaceChip {
    FaceChip.arcFace(from: photo, landmarks: landmarks, side: side)
  }
}

extension ModelManifest.Alignment {
  public static let arcFace = Self(ArcFaceAlignment())
}

extension FaceChip {
  /// The five landmarks in the 112 × 112 chips on which ArcFace, SFace and most later networks were trained
  /// (Deng et al., "ArcFace" (2019)).
  private static let arcFaceTemplate = [
    Point(x: 38.2946, y: 51.6963), Point(x: 73.5318, y: 51.5014), Point(x: 56.0252, y: 71.7366),
    Point(x: 41.5493, y: 92.3655), Point(x: 70.7299, y: 92.2041),
  ]

  /// Cuts a face out as ArcFace's alignment does.
  /// - Parameter side: 112 or a multiple, to which the template is enlarged; others show 8 of 128 parts more on each
  ///   side, as InsightFace's `estimate_norm` has it.
  static func arcFace(from photo: Photo, landmarks: FaceLandmarks, side: Int = 112) -> FaceChip {
    let isWhole = side % 112 == 0
    let scale = Double(side) / (isWhole ? 112 : 128)
    let margin = Point(x: isWhole ? 0 : 8, y: 0)
    return warped(
      from: photo, points: landmarks.points, to: arcFaceTemplate.map { ($0 + margin) * scale },
      side: side)
  }
}
