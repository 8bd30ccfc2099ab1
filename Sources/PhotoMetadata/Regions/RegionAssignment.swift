import Faces
import LikenessCore

/// Which of a photo's faces its regions name.
package struct RegionAssignment: Sendable, Equatable {
  /// The names, by the faces' places.
  package private(set) var names: [Int: String] = [:]
  /// Names of regions in which no face lies, or that are of a picture of another shape.
  package private(set) var unplaced: [String] = []
  /// Whether a region is of a picture of another shape: the photo was cropped since.
  package private(set) var isCropped = false

  /// Each region names one face at most, and each face is named by one: the pairs that share most come first.
  ///
  /// Where a region's picture may be the stored or the upright one, it is the one in which more regions have a face; the
  /// one that its program usually means where both are alike.
  /// - Parameters:
  ///   - faces: the faces' boxes, in pixels of the upright photo at full size.
  ///   - width: of that photo, as its height.
  package init(
    _ regions: [FaceRegion], faces: [Box], width: Int, height: Int, orientation: Orientation
  ) {
    guard width > 0, height > 0 else { return }
    let upright = FaceRegion.Size(width: Double(width), height: Double(height))
    let stored = orientation.quarterTurns % 2 == 0 ? upright : upright.turned
    var pairs: [BoxPair] = []
    for origin in FaceRegion.Origin.allCases {
      let own = regions.indices.filter { regions[$0].origin == origin }
      guard let first = own.first else { continue }
      let size = regions[first].appliedTo
      let frames = (origin == .picasa ? [FaceRegion.Frame.upright, .stored] : [.stored, .upright])
        .filter { frame in
          size.map { $0.hasShape(of: frame == .upright ? upright : stored) } ?? true
        }
      if frames.isEmpty { isCropped = true }
      let found = frames.map { frame in
        own.flatMap { index in
          Self.pairs(
            of: frame.pixels(of: regions[index].box, of: upright, orientation), at: index, faces)
        }
      }
      let counts = found.map { Set($0.map(\.first)).count }
      if let most = counts.max(), let best = counts.firstIndex(of: most) { pairs += found[best] }
    }
    let faceOf = pairs.oneToOne
    for (region, face) in faceOf {
      if let name = regions[region].name { names[face] = name }
    }
    let given = Set(names.values)
    for (index, region) in regions.enumerated() where faceOf[index] == nil {
      if let name = region.name, !given.contains(name), !unplaced.contains(name) {
        unplaced.append(name)
      }
    }
  }

  /// The face of each of some boxes, by their places, all in the same pixels.
  static func faces(of boxes: [Box], among faces: [Box]) -> [Int: Int] {
    boxes.enumerated().flatMap { index, box in pairs(of: box, at: index, faces) }.oneToOne
  }

  /// A box, by its place, with the faces that it may be of. Programs draw a head with hair and chin, or eyes and mouth
  /// alone: then one lies in the other.
  private static func pairs(of box: Box, at index: Int, _ faces: [Box]) -> [BoxPair] {
    faces.enumerated().compactMap { place, face in
      let overlap = face.overlap(box)
      let smaller = min(face.area, box.area)
      guard smaller > 0 else { return nil }
      let isWithin =
        face.intersection(box).area >= 0.75 * smaller
        && smaller >= max(face.area, box.area) / 8
        && box.contains(face.center) && face.contains(box.center)
      return overlap >= 0.3 || isWithin
        ? BoxPair(share: overlap, first: index, second: place) : nil
    }
  }
}
