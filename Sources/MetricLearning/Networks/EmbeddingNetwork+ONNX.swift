import Faces
import Foundation
import LikenessCore

extension EmbeddingNetwork {
  /// The network, as it answers when it does not learn, as an ONNX model that takes 8-bit RGB pixels as
  /// they lie in memory.
  ///
  /// Input `image`: `(n, height, width, 3)` bytes. Output `output`: `(n, d)` floats. Normalisation is
  /// part of it.
  /// - Throws: `ExportError`
  public func onnx(name: String, height: Int, width: Int) throws(ExportError) -> Data {
    let zeros = Tensor.zeros([1, height, width, 3], type: .uint8)
    var onnx = ONNXGraph(name: name)
    let image = onnx.input(
      "image", .uint8, [.named("n"), .fixed(height), .fixed(width), .fixed(3)])
    var graph = NetworkGraph(onnx, sample: normalization(zeros))

    var value = graph.node(
      "Cast", [image], ["to": .integer(ONNXGraph.ElementType.float32.rawValue)])
    value = graph.node("Transpose", [value], ["perm": .integers([0, 3, 1, 2])])
    value = graph.node(
      "Sub", [value, graph.constant(Tensor(normalization.mean, shape: [1, 3, 1, 1]))])
    value = graph.node("Mul", [value, graph.constant(normalization.scale)])
    value = try graph.add(backbone, value)
    if let head { value = try graph.add(head, value) }
    _ = graph.node("Identity", [value], output: "output")

    onnx = graph.graph
    onnx.output("output", .float32, [.named("n"), .fixed(dimensions)])
    return onnx.serialized()
  }

  /// Puts the network into the folder of models, where programs that search find it.
  /// - Parameters:
  ///   - side: height and width of its images.
  ///   - verifier: a head that was trained together with the network, and is to be one model with it.
  /// - Throws: `ExportError`, `ModelError`
  @discardableResult
  public func install(
    as name: String, side: Int, metric: Metric, source: String, licence: String,
    verification: Verification? = nil,
    verifier: (head: SiameseHead, description: HeadDescription)? = nil,
    in models: ModelStore = ModelStore()
  ) throws -> ModelManifest {
    let parts = (head as? AttributeHeads)?.attributes.map {
      ModelManifest.Part(name: $0.name, start: $0.range.lowerBound, count: $0.range.count)
    }
    let manifest = ModelManifest(
      embedding: name, source: source, licence: licence,
      input: .init(
        width: side, height: side, colorOrder: "RGB", mean: normalization.mean,
        scale: normalization.scale, isNormalizedInside: true),
      output: .init(dimensions: dimensions, metric: metric, parts: parts),
      verification: verification)
    let onnx = try onnx(name: name, height: side, width: side)
    guard let verifier else { return try models.install(manifest, onnx: onnx) }
    precondition(
      verifier.head.features == verifier.description.features, "a head of other features")
    return try models.install(
      manifest, onnx: onnx, head: verifier.description, layers: verifier.head.denseLayers)
  }
}
