import CKernels
import Foundation

/// MediaPipe's BlazeFace detector.
///
/// The network sees a square of fixed size; a large photo is shown to it whole and in overlapping
/// tiles, so that small faces are large enough in one of them.
/// Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019).
final class BlazeFace: FaceDetector {
  /// What differs between the published models.
  struct Variant: Sendable {
    /// The side of the square that the network sees, in pixels.
    var side: Int
    /// Where each candidate is anchored, in units of that square.
    var anchors: [Point]

    /// 192 × 192, for faces at any distance: one candidate at every fourth pixel.
    static let fullRange = Variant(side: 192, anchors: grid(48, each: 1))
    /// 128 × 128, for faces that fill much of the picture: strides 8 and 16.
    static let shortRange = Variant(side: 128, anchors: grid(16, each: 2) + grid(8, each: 6))

    private static func grid(_ cells: Int, each copies: Int) -> [Point] {
      var anchors: [Point] = []
      for index in 0..<cells * cells {
        let x = (Double(index % cells) + 0.5) / Double(cells)
        let y = (Double(index / cells) + 0.5) / Double(cells)
        anchors += Array(repeating: Point(x: x, y: y), count: copies)
      }
      return anchors
    }
  }

  /// A square of the photo that is shown to the network.
  private struct View {
    var x: Double
    var y: Double
    var side: Double
    /// A tile does not see what it cuts; the whole photo does.
    var isTile: Bool
  }

  private let variant: Variant
  private let request: InferenceRequest
  private let minimumScore: Float
  private let smallestFace: Double
  /// What scores less does not help to place a box either.
  private static let supportingScore: Float = 0.3

  /// - Parameters:
  ///   - minimumScore: what scores less is no face, from 0 to 1.
  ///   - smallestFace: the width in pixels from which faces are looked for.
  init(model: CompiledModel, variant: Variant, minimumScore: Float, smallestFace: Double) throws {
    self.variant = variant
    self.minimumScore = minimumScore
    self.smallestFace = smallestFace
    request = try model.request(input: [1, variant.side, variant.side, 3], .float32)
  }

  func detect(in photo: Photo) throws -> [Detection] {
    let pyramid = HalvingPyramid(photo)
    var found: [Detection] = []
    for view in views(of: photo) { found += try detect(view, in: pyramid) }
    if !found.contains(where: { $0.score >= minimumScore }) {
      // A face that fills the frame is larger than those the network learnt: step back.
      let side = Double(max(photo.width, photo.height))
      found += try detect(
        View(x: -side / 2, y: -side / 2, side: 2 * side, isTile: false), in: pyramid)
    }
    return found.mergedByOverlap(0.3, minimumScore: minimumScore)
  }

  /// The whole photo, then tiles of half the side each time until the smallest face is large enough.
  private func views(of photo: Photo) -> [View] {
    let (width, height) = (Double(photo.width), Double(photo.height))
    let whole = max(width, height)
    var views = [
      View(x: (width - whole) / 2, y: (height - whole) / 2, side: whole, isTile: false)
    ]
    // Below about an eighth of the square, the network's recall falls.
    let wanted = smallestFace * 8
    var side = whole / 2
    while side >= wanted {
      let columns = Self.tiles(width, side)
      let rows = Self.tiles(height, side)
      for y in rows {
        for x in columns { views.append(View(x: x, y: y, side: side, isTile: true)) }
      }
      side /= 2
    }
    return views
  }

  /// Where tiles of a side begin along a length, with a third of a tile or more in common.
  private static func tiles(_ length: Double, _ side: Double) -> [Double] {
    guard length > side else { return [(length - side) / 2] }
    let count = Int(((length - side) / (side * 2 / 3)).rounded(.up)) + 1
    return (0..<count).map { Double($0) * (length - side) / Double(count - 1) }
  }

  private func detect(_ view: View, in pyramid: HalvingPyramid) throws -> [Detection] {
    let side = variant.side
    request.withInput(as: Float.self) { input in
      pyramid.withLevel(scale: view.side / Double(side)) { level, factor in
        ck_sample_rgb8_f32(
          level.pixels, level.width, level.height, level.width * 3, view.x / factor,
          view.y / factor, view.side / factor / Double(side), 1 / 127.5, -1, input.baseAddress!,
          side, side)
      }
    }
    try request.run()
    return try request.withOutput(0) { shape, boxes in
      try request.withOutput(1) { _, scores in
        decode(boxes, scores, values: shape.last ?? 16, view, pyramid.photo)
      }
    }
  }

  private func decode(
    _ boxes: UnsafeBufferPointer<Float>, _ scores: UnsafeBufferPointer<Float>, values: Int,
    _ view: View, _ photo: Photo
  ) -> [Detection] {
    let threshold = -log(1 / min(minimumScore, Self.supportingScore) - 1)
    var found: [Detection] = []
    for index in 0..<min(scores.count, variant.anchors.count) where scores[index] > threshold {
      let anchor = variant.anchors[index]
      let unit = view.side / Double(variant.side)
      func place(_ value: Int) -> Point {
        Point(
          x: view.x + anchor.x * view.side + Double(boxes[index * values + value]) * unit,
          y: view.y + anchor.y * view.side + Double(boxes[index * values + value + 1]) * unit)
      }
      let center = place(0)
      let width = Double(boxes[index * values + 2]) * unit
      guard width > 0, width.isFinite else { continue }
      let (rightEye, leftEye) = (place(4), place(6))
      let roll = atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x)
      // What a tile cuts off is seen whole in its neighbour.
      if view.isTile, touchesInnerEdge(center, width, view, photo) { continue }
      // Where dlib's HOG box lies in BlazeFace's, as measured on LFW; turned with the face.
      let shift = AffineTransform.rotation(roll, about: Point(x: 0, y: 0))(
        Point(x: -0.028 * width, y: -0.007 * width))
      found.append(
        Detection(
          box: Box(center: center + shift, side: 0.955 * width),
          score: 1 / (1 + exp(-scores[index])), roll: roll))
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
