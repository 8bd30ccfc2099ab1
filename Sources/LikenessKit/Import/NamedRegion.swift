import LikenessCore

/// A box of a photo, and whose face somebody said is in it.
public struct NamedRegion: Sendable, Hashable {
  /// What the numbers of a box count.
  public enum Unit: Sendable, Hashable {
    /// Parts of the photo's width and height, from 0 to 1.
    case parts
    /// Pixels of the photo at full size.
    case pixels
  }

  /// Whose face it is.
  public var name: String
  /// Where it is in the upright photo.
  public var box: Box
  /// What the numbers of `box` count.
  public var unit: Unit

  /// A name with a box of the upright photo.
  public init(name: String, box: Box, unit: Unit = .parts) {
    (self.name, self.box, self.unit) = (name, box, unit)
  }

  /// The box in pixels of the upright photo at full size.
  package func box(inPhotoOf width: Int, _ height: Int) -> Box {
    guard unit == .parts else { return box }
    return Box(
      x: box.x * Double(width), y: box.y * Double(height), width: box.width * Double(width),
      height: box.height * Double(height))
  }

  /// Whether the numbers are finite and the box has an area.
  package var isUsable: Bool {
    [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite) && box.width > 0 && box.height > 0
  }
}
