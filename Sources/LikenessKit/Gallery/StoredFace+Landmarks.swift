import Faces
import GalleryCore
import LikenessCore

extension StoredFace {
  /// In pixels of the photo at full size; nil where none are kept.
  var landmarks: FaceLandmarks? {
    let values = geometry.landmarks.map { Double($0) }
    guard values.count == 10, values.allSatisfy(\.isFinite) else { return nil }
    return FaceLandmarks(
      stride(from: 0, to: 10, by: 2).map { Point(x: values[$0], y: values[$0 + 1]) })
  }
}
