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
}

extension Orientation {
  /// The orientation in a block of EXIF data, which is laid out as a TIFF file.
  /// - Returns: nil where it says none.
  init?(exif bytes: UnsafeRawBufferPointer.SubSequence) {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    guard bytes.count >= 8, bytes[0] == bytes[1], bytes[0] == 0x49 || bytes[0] == 0x4D else {
      return nil
    }
    let isLittle = bytes[0] == 0x49
    func number(_ at: Int, _ count: Int) -> Int {
      guard at + count <= bytes.count else { return 0 }
      return (0..<count).reduce(0) { $0 << 8 | Int(bytes[at + (isLittle ? count - 1 - $1 : $1)]) }
    }
    let directory = number(4, 4)
    for entry in 0..<number(directory, 2) {
      let at = directory + 2 + entry * 12
      guard number(at, 2) == 0x0112 else { continue }
      self.init(rawValue: number(at + 8, 2))
      return
    }
    return nil
  }

  /// The orientation in a PNG's `eXIf` chunk, which libvips does not read.
  /// - Returns: nil where there is none.
  init?(png bytes: UnsafeRawBufferPointer) {
    var at = 8
    while at + 12 <= bytes.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) }
      guard length <= bytes.count - at - 12 else { return nil }
      if bytes[(at + 4)..<(at + 8)].elementsEqual("eXIf".utf8) {
        self.init(exif: bytes[(at + 8)..<(at + 8 + length)])
        return
      }
      at += 12 + length
    }
    return nil
  }
}
