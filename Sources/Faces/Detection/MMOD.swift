import CKernels
import Foundation
import LikenessCore

/// dlib's MMOD face detector: a small network slid over the photo at many sizes.
/// King, "Max-Margin Object Detection" (2015).
final class MMOD: FaceDetector {
  /// From one level of the pyramid to the next (`pyramid_down<6>`).
  private static let shrink = 5.0 / 6.0
  /// Three convolutions of stride 2: the photo's pixels for one score.
  private static let stride = 8.0

  private let request: InferenceRequest
  private let window: Double
  private let overlap: Double
  private let minimumScore: Float
  private let smallestFace: Double

  init(
    model: CompiledModel, options: DetectorWindow, minimumScore: Float, smallestFace: Double
  ) throws {
    window = options.side
    overlap = options.overlap
    self.minimumScore = minimumScore
    self.smallestFace = smallestFace
    request = try model.request(input: [1, 64, 64, 3], .uint8)
  }

  func smallestFace(width: Int, height: Int) -> Double { smallestFace }

  func detect(in pyramid: PhotoPyramid) throws -> [Detection] {
    // The window is what the network wants a face to measure, so it starts where the smallest fits.
    var scale = smallestFace / window
    var found: [Detection] = []
    while Double(min(pyramid.width, pyramid.height)) / scale >= window / 2 {
      found += try detect(in: pyramid, scale: scale)
      scale /= Self.shrink
    }
    return found.mergedByOverlap(overlap)
  }

  /// - Parameter scale: how many pixels of the photo one pixel of the level stands for.
  private func detect(in pyramid: PhotoPyramid, scale: Double) throws -> [Detection] {
    // Half a window of black around the photo, so that a face at the edge is seen.
    let margin = window / 2
    let step = Int(Self.stride)
    func extent(_ size: Int) -> Int {
      (Int((Double(size) / scale + 2 * margin).rounded(.up)) + step - 1) / step * step
    }
    let (width, height) = (extent(pyramid.width), extent(pyramid.height))
    guard width <= 4096, height <= 4096 else { return [] }
    try request.reshape([1, height, width, 3])
    request.withInput(as: UInt8.self) { input in
      pyramid.withLevel(scale: scale) { level, factor in
        ck_sample_rgb8(
          level.pixels, level.width, level.height, level.width * 3, -margin * scale / factor,
          -margin * scale / factor, scale / factor, input.baseAddress!, width, height)
      }
    }
    try request.run()
    return try request.withOutput(0) { shape, scores in
      let columns = shape[3]
      var found: [Detection] = []
      for index in 0..<shape[2] * columns where scores[index] > 0 {
        // The margin is about 0 to 1.1 on faces; squashed so that scores compare from 0 to 1.
        let score = 1 / (1 + exp(-4 * scores[index]))
        guard score >= minimumScore else { continue }
        let place = Point(
          x: Self.center(ofScore: index % columns), y: Self.center(ofScore: index / columns))
        let center = Point(x: (place.x - margin) * scale, y: (place.y - margin) * scale)
        found.append(
          Detection(box: Box(center: center, side: window * scale), score: score))
      }
      return found
    }
  }

  /// The pixel at the middle of what a score sees: three unpadded 5 × 5 convolutions of stride 2 each
  /// put output i at input 2 i + 2.
  private static func center(ofScore index: Int) -> Double {
    var place = Double(index)
    for _ in 0..<3 { place = 2 * place + 2 }
    return place + 0.5
  }
}

/// What an MMOD network was trained to find.
struct DetectorWindow: Sendable, Equatable, Codable {
  /// The width of a face at the size that the network looks for, in pixels.
  var side: Double
  /// Boxes that share more than this of their union are one face.
  var overlap: Double
}
