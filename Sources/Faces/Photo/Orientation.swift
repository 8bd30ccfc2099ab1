import LikenessCore

/// How a photo lies in its file, by its EXIF number, and what makes it upright.
package enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case mirroredUpsideDown
  case mirroredLeft
  case left
  case mirroredRight
  case right

  /// Whether to swap left and right before turning.
  package var isMirrored: Bool {
    switch self {
    case .mirrored, .mirroredUpsideDown, .mirroredLeft, .mirroredRight: true
    case .upright, .upsideDown, .left, .right: false
    }
  }

  /// Clockwise quarter turns, after mirroring.
  package var quarterTurns: Int {
    switch self {
    case .upright, .mirrored: 0
    case .left, .mirroredRight: 1
    case .upsideDown, .mirroredUpsideDown: 2
    case .right, .mirroredLeft: 3
    }
  }

  /// Where a rectangle of the upright image lies in the image as it is stored, of a width and a height.
  func stored(_ area: PhotoRectangle, width: Int, height: Int) -> PhotoRectangle {
    // Turned back first, then mirrored back.
    var stored =
      switch quarterTurns {
      case 1:
        PhotoRectangle(
          x: area.y, y: height - area.x - area.width, width: area.height, height: area.width)
      case 2:
        PhotoRectangle(
          x: width - area.x - area.width, y: height - area.y - area.height, width: area.width,
          height: area.height)
      case 3:
        PhotoRectangle(
          x: width - area.y - area.height, y: area.x, width: area.height, height: area.width)
      default: area
      }
    if isMirrored { stored.x = width - stored.x - stored.width }
    return stored
  }

  /// Where a box of the image as it is stored lies in the upright one, both in parts of their sides, from 0 to 1.
  package func upright(_ box: Box) -> Box {
    var upright = box
    if isMirrored { upright.x = 1 - upright.x - upright.width }
    for _ in 0..<quarterTurns { upright = Self.turned(upright) }
    return upright
  }

  /// Where a box of the upright image lies in the one that is stored, both in parts of their sides, from 0 to 1.
  package func stored(_ box: Box) -> Box {
    var stored = box
    for _ in 0..<(4 - quarterTurns) % 4 { stored = Self.turned(stored) }
    if isMirrored { stored.x = 1 - stored.x - stored.width }
    return stored
  }

  /// A quarter clockwise.
  private static func turned(_ box: Box) -> Box {
    Box(x: 1 - box.y - box.height, y: box.x, width: box.height, height: box.width)
  }
}
