import Vectors

/// A face in a photo.
public struct Face: Sendable {
  /// Where the face is, from the brows to the chin, in pixels of the upright photo at full size.
  public var box: Box
  /// How sure the detector is, from 0 to 1.
  public var score: Float
  /// Five points, in pixels of the upright photo at full size.
  public var landmarks: FaceLandmarks
  /// How well the face can be judged.
  public var quality: FaceQuality
  /// Who it is: `(d,)`, as the network gave it; d = 128 for the default model.
  public var embedding: Embedding
  /// What a trained network's other heads say, by attribute, such as of the expression; none for most models.
  public var attributes: [String: Embedding] = [:]
  /// The face cut out upright: what the network saw.
  public var chip: FaceChip
}

/// What was found in one photo.
public struct PhotoFaces: Sendable {
  /// The upright photo's full size in pixels.
  public var width: Int
  public var height: Int
  /// By how many degrees clockwise the photo had to be turned until a face was found: 0, 90, 180, 270.
  public var turned: Int
  /// The faces, the largest first.
  public var faces: [Face]
  /// How long each step took, in seconds.
  public var timings: StageTimings
}

/// Seconds spent on each step from a photo to embeddings.
public struct StageTimings: Sendable {
  public var detect = 0.0
  public var landmarks = 0.0
  public var embed = 0.0

  public init() {}
}
