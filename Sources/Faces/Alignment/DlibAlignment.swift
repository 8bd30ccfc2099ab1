/// dlib's five landmarks (corners of the eyes, under the nose) on its mean face, with a padding of 0.25.
struct DlibAlignment: FaceAlignment {
  let name = "dlib"
  let summary = "dlib's five points on its mean face, with a quarter of it around"
  let needsDlibLandmarks = true

  func chip(
    from photo: Photo, landmarks: FaceLandmarks, dlib: () -> DlibLandmarks, side: Int
  ) -> FaceChip {
    FaceChip.cut(from: photo, landmarks: dlib(), side: side)
  }
}

extension ModelManifest.Alignment {
  public static let dlib = Self(DlibAlignment())
}
