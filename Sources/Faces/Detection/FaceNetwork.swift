import CKernels

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

/// How the outputs of a detector are to be read.
public enum DetectorForm: String, Sendable, CaseIterable, Codable {
  /// Twelve outputs: for each stride two scores, a box and five points a cell (Wu, Peng and Yu, "YuNet: A Tiny
  /// Millisecond-level Face Detector" (2023)).
  case yunet
  /// Nine: for each stride a score, a box and five points for each of two anchors a cell (Guo et al., "Sample and
  /// Computation Redistribution for Efficient Face Detection" (2021), as InsightFace exports it).
  case scrfd

  /// Detections at a cell of the grid.
  var anchors: Int { self == .yunet ? 1 : 2 }
  /// Scores of each, which are multiplied.
  var scores: Int { self == .yunet ? 2 : 1 }
  /// Outputs of a network.
  var outputs: Int { FaceGrid.strides.count * (scores + 2) }
  /// How pixels become its input, unless said otherwise.
  var standardInput: (colorOrder: String, mean: [Float], scale: Float) {
    switch self {
    case .yunet: ("BGR", [0, 0, 0], 1)
    case .scrfd: ("RGB", [127.5, 127.5, 127.5], 1 / 128)
    }
  }

  /// Which output says what for one stride, by place.
  struct Places: Equatable {
    var scores: [Int]
    var box: Int
    var landmarks: Int
  }

  /// Tells what each output is by how many numbers it has for each place of the grid: 1, 4 or 10.
  /// - Parameters:
  ///   - shapes: of all outputs for a picture.
  ///   - width: the picture's, as `height`.
  /// - Returns: for each stride; nil where the outputs are not those of this form.
  func places(ofOutputs shapes: [[Int]], width: Int, height: Int) -> [Places]? {
    guard shapes.count == outputs else { return nil }
    let places = FaceGrid.strides.compactMap { stride -> Places? in
      let rows = anchors * FaceGrid.cells(stride, width: width, height: height)
      func outputs(_ numbers: Int) -> [Int] {
        shapes.indices.filter {
          shapes[$0].last == numbers && shapes[$0].reduce(1, *) == rows * numbers
        }
      }
      let (scores, boxes, landmarks) = (outputs(1), outputs(4), outputs(10))
      guard scores.count == self.scores, boxes.count == 1, landmarks.count == 1 else { return nil }
      return Places(scores: scores, box: boxes[0], landmarks: landmarks[0])
    }
    return places.count == FaceGrid.strides.count ? places : nil
  }
}

/// Requests of a network for pictures of several sizes: what it has laid out for a size is used again.
///
/// One belongs to one thread at a time.
final class SizedRequests {
  private let model: CompiledModel
  /// The latest is last.
  private var requests: [InferenceRequest] = []
  private static let most = 6

  init(_ model: CompiledModel) {
    self.model = model
  }

  /// - Throws: `InferenceError`
  func request(for shape: [Int]) throws -> InferenceRequest {
    if let index = requests.lastIndex(where: { $0.shape == shape }) {
      requests.append(requests.remove(at: index))
    } else {
      if requests.count == Self.most { requests.removeFirst() }
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
  /// Lends what a detector says at one stride: its scores, boxes and landmarks, each for all places of the grid.
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
    func lend(_ place: Int, _ numbers: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result)
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
    func lendScores(
      _ rest: ArraySlice<Int>, _ lent: [UnsafeBufferPointer<Float>],
      _ body: ([UnsafeBufferPointer<Float>]) throws -> Result
    ) throws -> Result {
      guard let place = rest.first else { return try body(lent) }
      return try lend(place, 1) { try lendScores(rest.dropFirst(), lent + [$0], body) }
    }
    return try lendScores(places.scores[...], []) { scores in
      try lend(places.box, 4) { boxes in
        try lend(places.landmarks, 10) { try body(scores, boxes, $0) }
      }
    }
  }
}
