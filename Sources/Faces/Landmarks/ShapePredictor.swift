import CKernels
import Foundation
import LikenessCore

/// dlib's landmark finder: a cascade of regression trees over pixel differences.
/// Kazemi and Sullivan, "One millisecond face alignment with an ensemble of regression trees" (2014).
final class ShapePredictor: Sendable {
  private struct Cascade: Sendable {
    /// As `ck_add_tree_leaves` wants them; a leaf holds `2 × points` numbers.
    var splits: [ck_split]
    var leaves: [Float]
    var treeCount: Int
    var depth: Int
    /// The pixels that are compared: nearest landmark, and the offset from it.
    var anchors: [Int32]
    /// x and y in turn.
    var offsets: [Float]
  }

  private let initialShape: [Float]
  private let cascades: [Cascade]
  private let maximumPixelCount: Int

  /// Reads a `shape_predictor_5_face_landmarks.dat`.
  init(dlib data: Data) throws(ModelFileError) {
    var reader = DlibReader(data)
    _ = try reader.expect(1, as: "a shape predictor")
    initialShape = try reader.matrix()
    let values = initialShape.count
    guard values == 10 else {
      throw .malformed("a shape of \(values / 2) points instead of 5", offset: reader.offset)
    }
    var forests: [(splits: [ck_split], leaves: [Float], trees: Int, splitCount: Int)] = []
    for _ in 0..<(try reader.count()) {
      let trees = try reader.count()
      var splits: [ck_split] = []
      var leaves: [Float] = []
      var splitCount = 0
      for tree in 0..<trees {
        let count = try reader.count()
        if tree == 0 { splitCount = count }
        // Complete trees only: 2^depth - 1 nodes.
        guard count == splitCount, count < 1 << 16, (count + 1) & count == 0 else {
          throw .malformed("a tree of \(count) nodes", offset: reader.offset)
        }
        for _ in 0..<count {
          let (first, second) = (try reader.count(), try reader.count())
          splits.append(
            ck_split(
              first: UInt16(clamping: first), second: UInt16(clamping: second),
              threshold: Float(try reader.float())))
        }
        guard try reader.count() == count + 1 else {
          throw .malformed("the leaves of a tree", offset: reader.offset)
        }
        for _ in 0...count {
          let leaf = try reader.matrix()
          guard leaf.count == values else {
            throw .malformed("a leaf of \(leaf.count) numbers", offset: reader.offset)
          }
          leaves += leaf
        }
      }
      forests.append((splits, leaves, trees, splitCount))
    }
    var anchors: [[Int32]] = []
    for _ in 0..<(try reader.count()) {
      var list: [Int32] = []
      for _ in 0..<(try reader.count()) {
        let anchor = try reader.integer()
        guard (0..<5).contains(anchor) else {
          throw .malformed("anchor \(anchor)", offset: reader.offset)
        }
        list.append(Int32(anchor))
      }
      anchors.append(list)
    }
    var offsets: [[Float]] = []
    for _ in 0..<(try reader.count()) {
      var list: [Float] = []
      for _ in 0..<2 * (try reader.count()) {
        list.append(Float(try reader.float()))
      }
      offsets.append(list)
    }
    guard reader.isAtEnd, anchors.count == forests.count, offsets.count == forests.count,
      zip(anchors, offsets).allSatisfy({ 2 * $0.count == $1.count }),
      zip(forests, anchors).allSatisfy({ forest, list in
        list.count <= UInt16.max
          && forest.splits.allSatisfy { $0.first < list.count && $0.second < list.count }
      })
    else { throw .malformed("the end of the shape predictor", offset: reader.offset) }
    cascades = zip(forests, zip(anchors, offsets)).map { forest, pixels in
      Cascade(
        splits: forest.splits, leaves: forest.leaves, treeCount: forest.trees,
        depth: (forest.splitCount + 1).trailingZeroBitCount, anchors: pixels.0, offsets: pixels.1)
    }
    maximumPixelCount = anchors.map(\.count).max() ?? 0
  }

  /// Finds the landmarks of the face in a box.
  /// - Parameters:
  ///   - box: square, as large as dlib's HOG detector would draw it.
  ///   - roll: how far the face is tilted in the picture, in radians; the box is turned with it.
  func landmarks(in photo: Photo, box: Box, roll: Double = 0) -> DlibLandmarks {
    // dlib's rectangles include their last pixel: the unit square spans one pixel less than the box.
    let (width, height) = (box.width - 1, box.height - 1)
    let center = Point(x: box.x + width / 2, y: box.y + height / 2)
    var toPhoto = AffineTransform(a: width, b: 0, tx: box.x, c: 0, d: height, ty: box.y)
    if roll != 0 {
      let turn = AffineTransform.rotation(roll, about: center)
      let origin = turn(Point(x: box.x, y: box.y))
      toPhoto = AffineTransform(
        a: turn.a * width, b: turn.b * height, tx: origin.x,
        c: turn.c * width, d: turn.d * height, ty: origin.y)
    }
    var shape = initialShape
    withUnsafeTemporaryAllocation(of: Float.self, capacity: maximumPixelCount) { intensities in
      for cascade in cascades {
        let map = Self.similarity(from: initialShape, to: shape)
        ck_shape_features(
          photo.pixels, photo.width, photo.height, photo.width * 3, shape, cascade.anchors,
          cascade.offsets, cascade.anchors.count, map.a, map.c, toPhoto.rows,
          intensities.baseAddress!)
        ck_add_tree_leaves(
          cascade.splits, cascade.leaves, cascade.treeCount, cascade.depth,
          intensities.baseAddress!, shape.count, &shape)
      }
    }
    // Whole pixels, as dlib gives them: the embedding network was trained on chips cut from such, and
    // on LFW fractions cost 0.8 points of TAR at FAR 1e-3.
    return DlibLandmarks(
      (0..<5).map { index in
        let place = toPhoto(
          Point(x: Double(shape[2 * index]), y: Double(shape[2 * index + 1])))
        return Point(x: (place.x + 0.5).rounded(.down), y: (place.y + 0.5).rounded(.down))
      })
  }

  /// The upright box in which the landmarks would lie where the predictor expects them.
  func box(around landmarks: DlibLandmarks) -> Box {
    let expected = (0..<5).map {
      Point(x: Double(initialShape[2 * $0]), y: Double(initialShape[2 * $0 + 1]))
    }
    let map = AffineTransform.similarity(from: expected, to: landmarks.points)
    // The unit square spans one pixel less than the box, as in `landmarks(in:box:roll:)`.
    let center = map(Point(x: 0.5, y: 0.5))
    return Box(center: center + Point(x: 0.5, y: 0.5), side: map.scale + 1)
  }

  /// Rotation and scale from one shape to another, `a` and `c` of a similarity.
  private static func similarity(from: [Float], to: [Float]) -> (a: Float, c: Float) {
    func points(_ shape: [Float]) -> [Point] {
      (0..<shape.count / 2).map { Point(x: Double(shape[2 * $0]), y: Double(shape[2 * $0 + 1])) }
    }
    let map = AffineTransform.similarity(from: points(from), to: points(to))
    return (Float(map.a), Float(map.c))
  }
}
