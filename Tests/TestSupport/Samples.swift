import Faces
import Foundation

/// The sample photos that set-up unpacks.
public enum Samples {
  /// Their folder: `$LIKENESS_SAMPLES`, or where `Scripts/setup` puts them.
  public static let folder: URL = {
    let folder = StandardFolders.samples
    precondition(
      FileManager.default.fileExists(atPath: folder.path),
      "the sample photos are missing from \(folder.path): run Scripts/setup")
    return folder
  }()

  public static func photo(_ name: String) -> URL { folder.appendingPathComponent(name) }

  /// Two sample photos beside each other, as a JPEG.
  /// - Parameter side: the longer side of each, in pixels.
  public static func together(_ left: String, _ right: String, side: Int = 600) throws -> Data {
    let (left, right) = (
      try Photo.load(contentsOf: photo(left)).fitted(longestSide: side),
      try Photo.load(contentsOf: photo(right)).fitted(longestSide: side)
    )
    var canvas = Canvas(width: left.width + right.width, height: max(left.height, right.height))
    canvas.draw(left, x: 0, y: 0)
    canvas.draw(right, x: left.width, y: 0)
    return try canvas.photo().jpegData(quality: 92)
  }
}
