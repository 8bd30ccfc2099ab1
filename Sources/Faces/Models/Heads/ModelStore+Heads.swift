import Foundation
import LikenessCore

extension ModelStore {
  /// Installs a head.
  /// - Parameters:
  ///   - layers: as `VerificationHead.init` takes them.
  /// - Throws: `ModelError`
  package func install(
    head name: String, _ description: HeadDescription, dimensions: Int, layers: [DenseLayer],
    source: String, licence: String
  ) throws {
    try install(
      ModelManifest(
        head: name, description, source: source, licence: licence, dimensions: dimensions),
      safetensors: try DenseLayer.safetensors(layers))
  }

  /// Installs an embedding and the head that was trained with it, as one model.
  /// - Throws: `ModelError`
  @discardableResult
  package func install(
    _ manifest: ModelManifest, onnx: Data, head: HeadDescription, layers: [DenseLayer]
  ) throws -> ModelManifest {
    var manifest = manifest
    manifest.head = head
    return try install(
      manifest, onnx: onnx, safetensors: try DenseLayer.safetensors(layers))
  }

  /// A trained head, for the embeddings that it was trained on.
  /// - Parameter model: the model whose embeddings it is to compare; nil for any.
  /// - Throws: `ModelError`, `.otherEmbedding` where it was trained on those of another model.
  public func head(_ name: String, for model: String?) throws -> VerificationHead {
    let manifest = try manifest(trained: name)
    guard let description = manifest.head, let entry = manifest.headFile else {
      throw ModelError.noHead(name)
    }
    let file = try home(of: name).appendingPathComponent(entry.name)
    try check(entry, at: file)
    func bad(_ reason: String) -> ModelError { .unreadable(path: file.path, reason: reason) }
    if let model {
      guard description.embedding == model else {
        throw ModelError.otherEmbedding(
          head: name, trainedOn: description.embedding, model: model)
      }
      // An embedding and a head that were trained together are one model.
      guard
        try manifest.kind == .embedding
          || description.embeddingFile == embeddingFile(of: model)
      else {
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
    // Of a model with parts, embeddings are the one that people are told apart by.
    let dimensions = manifest.output.identity?.count ?? manifest.output.dimensions ?? 0
    guard let layers = DenseLayer.layers(in: layout),
      let head = VerificationHead(
        name: name, description, dimensions: dimensions, layers: layers)
    else { throw bad("its weights do not fit its manifest") }
    return head
  }
}
