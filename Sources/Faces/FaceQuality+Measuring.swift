import CKernels
import Foundation
import LikenessCore

extension FaceQuality {
  /// Measures a face that was found.
  /// - Parameters:
  ///   - frame: the photo's, in the same pixels as `box` and `landmarks`.
  ///   - scale: how many pixels of the file one of those is.
  init(
    box: Box, landmarks: FaceLandmarks, chip: FaceChip, frame: Box, scale: Double = 1,
    confidence: Double? = nil
  ) {
    // The middle of the chip is face whatever the background is.
    let margin = chip.side / 5
    let inner = chip.side - 2 * margin
    let variance = chip.pixels.withUnsafeBufferPointer {
      ck_laplacian_variance_rgb8(
        $0.baseAddress! + (margin * chip.side + margin) * 3, inner, inner, chip.side * 3)
    }
    let luma = Self.luma(of: chip, margin: margin)
    let degrees = 180 / Double.pi
    self.init(
      size: box.area.squareRoot() * scale, sharpness: variance.squareRoot(),
      yaw: landmarks.yaw * degrees, pitch: landmarks.pitch * degrees,
      roll: landmarks.roll * degrees,
      inside: box.area > 0 ? box.intersection(frame).area / box.area : 0, confidence: confidence,
      brightness: luma.mean, contrast: luma.deviation)
  }

  /// The mean and the standard deviation of the luma of a chip inside of a margin, in grey values.
  private static func luma(of chip: FaceChip, margin: Int) -> (mean: Double, deviation: Double) {
    chip.pixels.withUnsafeBufferPointer { pixels in
      var (sum, squares, count) = (0, 0, 0)
      for row in margin..<chip.side - margin {
        for at in (row * chip.side + margin)..<((row + 1) * chip.side - margin) {
          // Of ITU-R BT.601, times 1000.
          let value =
            299 * Int(pixels[3 * at]) + 587 * Int(pixels[3 * at + 1])
            + 114 * Int(pixels[3 * at + 2])
          (sum, squares, count) = (sum + value, squares + value * value, count + 1)
        }
      }
      guard count > 0 else { return (0, 0) }
      let mean = Double(sum) / Double(count)
      let variance = max(0, Double(squares) / Double(count) - mean * mean)
      return (mean / 1000, variance.squareRoot() / 1000)
    }
  }
}
