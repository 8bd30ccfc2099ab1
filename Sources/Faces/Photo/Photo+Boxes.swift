import LikenessCore

extension Box {
  /// The same to tenths of a pixel, as answers in JSON give it.
  public var inTenths: Box {
    func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    return Box(x: tenth(x), y: tenth(y), width: tenth(width), height: tenth(height))
  }
}

extension PhotoRectangle {
  /// A box in whole pixels: each of its four numbers in tenths of a pixel rounded, halves to the even neighbour.
  ///
  /// Code that reads a box from an answer in JSON and rounds its numbers with Python's or NumPy's `round` has the same
  /// rectangle.
  /// Coordinates are clamped to ±1e9 pixels, beyond any photo.
  /// - Precondition: its numbers are finite.
  public init(_ box: Box) {
    func whole(_ value: Double) -> Int {
      Int(max(-1e9, min(1e9, value.rounded(.toNearestOrEven))))
    }
    let box = box.inTenths
    self.init(x: whole(box.x), y: whole(box.y), width: whole(box.width), height: whole(box.height))
  }
}

extension Photo {
  /// The pixels of boxes at the file's own resolution, `image[top:bottom, left:right]` of the upright image.
  ///
  /// What a box has outside of the photo is left out. The file of a photo that was shrunk while it was loaded is decoded
  /// once more, and only the boxes are kept of it.
  /// - Parameter boxes: in pixels of the photo at full size, as faces have them.
  /// - Returns: a photo for each box; nil where nothing of it lies inside.
  /// - Throws: `PhotoError` where the file of a shrunk photo can no longer be decoded.
  /// - Precondition: the photo is as it was loaded, or holds all of its pixels.
  public func crops(of boxes: [Box]) throws(PhotoError) -> [Photo?] {
    let areas = boxes.map { PhotoRectangle($0) }
    guard (width, height) != (fullWidth, fullHeight) else { return areas.map { cropped(to: $0) } }
    guard let original else { preconditionFailure("a photo without its file") }
    let whole = PhotoRectangle(x: 0, y: 0, width: fullWidth, height: fullHeight)
    let inside = areas.map { $0.intersection(whole) }
    var crops = try original.photos(of: inside.compactMap(\.self))[...]
    return inside.map { $0 == nil ? nil : crops.removeFirst() }
  }
}

extension PhotoRectangle {
  /// What both cover; nil where that is nothing.
  fileprivate func intersection(_ other: PhotoRectangle) -> PhotoRectangle? {
    let (left, top) = (max(x, other.x), max(y, other.y))
    let right = min(x + width, other.x + other.width)
    let bottom = min(y + height, other.y + other.height)
    guard right > left, bottom > top else { return nil }
    return PhotoRectangle(x: left, y: top, width: right - left, height: bottom - top)
  }
}
