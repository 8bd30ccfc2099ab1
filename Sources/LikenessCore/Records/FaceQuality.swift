/// How well a face can be judged: what to consider before trusting an answer.
public struct FaceQuality: Sendable, Hashable, Codable {
  /// The face's width in pixels of the file.
  public var size: Double
  /// How sharp the edges in the face chip are: the standard deviation of its Laplacian, in grey values.
  /// On LFW it goes from 4 to 13; a face blown up from 12 pixels has about 1.
  public var sharpness: Double
  /// How far the head is turned to a side, roughly, in degrees.
  public var yaw: Double
  /// How far it is raised or lowered, roughly, in degrees.
  public var pitch: Double
  /// How far it is tilted in the picture, in degrees.
  public var roll: Double
  /// The part of the box that lies inside of the frame, from 0 to 1.
  public var inside: Double

  /// The probability that this is a face at all, from 0 to 1; nil where it was not measured, as for faces that
  /// earlier versions added.
  public var confidence: Double?

  /// The mean luma of the middle of the face chip, in grey values from 0 (black) to 255; nil where it was not measured, as for
  /// faces that earlier versions added.
  public var brightness: Double?
  /// The standard deviation of the luma there, in grey values; nil likewise.
  public var contrast: Double?

  /// All of it in one figure from 0 (useless) to 1 (a passport photo).
  public var overall: Double {
    let ramp = Self.ramp
    return ramp(size, 12, 64) * ramp(sharpness, 1.2, 6)
      * ramp(abs(yaw), 90, 35) * ramp(abs(pitch), 80, 30) * ramp(inside, 0.3, 0.9)
      * (confidence ?? 1)
  }

  /// How well the face is lit, from 0 (too dark, too bright or without contrast to see anything) to 1; 1 where it was not
  /// measured. The faces of the sample photos have a brightness from 94 to 149 and a contrast from 25 to 51.
  public var lighting: Double {
    guard let brightness, let contrast else { return 1 }
    return Self.ramp(brightness, 15, 75) * Self.ramp(brightness, 245, 200)
      * Self.ramp(contrast, 6, 24)
  }

  /// From 0 at one value to 1 at another.
  private static func ramp(_ value: Double, _ from: Double, _ to: Double) -> Double {
    min(1, max(0, (value - from) / (to - from)))
  }

  /// Detections of less confidence are doubtful: of 700 photos without people, about one in a hundred has a detection of more.
  public static let minimumConfidence = 0.8

  /// Whether this may not be a face at all. Doubtful detections are kept and marked, and answer no question unless asked for.
  public var isDoubtful: Bool { confidence.map { $0 < Self.minimumConfidence } ?? false }

  /// Below this overall quality an answer is a guess: `verify` then says "too poor to judge".
  public static let judgeable = 0.08

  /// From measurements that were made before.
  public init(
    size: Double, sharpness: Double, yaw: Double, pitch: Double, roll: Double, inside: Double,
    confidence: Double? = nil, brightness: Double? = nil, contrast: Double? = nil
  ) {
    self.size = size
    self.sharpness = sharpness
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.inside = inside
    self.confidence = confidence
    self.brightness = brightness
    self.contrast = contrast
  }
}
