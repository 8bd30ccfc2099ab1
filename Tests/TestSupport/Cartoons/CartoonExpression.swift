/// What a cartoon face shows, under the names that JAFFE's photos have.
public enum CartoonExpression: String, CaseIterable, Sendable {
  case angry = "AN"
  case disgusted = "DI"
  case fearful = "FE"
  case happy = "HA"
  case neutral = "NE"
  case sad = "SA"
  case surprised = "SU"

  /// How the parts of a face move; 0 is at rest.
  struct Pose {
    /// How far the inner and outer ends of the brows go up.
    var innerBrow = 0.0
    var outerBrow = 0.0
    /// How far the eyes are open, from their rest at 1.
    var eyes = 1.0
    /// How far the corners of the mouth go up.
    var corners = 0.0
    /// How far the mouth is open.
    var mouth = 0.0
    /// The mouth's width, from its rest at 1.
    var mouthWidth = 1.0
    /// How far the upper lip and the nose are drawn up.
    var sneer = 0.0

    /// The same with all movements times a factor.
    func scaled(_ factor: Double) -> Pose {
      Pose(
        innerBrow: innerBrow * factor, outerBrow: outerBrow * factor,
        eyes: 1 + (eyes - 1) * factor, corners: corners * factor, mouth: mouth * factor,
        mouthWidth: 1 + (mouthWidth - 1) * factor, sneer: sneer * factor)
    }
  }

  var pose: Pose {
    switch self {
    case .angry:
      Pose(innerBrow: -0.11, outerBrow: 0.07, eyes: 0.75, corners: -0.04, mouthWidth: 0.85)
    case .disgusted:
      Pose(
        innerBrow: -0.07, outerBrow: -0.03, eyes: 0.55, corners: -0.07, mouth: 0.04,
        mouthWidth: 0.9, sneer: 1)
    case .fearful:
      Pose(
        innerBrow: 0.12, outerBrow: 0.02, eyes: 1.4, corners: -0.06, mouth: 0.09, mouthWidth: 1.15)
    case .happy:
      Pose(outerBrow: 0.02, eyes: 0.8, corners: 0.12, mouth: 0.08, mouthWidth: 1.25)
    case .neutral: Pose()
    case .sad:
      Pose(innerBrow: 0.1, outerBrow: -0.06, eyes: 0.7, corners: -0.1, mouthWidth: 0.85)
    case .surprised:
      Pose(innerBrow: 0.12, outerBrow: 0.13, eyes: 1.45, mouth: 0.2, mouthWidth: 0.65)
    }
  }
}
