import Foundation
import Vectors

/// Turns face chips into embeddings. One belongs to one thread at a time.
final class FaceEmbedder {
  private let request: InferenceRequest
  /// Width and height of its chips.
  let side: Int

  private let output: ModelManifest.Output

  init(model: CompiledModel, _ manifest: ModelManifest) throws {
    side = manifest.input.width
    output = manifest.output
    request = try model.request(input: [1, side, side, 3], .uint8)
  }

  /// The embedding of a chip, as the network gives it.
  func embedding(of chip: FaceChip) throws -> Embedding {
    precondition(chip.side == side, "a chip of \(chip.side) pixels instead of \(side)")
    request.withInput(as: UInt8.self) { _ = $0.update(fromContentsOf: chip.pixels) }
    try request.run()
    let embedding = try request.withOutput(0) { _, values in Embedding(Array(values)) }
    guard output.dimensions == nil || output.dimensions == embedding.count else {
      throw InferenceError.failed(
        "the model gives \(embedding.count) numbers instead of \(output.dimensions ?? 0)")
    }
    return embedding
  }

  /// What an embedding says of who it is, and of each attribute besides.
  func parts(of embedding: Embedding) -> (identity: Embedding, attributes: [String: Embedding]) {
    guard let parts = output.parts, let identity = output.identity else { return (embedding, [:]) }
    func values(_ part: ModelManifest.Part) -> Embedding {
      Embedding(Array(embedding.values[part.start..<part.start + part.count]))
    }
    let others = parts.filter { $0 != identity }
    return (
      values(identity), Dictionary(uniqueKeysWithValues: others.map { ($0.name, values($0)) })
    )
  }
}
