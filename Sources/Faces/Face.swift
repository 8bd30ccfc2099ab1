import LikenessCore

/// A face in a photo.
public struct Face: Sendable {
  /// Where the face is, from the brows to the chin and from ear to ear, in pixels of the upright photo at full size.
  public var box: Box
  /// How sure the detector is, from 0 to 1.
  public var score: Float
  /// Five points, in pixels of the upright photo at full size.
  public var landmarks: FaceLandmarks
  /// How well the face can be judged.
  public var quality: FaceQuality
  /// Who it is, empty where `FaceEngineOptions.embedsFaces` is false: `(d,)`, of length 1, or as the network gave it where its model compares by L2; d = 128 for the default
  /// model.
  public var embedding: Embedding
  /// What a trained network's other heads say, by attribute, such as of the expression; none for most models.
  public var attributes: [String: Embedding] = [:]
  /// The face cut out upright, 150 × 150, for people to look at: what dlib's network sees.
  public var chip: FaceChip
}

/// The faces of one photo.
public struct PhotoFaces: Sendable {
  /// The upright photo's full size in pixels.
  public var width: Int
  /// The upright photo's height at full size, in pixels.
  public var height: Int
  /// By how many degrees clockwise the photo had to be turned until a face was found: 0, 90, 180, 270.
  public var turned: Int
  /// The width from which faces were looked for, in pixels of the photo at full size.
  public var smallestFace: Double
  /// The faces, the largest first.
  public var faces: [Face]
  /// How long each step took, in seconds.
  public var timings: StageTimings
  /// Where a gallery is to be asked about the faces: the name of the model of their embeddings.
  package var model: String?
}

/// A face as a detector found it.
public struct FoundFace: Sendable {
  /// Where the face is, from the brows to the chin and from ear to ear, in pixels of the upright photo at full size.
  public var box: Box
  /// How sure the detector is, from 0 to 1.
  public var score: Float
  /// The probability that it is a face at all, from 0 to 1.
  public var confidence: Double
  /// What the confidence was made of, besides the score: the mean score over the sizes of the photo that show the face;
  /// the score of a second look from close by, and the face's embedding by SFace, nil where the first look left no doubt.
  public var agreement: Float
  /// The score of a second look from close by, from 0 to 1; nil where the first look left no doubt.
  public var closeScore: Float?
  package var appearance: [Float]?

  /// Whether this may not be a face at all.
  public var isDoubtful: Bool { confidence < FaceQuality.minimumConfidence }
}

/// Seconds spent on each step from a photo to embeddings.
public struct StageTimings: Sendable {
  /// Decoding the surroundings of faces anew, at full size.
  public var decode = 0.0
  /// Detecting boxes and landmarks.
  public var detect = 0.0
  /// Placing dlib's landmarks, for its embedding.
  public var landmarks = 0.0
  /// Cutting chips out and embedding them.
  public var embed = 0.0

  /// Nothing spent yet.
  public init() {}
}
