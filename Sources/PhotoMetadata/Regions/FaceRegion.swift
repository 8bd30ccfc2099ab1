import Faces
import LikenessCore

/// A face that a program marked in a photo, as it is written in the photo's file or beside it.
public struct FaceRegion: Sendable, Equatable {
  /// Where regions are written.
  public enum Origin: String, Sendable, Codable, CaseIterable {
    /// `mwg-rs:Regions` of the Metadata Working Group: Lightroom, digiKam, Apple's Photos and others.
    case mwg
    /// `MP:RegionInfo` of Microsoft: Windows Photo Gallery, digiKam.
    case microsoft
    /// `.picasa.ini` in the photo's folder.
    case picasa
  }

  /// Of what picture a region's place is.
  package enum Frame: Sendable, CaseIterable {
    /// Of the image as it is stored, before it is turned as EXIF says: what most programs write.
    case stored
    /// Of the upright photo: what Picasa writes.
    case upright
  }

  /// Whom the face shows; nil where nobody said it.
  public var name: String?
  /// In parts of the picture's width and height, from 0 to 1.
  public var box: Box
  /// Where it is written.
  public var origin: Origin
  /// The width and height, in pixels, of the picture that it was marked in; nil where that is not said.
  public var appliedTo: Size?

  /// The sides of a picture, in pixels.
  public struct Size: Sendable, Equatable {
    /// The width.
    public var width: Double
    /// The height.
    public var height: Double

    /// A picture's size.
    public init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

    var turned: Size { Size(width: height, height: width) }

    /// Whether one is the other at another scale, to within 2 %: small pictures have whole pixels, too.
    func hasShape(of other: Size) -> Bool {
      guard width > 0, height > 0, other.width > 0, other.height > 0 else { return false }
      let ratio = (width / height) / (other.width / other.height)
      return ratio > 0.98 && ratio < 1 / 0.98
    }
  }

  /// A region of a photo.
  public init(name: String?, box: Box, origin: Origin, appliedTo: Size? = nil) {
    (self.name, self.box, self.origin, self.appliedTo) = (name, box, origin, appliedTo)
  }

  /// Whether it is the place of another one: both cover half of the same.
  func isSamePlace(as other: FaceRegion) -> Bool { box.isSamePlace(as: other.box) }
}

extension FaceRegion.Frame {
  /// Where a region lies in the upright photo, in its pixels.
  /// - Parameter size: of the upright photo.
  func pixels(of box: Box, of size: FaceRegion.Size, _ orientation: Orientation) -> Box {
    let box = self == .upright ? box : orientation.upright(box)
    return Box(
      x: box.x * size.width, y: box.y * size.height, width: box.width * size.width,
      height: box.height * size.height)
  }

  /// The region of a box of the upright photo, in parts of the sides.
  /// - Parameter size: of the upright photo.
  func region(of box: Box, of size: FaceRegion.Size, _ orientation: Orientation) -> Box {
    // What stands out of the picture is cut off: other programs refuse it.
    let left = max(0, box.x / size.width)
    let top = max(0, box.y / size.height)
    let part = Box(
      x: left, y: top, width: min(1, (box.x + box.width) / size.width) - left,
      height: min(1, (box.y + box.height) / size.height) - top)
    return self == .upright ? part : orientation.stored(part)
  }
}
