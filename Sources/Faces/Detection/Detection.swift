import LikenessCore

/// A face that a detector found.
struct Detection: Sendable, Equatable {
  /// From the brows to the chin and from ear to ear, in pixels of the photo.
  var box: Box
  /// The detector's score, from 0 to 1.
  var score: Float
  /// Its five points; nil where the detector gives none.
  var landmarks: FaceLandmarks?
  /// The mean score over all sizes of the photo in which the face could have been seen, from 0 to 1.
  var agreement: Float
  /// The score of a second look, from close by; nil where none was taken.
  var closeScore: Float?
  /// The face's embedding by SFace, not normalised, `(128,)`; nil where it was not computed.
  var appearance: [Float]?
  /// The probability that it is a face at all; nil where it was not computed, as for a given box.
  var confidence: Double?
  /// Whether the box is just where dlib's HOG detector would draw it.
  var isDlibBox = false

  init(
    box: Box, score: Float, landmarks: FaceLandmarks? = nil, agreement: Float? = nil,
    isDlibBox: Bool = false
  ) {
    self.box = box
    self.score = score
    self.landmarks = landmarks
    self.agreement = agreement ?? score
    self.isDlibBox = isDlibBox
  }

  /// The side of a square as large as the box.
  var width: Double { box.area.squareRoot() }

  /// How far the face is tilted in the picture, in radians; 0 where the detector does not say.
  var roll: Double { landmarks?.roll ?? 0 }

  /// Whether it is held upright, tilted perhaps, but not on its side.
  var isUpright: Bool { abs(roll) < 0.9 }

  func shifted(x: Double, y: Double) -> Detection {
    var detection = self
    detection.box = box.shifted(x: x, y: y)
    detection.landmarks = landmarks?.shifted(x: x, y: y)
    return detection
  }
}

/// Finds faces. One belongs to one thread at a time.
protocol FaceDetector: AnyObject {
  /// Every face found, in any order, in pixels of the photo.
  func detect(in pyramid: PhotoPyramid) throws -> [Detection]

  /// The width from which faces are found, in pixels of a photo of this size.
  func smallestFace(width: Int, height: Int) -> Double
}

/// Which detector finds the faces.
public enum DetectorKind: Sendable, Hashable, RawRepresentable, CaseIterable {
  /// YuNet at several sizes of the photo.
  case yunet
  /// dlib's MMOD network over an image pyramid.
  case mmod
  /// One that the user added to the models, by its name; at several sizes of the photo like YuNet.
  case added(String)

  /// The detectors that set-up installs.
  public static let allCases: [DetectorKind] = [.yunet, .mmod]

  /// A short name of set-up's, or the whole name of a model.
  public init(rawValue: String) {
    switch rawValue {
    case "yunet", CatalogModel.yunet.name: self = .yunet
    case "mmod", CatalogModel.mmod.name: self = .mmod
    default: self = .added(rawValue)
    }
  }

  /// As users write it: a short name of set-up's, or the name of an added model.
  public var rawValue: String {
    switch self {
    case .yunet: "yunet"
    case .mmod: "mmod"
    case .added(let name): name
    }
  }
}
