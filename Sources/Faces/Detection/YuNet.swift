import CKernels
import Foundation

/// The YuNet network: shown a picture of any size, it gives a box, five landmarks and a score for each face of about
/// 10 to 300 pixels.
///
/// Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector" (2023). One belongs to one thread at a time.
final class YuNet {
  /// Pixels from one cell of an output to the next; the sides of an input are multiples of the last.
  private static let strides = [8, 16, 32]
  static let granularity = 32

  private let model: CompiledModel
  /// For each size of input one of its own: what the network has laid out for a size is used again. The latest is last.
  private var requests: [InferenceRequest] = []
  private static let mostRequests = 6
  /// The places of the outputs, a stride each.
  private let scores: [(classification: Int, object: Int)]
  private let boxes: [Int]
  private let landmarks: [Int]

  /// - Parameter model: compiled for inputs of any size.
  init(model: CompiledModel) throws {
    self.model = model
    // In the order in which the file names them: cls, obj, bbox and kps, each for the three strides.
    scores = (0..<3).map { ($0, 3 + $0) }
    boxes = [6, 7, 8]
    landmarks = [9, 10, 11]
  }

  /// Shows the network a picture.
  /// - Parameters:
  ///   - width: a multiple of `granularity`, as is `height`.
  ///   - minimumScore: from 0 to 1.
  ///   - fill: writes the picture, `(3, height, width)`, blue, green and red from 0 to 255.
  /// - Returns: faces in pixels of the picture, the best first, none twice.
  /// - Throws: `InferenceError`
  func faces(
    width: Int, height: Int, minimumScore: Float, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws -> [Detection] {
    let request = try request(for: [1, 3, height, width])
    request.withInput(as: Float.self) { fill($0.baseAddress!) }
    try request.run()
    var found: [Detection] = []
    for (index, stride) in Self.strides.enumerated() {
      try read(
        request, index, stride: stride, columns: width / stride, minimumScore, into: &found)
    }
    return found.withoutRepeats()
  }

  private func request(for shape: [Int]) throws -> InferenceRequest {
    if let index = requests.lastIndex(where: { $0.shape == shape }) {
      requests.append(requests.remove(at: index))
    } else {
      if requests.count == Self.mostRequests { requests.removeFirst() }
      requests.append(try model.request(input: shape, .float32))
    }
    return requests[requests.count - 1]
  }

  private func read(
    _ request: InferenceRequest, _ index: Int, stride: Int, columns: Int, _ minimumScore: Float,
    into found: inout [Detection]
  ) throws {
    // Both factors lie between 0 and 1: neither may be under the square of their geometric mean.
    let least = minimumScore * minimumScore
    var cells: [(cell: Int, score: Float)] = []
    try request.withOutput(scores[index].classification) { _, classification in
      try request.withOutput(scores[index].object) { _, object in
        for cell in 0..<min(classification.count, object.count) where classification[cell] >= least
        {
          let product = min(1, classification[cell]) * min(1, object[cell])
          if product >= least { cells.append((cell, product.squareRoot())) }
        }
      }
    }
    guard !cells.isEmpty else { return }
    try request.withOutput(boxes[index]) { _, boxes in
      try request.withOutput(landmarks[index]) { _, landmarks in
        let unit = Double(stride)
        for (cell, score) in cells {
          let (column, row) = (Double(cell % columns), Double(cell / columns))
          let box = boxes[(4 * cell)..<(4 * cell + 4)].map(Double.init)
          let points = landmarks[(10 * cell)..<(10 * cell + 10)].map(Double.init)
          let (width, height) = (exp(box[2]) * unit, exp(box[3]) * unit)
          guard width.isFinite, height.isFinite, width >= 1, height >= 1 else { continue }
          let center = Point(x: (column + box[0]) * unit, y: (row + box[1]) * unit)
          found.append(
            Detection(
              box: Box(
                x: center.x - width / 2, y: center.y - height / 2, width: width, height: height),
              score: score,
              // A pixel's centre is at whole numbers, its corner half a pixel before that.
              landmarks: FaceLandmarks(
                (0..<5).map {
                  Point(
                    x: (column + points[2 * $0]) * unit - 0.5,
                    y: (row + points[2 * $0 + 1]) * unit - 0.5)
                })))
        }
      }
    }
  }
}

extension [Detection] {
  /// The best of those that show one face: neighbouring cells of a network see the same.
  func withoutRepeats() -> [Detection] {
    guard count > 1 else { return self }
    var kept: [Detection] = []
    for candidate in sorted(by: { $0.score > $1.score })
    where !kept.contains(where: { $0.isSameFace(as: candidate) }) {
      kept.append(candidate)
    }
    return kept
  }
}

extension Detection {
  /// Whether two finds are of one face: their boxes share much of their area, and their middles lie near each other. In a
  /// kiss, noses and mouths are in one place, but boxes are not.
  func isSameFace(as other: Detection) -> Bool {
    let overlap = box.overlap(other.box)
    guard overlap > 0.3, overlap <= 0.6 else { return overlap > 0.6 }
    return (box.center - other.box.center).length < 0.4 * Swift.min(width, other.width)
  }
}
