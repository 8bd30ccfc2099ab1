import CKernels
import Foundation

/// MediaPipe's BlazeFace detector.
///
/// The network sees a square of fixed size; a large photo is shown to it whole and in overlapping
/// tiles, so that small faces are large enough in one of them.
/// Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019).
final class BlazeFace: FaceDetector {
  /// The side of the square that the network sees, in pixels.
  private static let side = 128
  /// Where dlib's HOG box lies in BlazeFace's: the shift of its middle, in widths. Medians over LFW,
  /// where the widths are equal.
  private static let boxShift = Point(x: -0.042, y: -0.056)
  /// How many times as wide as the smallest face that is found in it a view may be.
  private static let reach = 8.0
  /// The width in pixels of the square from which a face's box is good: half of what `reach` wants.
  private static let fewestPixels = 8.0
  /// What scores less does not help to place a box either.
  private static let supportingScore: Float = 0.3
  /// What scores less is looked at again.
  private static let certainScore: Float = 0.8
  /// What the second look must give.
  private static let confirmingScore: Float = 0.7

  /// Where each candidate is anchored, in units of the square: two at every eighth pixel, six at every
  /// sixteenth.
  private static let anchors = grid(16, each: 2) + grid(8, each: 6)

  private static func grid(_ cells: Int, each copies: Int) -> [Point] {
    var anchors: [Point] = []
    for index in 0..<cells * cells {
      let x = (Double(index % cells) + 0.5) / Double(cells)
      let y = (Double(index / cells) + 0.5) / Double(cells)
      anchors += Array(repeating: Point(x: x, y: y), count: copies)
    }
    return anchors
  }

  /// A square of the photo that is shown to the network.
  private struct View {
    var x: Double
    var y: Double
    var side: Double
    /// A tile does not see what it cuts; the whole photo does.
    var isTile = false
  }

  private let request: InferenceRequest
  private let minimumScore: Float
  private let smallestFace: Double

  /// - Parameters:
  ///   - model: the compiled short range network, 128 × 128.
  ///   - minimumScore: what scores less is no face, from 0 to 1.
  ///   - smallestFace: the width in pixels from which faces are looked for.
  init(model: CompiledModel, minimumScore: Float, smallestFace: Double) throws {
    self.minimumScore = minimumScore
    self.smallestFace = smallestFace
    request = try model.request(input: [1, Self.side, Self.side, 3], .float32)
  }

  func detect(in photo: Photo) throws -> [Detection] {
    let pyramid = HalvingPyramid(photo)
    let (width, height) = (Double(photo.width), Double(photo.height))
    let side = max(width, height)
    var found = try detect(
      View(x: (width - side) / 2, y: (height - side) / 2, side: side), in: pyramid)
    for tile in tiles(of: photo) { found += try detect(tile, in: pyramid) }
    if !found.contains(where: { $0.score >= minimumScore }) {
      // A face that fills the frame is larger than those the network learnt: step back.
      found += try detect(
        View(x: width / 2 - side, y: height / 2 - side, side: 2 * side), in: pyramid)
    }
    return try found.mergedByOverlap(0.3, minimumScore: minimumScore).filter {
      try $0.score >= Self.certainScore || isConfirmed($0, in: pyramid)
    }
  }

  /// A second look from close by, where a true face scores higher than from afar and a chance pattern
  /// does not.
  private func isConfirmed(_ doubtful: Detection, in pyramid: HalvingPyramid) throws -> Bool {
    let around = Box(center: doubtful.box.center, side: 2.5 * doubtful.box.width)
    return try detect(View(x: around.x, y: around.y, side: around.width), in: pyramid).contains {
      $0.score >= max(minimumScore, Self.confirmingScore) && $0.box.overlap(doubtful.box) > 0.3
    }
  }

