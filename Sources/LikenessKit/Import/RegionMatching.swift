import GalleryCore
import LikenessCore

/// Which face of a photo each named box is, one to one.
enum RegionMatching {
  /// Boxes of other programs are tighter or wider than those of this detector, often the whole head.
  private static let leastOverlap = 0.2

  /// - Parameters:
  ///   - boxes: in pixels of the upright photo.
  ///   - faces: likewise.
  /// - Returns: the place of each box's face, nil for none, `(boxes,)`. Box and face share a fifth of what they cover together, or the
  ///   middle of each lies in the other; those that share most in all go together.
  static func faces(of boxes: [Box], among faces: [Box]) -> [Int?] {
    guard !boxes.isEmpty, !faces.isEmpty else { return boxes.map { _ in nil } }
    let scores = boxes.map { box in
      faces.map { face in
        let overlap = box.overlap(face)
        let isSame =
          overlap >= leastOverlap || (box.contains(face.center) && face.contains(box.center))
        return isSame ? 0.01 + overlap : 0
      }
    }
    let table = scores.map { $0 + [Double](repeating: 0, count: boxes.count) }
    return OptimalAssignment.columns(maximizing: table).enumerated().map { row, column in
      column < faces.count && scores[row][column] > 0 ? column : nil
    }
  }
}
