/// A face that a detector found.
struct Detection: Sendable, Equatable {
  /// A square as dlib's HOG detector would draw it: from the brows to the chin, turned by `roll`.
  var box: Box
  /// How sure the detector is, from 0 to 1.
  var score: Float
  /// How far the face is tilted in the picture, in radians; 0 where the detector does not say.
  var roll: Double
  /// How many pixels of the photo one of the network's stood for: the larger, the rougher the box.
  var grain = 1.0
  /// Whether the box is just where dlib's HOG detector would draw it, not only about there.
  var isAsDlib = false
}

/// Finds faces. One belongs to one thread at a time.
protocol FaceDetector: AnyObject {
  /// Every face found, in any order, in pixels of `photo`.
  func detect(in photo: Photo) throws -> [Detection]
}

/// Which detector finds the faces.
public enum DetectorKind: String, Sendable, CaseIterable, Codable {
  /// MediaPipe's BlazeFace, whole photo and tiles.
  case blazeface
  /// dlib's MMOD network over an image pyramid.
  case mmod
}