  /// Tiles in which the smallest face is large enough, and where the photo is much larger, sizes between
  /// them and the whole.
  private func tiles(of photo: Photo) -> [View] {
    let (width, height) = (Double(photo.width), Double(photo.height))
    let whole = max(width, height)
    let smallest = smallestFace * Self.reach
    guard whole > smallest else { return [] }
    // A face that is too large for the overlap of tiles must be large enough for the size above.
    let levels = (log(whole / smallest) / log(Self.reach / 2)).rounded(.up)
    let ratio = pow(whole / smallest, 1 / levels)
    var views: [View] = []
    for level in 1...Int(levels) {
      let side = whole / pow(ratio, Double(level))
      let columns = Self.starts(of: side, along: width)
      for y in Self.starts(of: side, along: height) {
        views += columns.map { View(x: $0, y: y, side: side, isTile: true) }
      }
    }
    return views
  }

  /// Where tiles of a side begin along a length, with a third of a tile or more in common.
  private static func starts(of side: Double, along length: Double) -> [Double] {
    guard length > side else { return [(length - side) / 2] }
    let count = Int(((length - side) / (side * 2 / 3)).rounded(.up)) + 1
    return (0..<count).map { Double($0) * (length - side) / Double(count - 1) }
  }

  private func detect(_ view: View, in pyramid: HalvingPyramid) throws -> [Detection] {
    request.withInput(as: Float.self) { input in
      pyramid.withLevel(scale: view.side / Double(Self.side)) { level, factor in
        ck_sample_rgb8_f32(
          level.pixels, level.width, level.height, level.width * 3, view.x / factor,
          view.y / factor, view.side / factor / Double(Self.side), 1 / 127.5, -1,
          input.baseAddress!, Self.side, Self.side)
      }
    }
    try request.run()
    return try request.withOutput(0) { shape, boxes in
      try request.withOutput(1) { _, scores in
        decode(boxes, scores, values: shape.last ?? 16, view, pyramid.photo)
      }
    }
  }

  /// - Parameters:
  ///   - boxes: for each anchor the box's middle, width and height, then six key points from the right
  ///     eye on, in pixels of the square and from the anchor.
  ///   - scores: for each anchor, before the sigmoid.
  private func decode(
    _ boxes: UnsafeBufferPointer<Float>, _ scores: UnsafeBufferPointer<Float>, values: Int,
    _ view: View, _ photo: Photo
  ) -> [Detection] {
    let threshold = -log(1 / min(minimumScore, Self.supportingScore) - 1)
    let unit = view.side / Double(Self.side)
    var found: [Detection] = []
    for index in 0..<min(scores.count, Self.anchors.count) where scores[index] > threshold {
      let anchor = Self.anchors[index]
      func place(_ value: Int) -> Point {
        Point(
          x: view.x + anchor.x * view.side + Double(boxes[index * values + value]) * unit,
          y: view.y + anchor.y * view.side + Double(boxes[index * values + value + 1]) * unit)
      }
      let center = place(0)
      let width = Double(boxes[index * values + 2]) * unit
      // A face of fewer pixels is seen in a closer view, and here its size is only guessed.
      guard width.isFinite, width >= Self.fewestPixels * unit else { continue }
      let (rightEye, leftEye) = (place(4), place(6))
      let roll = atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x)
      // What a tile cuts off is seen whole in its neighbour.
      if view.isTile, touchesInnerEdge(center, width, view, photo) { continue }
      // Turned with the face.
      let shift = AffineTransform.rotation(roll, about: Point(x: 0, y: 0))(Self.boxShift * width)
      found.append(
        Detection(
          box: Box(center: center + shift, side: width), score: 1 / (1 + exp(-scores[index])),
          roll: roll, grain: unit))
    }
    return found
  }

  private func touchesInnerEdge(
    _ center: Point, _ width: Double, _ view: View, _ photo: Photo
  ) -> Bool {
    let half = width / 2
    return (center.x - half < view.x && view.x > 0)
      || (center.y - half < view.y && view.y > 0)
      || (center.x + half > view.x + view.side && view.x + view.side < Double(photo.width))
      || (center.y + half > view.y + view.side && view.y + view.side < Double(photo.height))
  }
}
