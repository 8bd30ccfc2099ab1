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
    let variance = chip.pixels.withUnsafeBufferPointer {
      // The middle of the chip is face whatever the background is.
      let margin = chip.side / 5
      let inner = chip.side - 2 * margin
      return ck_laplacian_variance_rgb8(
        $0.baseAddress! + (margin * chip.side + margin) * 3, inner, inner, chip.side * 3)
    }
    let degrees = 180 / Double.pi
    self.init(
      size: box.area.squareRoot() * scale, sharpness: variance.squareRoot(),
      yaw: landmarks.yaw * degrees, pitch: landmarks.pitch * degrees,
      roll: landmarks.roll * degrees,
      inside: box.area > 0 ? box.intersection(frame).area / box.area : 0, confidence: confidence)
  }
}
