import LikenessCore

extension FaceQuality {
  /// Whether an answer about the face is more than a guess.
  public var isJudgeable: Bool { overall >= Self.judgeable }

  /// What a person should know before trusting an answer about the face, the worst first.
  public var remarks: [String] {
    var remarks: [String] = []
    if isDoubtful { remarks.append("doubtful") }
    if size < 40 { remarks.append("only \(Int(size.rounded())) pixels wide") }
    if sharpness < 3 { remarks.append("blurred") }
    if abs(yaw) > 40 { remarks.append("turned to the side") }
    if abs(roll) > 25 { remarks.append("tilted") }
    if inside < 0.9 { remarks.append("cut off by the frame") }
    return remarks
  }
}
