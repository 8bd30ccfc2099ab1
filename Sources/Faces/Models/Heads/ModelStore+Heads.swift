import Foundation
import Vectors

extension ModelStore {
  /// Puts a head among the models.
  /// - Parameters:
  ///   - weights: as `VerificationHead.init` takes them.
  /// - Throws: `ModelError`
  package func install(
    head name: String, _ description: HeadDescription, dimensions: Int, weights: [Float],
    bias: Float,
    source: String, licence: String
  ) throws {
    func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> SafetensorsLayout.Tensor {
      .init(name: name, type: "F32", shape: shape, bytes: FloatBlob.data(values))
    }
    let layout = SafetensorsLayout(tensors: [
      tensor("dense.weight", [1, weights.count], weights), tensor("dense.bias", [1], [bias]),
    ])
    try install(
      ModelManifest(
        head: name, description, source: source, licence: licence, dimensions: dimensions),
      safetensors: layout.data())
  }

  /// A trained head, for the embeddings that it was trained on.
  /// - Parameter model: whose embeddings it is to be asked about; nil not to ask.
  /// - Throws: `ModelError`, `.otherEmbedding` where it was trained on those of another model.
  public func head(_ name: String, for model: String?) throws -> VerificationHead {
    let (manifest, file) = try load(trained: name)
    guard let description = manifest.head else {
      throw ModelError.unreadable(path: file.path, reason: "it is no head: likeness train --head")
    }
    func bad(_ reason: String) -> ModelError { .unreadable(path: file.path, reason: reason) }
    if let model {
      guard description.embedding == model else {
        throw ModelError.otherEmbedding(
          head: name, trainedOn: description.embedding, model: model)
      }
      guard try description.embeddingFile == embeddingFile(of: model) else {
        throw ModelError.otherEmbedding(
          head: name, trainedOn: "an earlier \(model)", model: "the one that was trained since")
      }
    }
    let layout: SafetensorsLayout
    do {
      layout = try SafetensorsLayout(read(file)) { $0 == "F32" ? 4 : nil }
    } catch {
      throw bad("it is no safetensors file of floats")
    }
    func values(_ name: String) -> [Float]? {
      layout.tensors.first { $0.name == name }.map { FloatBlob.floats($0.bytes) }
    }
    guard let weights = values("dense.weight"), let bias = values("dense.bias")?.first,
      let head = VerificationHead(
        name: name, description, dimensions: manifest.output.dimensions ?? 0, weights: weights,
        bias: bias)
    else { throw bad("its weights do not fit its manifest") }
    return head
  }
}
