import CKernels
import LikenessCore

/// A network that is shown a picture and gives a box, five landmarks and a score for each face in it.
///
/// One belongs to one thread at a time.
protocol FaceNetwork: AnyObject {
  /// Shows the network a picture.
  /// - Parameters:
  ///   - width: a multiple of `FaceGrid.granularity`, as is `height`.
  ///   - minimumScore: from 0 to 1.
  ///   - fill: writes the picture, `(3, height, width)`, blue, green and red from 0 to 255.
  /// - Returns: faces in pixels of the picture, the best first, none twice.
  /// - Throws: `InferenceError`
  func faces(
    width: Int, height: Int, minimumScore: Float, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws -> [Detection]
}

/// The grids of cells on which such networks answer: one every 8, 16 and 32 pixels.
enum FaceGrid {
  /// Pixels from one cell to the next.
  static let strides = [8, 16, 32]
  /// The sides of a picture are multiples of this.
  static let granularity = 32

  /// How many cells a stride has.
  static func cells(_ stride: Int, width: Int, height: Int) -> Int {
    (width / stride) * (height / stride)
  }
}

/// A cache of inference requests by input shape, which drops the least recently used.
///
/// One belongs to one thread at a time.
final class SizedRequests {
  private let model: CompiledModel
  /// The most recently used is last.
  private var requests: [InferenceRequest] = []
  private static let capacity = 6

  init(_ model: CompiledModel) {
    self.model = model
  }

  /// - Throws: `InferenceError`
  func request(for shape: [Int]) throws -> InferenceRequest {
    if let index = requests.lastIndex(where: { $0.shape == shape }) {
      requests.append(requests.remove(at: index))
    } else {
      if requests.count == Self.capacity { requests.removeFirst() }
      requests.append(try model.request(input: shape, .float32))
    }
    return requests[requests.count - 1]
  }
}

extension ModelManifest.Input {
  /// Makes a detector's input of a picture.
  /// - Parameters:
  ///   - planes: `(3, count)`, blue, green and red from 0 to 255; changed in place.
  func normalize(_ planes: UnsafeMutablePointer<Float>, count: Int) {
    let (mean, scale) = isNormalizedInside ? ([0, 0, 0], 1) : (mean, scale)
    guard colorOrder == "RGB" || mean != [0, 0, 0] || scale != 1 else { return }
    ck_scale_bgr_planes(planes, count, colorOrder == "RGB" ? 1 : 0, mean, scale)
  }
}

extension Detection {
  /// What a network says of a face in a picture; nil where its numbers cannot be one: not finite, narrower than a pixel,
  /// or farther from the picture than the picture is long.
  /// - Parameters:
  ///   - width: the picture's, as `height`.
  init?(
    center: Point, size: (width: Double, height: Double), score: Float, points: [Point], width: Int,
    height: Int
  ) {
    func isNear(_ point: Point) -> Bool {
      let (width, height) = (Double(width), Double(height))
      return (-width...2 * width).contains(point.x) && (-height...2 * height).contains(point.y)
    }
    guard size.width.isFinite, size.height.isFinite, size.width >= 1, size.height >= 1,
      size.width <= 4 * Double(width), size.height <= 4 * Double(height),
      isNear(center), points.allSatisfy(isNear)
    else { return nil }
    self.init(
      box: Box(
        x: center.x - size.width / 2, y: center.y - size.height / 2, width: size.width,
        height: size.height),
      score: min(1, score),
      landmarks: FaceLandmarks(points))
  }
}

extension InferenceRequest {
  /// Calls `body` with the detector's outputs at one stride: scores, boxes and landmarks, each for all cells of the grid.
  /// - Parameters:
  ///   - rows: how many places the grid has.
  /// - Throws: `InferenceError` where they are fewer or more.
  func withOutputs<Result>(
    _ places: DetectorForm.Places, rows: Int,
    _ body: (
      _ scores: [UnsafeBufferPointer<Float>], _ boxes: UnsafeBufferPointer<Float>,
      _ landmarks: UnsafeBufferPointer<Float>
    ) throws -> Result
  ) throws -> Result {
    func withValues(
      _ place: Int, _ numbers: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    )
      throws -> Result
    {
      try withOutput(place) { _, values in
        guard values.count == rows * numbers else {
          throw InferenceError.failed(
            "the detector gives \(values.count) numbers for \(rows) places, not \(numbers) each")
        }
        return try body(values)
      }
    }
    func withScores(
      _ rest: ArraySlice<Int>, _ scores: [UnsafeBufferPointer<Float>],
      _ body: ([UnsafeBufferPointer<Float>]) throws -> Result
    ) throws -> Result {
      guard let place = rest.first else { return try body(scores) }
      return try withValues(place, 1) { try withScores(rest.dropFirst(), scores + [$0], body) }
    }
    return try withScores(places.scores[...], []) { scores in
      try withValues(places.box, 4) { boxes in
        try withValues(places.landmarks, 10) { try body(scores, boxes, $0) }
      }
    }
  }
}
