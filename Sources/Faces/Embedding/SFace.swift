import Foundation

/// The SFace network: what its embedding says of whether there is a face at all. It is short where there is none to
/// know, and points elsewhere.
///
/// Zhong et al., "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition" (2021). One belongs to one
/// thread at a time.
final class SFace {
  private let request: InferenceRequest
  static let side = 112

  init(model: CompiledModel) throws {
    request = try model.request(input: [1, 3, Self.side, Self.side], .float32)
  }

  /// The embedding of a chip that `FaceChip.arcFace` cut out, as the network gives it: `(128,)`.
  func embedding(of chip: FaceChip) throws -> [Float] {
    let count = Self.side * Self.side
    precondition(chip.side == Self.side, "a chip of \(chip.side) pixels instead of \(Self.side)")
    request.withInput(as: Float.self) { planes in
      // Red, green and blue from 0 to 255: the network brings them to its own range.
      for pixel in 0..<count {
        for channel in 0..<3 {
          planes[channel * count + pixel] = Float(chip.pixels[3 * pixel + channel])
        }
      }
    }
    try request.run()
    return try request.withOutput(0) { _, values in Array(values) }
  }
}
