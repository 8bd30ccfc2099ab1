import Foundation
import LikenessCore

/// At which sizes, and in which parts, a photo is shown to a detector.
struct ScanPlan: Sendable, Equatable {
  /// The photo at one size.
  struct Level: Sendable, Equatable {
    /// Pixels of the level for one of the photo: a power of a half, or more than 1 where the photo is enlarged.
    var scale: Double
    /// How often the photo is halved for it.
    var depth: Int
    /// Left edges and top edges of the tiles in which it is shown, and their size in pixels of the level.
    var columns: [Int]
    var rows: [Int]
    var tileWidth: Int
    var tileHeight: Int
    var width: Int
    var height: Int

    init(width: Int, height: Int, scale: Double, depth: Int) {
      (self.width, self.height, self.scale, self.depth) = (width, height, scale, depth)
      (columns, tileWidth) = Self.tiles(along: width)
      (rows, tileHeight) = Self.tiles(along: height)
    }

    /// The longest side that is shown in one piece.
    private static let longestPiece = 704
    private static let tile = 640
    /// What neighbouring tiles share: room for a face of the size that only this level shows well.
    private static let overlap = 64

    private static func tiles(along length: Int) -> (starts: [Int], side: Int) {
      guard length > longestPiece else { return ([0], length.rounded(upTo: FaceGrid.granularity)) }
      let count = (length - overlap + tile - overlap - 1) / (tile - overlap)
      let side = ((length + (count - 1) * overlap + count - 1) / count).rounded(
        upTo: FaceGrid.granularity)
      // The last tile may reach beyond the photo, which is black there.
      return ((0..<count).map { $0 * (length - side) / (count - 1) }, side)
    }

    /// Whether a tile shows a face whole, and at a size at which the detector is good.
    /// - Parameter box: in pixels of the photo.
    func shows(_ box: Box) -> Bool {
      let width = box.area.squareRoot() * scale
      guard width >= 13, width <= 220 else { return false }
      return Self.holds(columns, tileWidth, self.width, box.x * scale, box.width * scale)
        && Self.holds(rows, tileHeight, height, box.y * scale, box.height * scale)
    }

    private static func holds(
      _ starts: [Int], _ side: Int, _ length: Int, _ start: Double, _ extent: Double
    ) -> Bool {
      starts.contains { tile in
        (tile == 0 || start >= Double(tile) + 1)
          && (tile + side >= length || start + extent <= Double(tile + side) - 1)
      }
    }

    /// Whether a tile cuts a face that it shows in part; its neighbour or the next level shows it whole.
    /// - Parameter box: in pixels of the level.
    func cuts(_ box: Box, column: Int, row: Int) -> Bool {
      (column > 0 && box.x < Double(column) + 1)
        || (row > 0 && box.y < Double(row) + 1)
        || (column + tileWidth < width && box.x + box.width > Double(column + tileWidth) - 1)
        || (row + tileHeight < height && box.y + box.height > Double(row + tileHeight) - 1)
    }
  }

  /// Halves of the photo, the largest first.
  var levels: [Level]
  /// The width from which faces are found, in pixels of the photo.
  var smallestFace: Double

  /// The width of a face from which the detector finds it.
  static let smallestVisible = 12.0
  /// In a photo whose shorter side is this long, the largest face has a size at which the detector is good.
  private static let smallestSide = 160
  /// Narrower strips cannot show a face.
  private static let narrowest = 8

  /// - Parameter smallestFace: the minimum width of faces to detect, in pixels of the photo.
  init(width: Int, height: Int, smallestFace: Double) {
    var depth = 0
    while Self.smallestVisible * Double(2 << depth) <= smallestFace { depth += 1 }
    levels = []
    self.smallestFace = Self.smallestVisible * Double(1 << depth)
    while min(width >> depth, height >> depth) >= Self.narrowest {
      levels.append(
        Level(
          width: width >> depth, height: height >> depth, scale: 1 / Double(1 << depth),
          depth: depth))
      if min(width, height) >> depth <= Self.smallestSide { break }
      depth += 1
    }
  }

  /// The photo enlarged, for a closer look at faces that are small in a small photo; nil where that would be too large.
  static func enlarged(width: Int, height: Int) -> Level? {
    let most = 2_097_152.0
    let scale = min(2, (most / Double(width * height)).squareRoot())
    guard scale >= 1.15 else { return nil }
    return Level(
      width: Int((Double(width) * scale).rounded()),
      height: Int((Double(height) * scale).rounded()),
      scale: scale, depth: 0)
  }
}

extension Int {
  /// The next multiple of a step.
  func rounded(upTo step: Int) -> Int { (self + step - 1) / step * step }
}
