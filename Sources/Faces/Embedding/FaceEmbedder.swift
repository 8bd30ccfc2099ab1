import Foundation
import Vectors

/// Turns face chips into embeddings. One belongs to one thread at a time.
final class FaceEmbedder {
  private let request: InferenceRequest
  /// Width and height of its chips.
  let side: Int

  init(model: CompiledModel, side: Int) throws {
    self.side = side
    request = try model.request(input: [1, side, side, 3], .uint8)
  }

  /// The embedding of a chip, as the network gives it.
  func embedding(of chip: FaceChip) throws -> Embedding {
    precondition(chip.side == side, "a chip of \(chip.side) pixels instead of \(side)")
    request.withInput(as: UInt8.self) { _ = $0.update(fromContentsOf: chip.pixels) }
    try request.run()
    return try request.withOutput(0) { _, values in Embedding(Array(values)) }
  }
}
