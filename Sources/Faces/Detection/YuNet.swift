import CKernels
import Foundation
import LikenessCore

/// The YuNet network: shown a picture of any size, it gives a box, five landmarks and a score for each face of about
/// 10 to 300 pixels.
///
/// Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector" (2023). One belongs to one thread at a time.
final class YuNet: FaceNetwork {
  private let requests: SizedRequests
  private let input: ModelManifest.Input
  /// Of the outputs, a stride each.
  private let places: [DetectorForm.Places]
  /// The outputs of the published file: cls, obj, bbox and kps in this order, each for the three strides.
  static let publishedPlaces = (0..<3).map {
    DetectorForm.Places(scores: [$0, 3 + $0], box: 6 + $0, landmarks: 9 + $0)
  }

  /// - Parameters:
  ///   - model: compiled for inputs of any size.
  ///   - places: of its outputs.
  init(
    model: CompiledModel, input: ModelManifest.Input = CatalogModel.yunet.input,
    places: [DetectorForm.Places] = YuNet.publishedPlaces
  ) {
    requests = SizedRequests(model)
    self.input = input
    self.places = places
  }

  func faces(
    width: Int, height: Int, minimumScore: Float, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws -> [Detection] {
    let request = try requests.request(for: [1, 3, height, width])
    request.withInput(as: Float.self) {
      fill($0.baseAddress!)
      input.normalize($0.baseAddress!, count: width * height)
    }
    try request.run()
    var found: [Detection] = []
    // Both factors lie between 0 and 1: neither may be under the square of their geometric mean.
    let minimumProduct = minimumScore * minimumScore
    for (place, stride) in zip(places, FaceGrid.strides) {
      let rows = FaceGrid.cells(stride, width: width, height: height)
      try request.withOutputs(place, rows: rows) { scores, boxes, landmarks in
        let (classification, object, unit) = (scores[0], scores[1], Double(stride))
        for cell in 0..<rows where classification[cell] >= minimumProduct {
          let product = min(1, classification[cell]) * min(1, object[cell])
          guard product >= minimumProduct else { continue }
          let (column, row) = (Double(cell % (width / stride)), Double(cell / (width / stride)))
          let box = boxes[(4 * cell)..<(4 * cell + 4)].map(Double.init)
          let points = landmarks[(10 * cell)..<(10 * cell + 10)].map(Double.init)
          let face = Detection(
            center: Point(x: (column + box[0]) * unit, y: (row + box[1]) * unit),
            size: (exp(box[2]) * unit, exp(box[3]) * unit), score: product.squareRoot(),
            // A pixel's centre is at whole numbers, its corner half a pixel before that.
            points: (0..<5).map {
              Point(
                x: (column + points[2 * $0]) * unit - 0.5,
                y: (row + points[2 * $0 + 1]) * unit - 0.5)
            }, width: width, height: height)
          if let face { found.append(face) }
        }
      }
    }
    return found.withoutRepeats()
  }
}

extension [Detection] {
  /// The best of those that show one face: neighbouring cells of a network see the same.
  func withoutRepeats() -> [Detection] {
    guard count > 1 else { return self }
    var kept: [Detection] = []
    for candidate in sorted(by: { $0.score > $1.score }).prefix(ScaleJoin.maximumDetections)
    where !kept.contains(where: { $0.isSameFace(as: candidate) }) {
      kept.append(candidate)
    }
    return kept
  }
}

extension Detection {
  /// Whether two detections are of one face: their boxes share much of their area, and their middles lie near each other. In a
  /// kiss, noses and mouths are in one place, but boxes are not.
  func isSameFace(as other: Detection) -> Bool {
    let overlap = box.overlap(other.box)
    guard overlap > 0.3, overlap <= 0.6 else { return overlap > 0.6 }
    return (box.center - other.box.center).length < 0.4 * Swift.min(width, other.width)
  }
}

/// Twelve outputs: for each stride two scores, a box and five points a cell (Wu, Peng and Yu, "YuNet: A Tiny
/// Millisecond-level Face Detector" (2023)).
struct YuNetOutputs: DetectorOutputs {
  let name = "yunet"
  let title = "YuNet"
  let summary = "YuNet's twelve outputs"
  let anchors = 1
  let scores = 2
  // The square of one half: both scores are multiplied.
  let faceScore: Float = 0.25
  let standardInput: (colorOrder: String, mean: [Float], scale: Float) = ("BGR", [0, 0, 0], 1)

  func network(
    _ model: CompiledModel, _ input: ModelManifest.Input, _ places: [DetectorForm.Places]
  ) -> any FaceNetwork { YuNet(model: model, input: input, places: places) }
}

extension DetectorForm {
  public static let yunet = Self(YuNetOutputs())
}
