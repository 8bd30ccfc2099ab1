import Foundation
import LikenessCore

/// A network of the SCRFD family as InsightFace exports it (det_500m, det_2.5g, det_10g): a score, the distances from an
/// anchor to the four sides of a box and the way to five landmarks, for two anchors a cell.
///
/// Guo, Deng, Lattas and Zafeiriou, "Sample and Computation Redistribution for Efficient Face Detection" (2021). One
/// belongs to one thread at a time.
final class SCRFD: FaceNetwork {
  private let requests: SizedRequests
  private let input: ModelManifest.Input
  /// Of the outputs, a stride each.
  private let places: [DetectorForm.Places]

  /// - Parameters:
  ///   - model: compiled for inputs of any size.
  ///   - places: of its outputs.
  init(model: CompiledModel, input: ModelManifest.Input, places: [DetectorForm.Places]) {
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
    let anchors = SCRFDOutputs().anchors
    for (place, stride) in zip(places, FaceGrid.strides) {
      let rows = anchors * FaceGrid.cells(stride, width: width, height: height)
      try request.withOutputs(place, rows: rows) { scores, boxes, landmarks in
        let (columns, unit) = (width / stride, Double(stride))
        for row in 0..<rows where scores[0][row] >= minimumScore {
          let cell = row / anchors
          // Anchors stand at the corners of the cells.
          let anchor = Point(x: Double(cell % columns) * unit, y: Double(cell / columns) * unit)
          let sides = boxes[(4 * row)..<(4 * row + 4)].map { Double($0) * unit }
          let points = landmarks[(10 * row)..<(10 * row + 10)].map { Double($0) * unit }
          let face = Detection(
            center: Point(
              x: anchor.x + (sides[2] - sides[0]) / 2, y: anchor.y + (sides[3] - sides[1]) / 2),
            size: (sides[0] + sides[2], sides[1] + sides[3]), score: scores[0][row],
            // A pixel's centre is at whole numbers, its corner half a pixel before that.
            points: (0..<5).map {
              Point(x: anchor.x + points[2 * $0] - 0.5, y: anchor.y + points[2 * $0 + 1] - 0.5)
            }, width: width, height: height)
          if let face { found.append(face) }
        }
      }
    }
    return found.withoutRepeats()
  }
}

/// Nine outputs: for each stride a score, a box and five points for each of two anchors a cell (Guo et al., "Sample and
/// Computation Redistribution for Efficient Face Detection" (2021), as InsightFace exports it).
struct SCRFDOutputs: DetectorOutputs {
  let name = "scrfd"
  let title = "SCRFD"
  let summary = "the nine of SCRFD as InsightFace exports it (det_500m, det_2.5g, det_10g)"
  let anchors = 2
  let scores = 1
  let faceScore: Float = 0.5
  let standardInput: (colorOrder: String, mean: [Float], scale: Float) = (
    "RGB", [127.5, 127.5, 127.5], 1 / 128
  )

  func network(
    _ model: CompiledModel, _ input: ModelManifest.Input, _ places: [DetectorForm.Places]
  ) -> any FaceNetwork { SCRFD(model: model, input: input, places: places) }
}

extension DetectorForm {
  public static let scrfd = Self(SCRFDOutputs())
}
