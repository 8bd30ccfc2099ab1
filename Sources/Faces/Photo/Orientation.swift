/// How a photo lies in its file, by its EXIF number, and what makes it upright.
enum Orientation: Int, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  case mirroredLeft
  case left
  case mirroredRight
  case right

  /// Whether to swap left and right before turning.
  var isMirrored: Bool {
    switch self {
    case .mirrored, .mirroredUpsideDown, .mirroredLeft, .mirroredRight: true
    case .upright, .upsideDown, .left, .right: false
    }
  }

  /// Clockwise quarter turns, after mirroring.
  var quarterTurns: Int {
    switch self {
    case .upright, .mirrored: 0
    case .left, .mirroredRight: 1
    case .upsideDown, .mirroredUpsideDown: 2
    case .right, .mirroredLeft: 3
    }
  }
}
