import Foundation
import LikenessCore

/// Runs an embedding's model file on drawn faces, before it is accepted.
enum EmbeddingTrial {
  /// The permitted lengths of an embedding.
  private static let dimensions = 2...4096
  private static let sides = 32...512
  private static let faces = 6
  /// The maximum distance between two embeddings of one picture: what the order of floating-point additions makes of it.
  private static let tolerance: Float = 1e-4

  /// - Returns: the manifest, completed by the results of the trial.
  /// - Throws: `ModelMisfit`, `InferenceError`
  static func manifest(
    _ addition: ModelAddition, _ port: ONNXInterface.Port, _ interface: ONNXInterface,
    file: URL, _ runtime: InferenceRuntime, source: String
  ) throws -> ModelManifest {
    var manifest = ModelManifest(
      embedding: addition.name, source: addition.source ?? source,
      licence: addition.licence ?? "not stated", input: try input(addition, port),
      output: .init(dimensions: nil, metric: addition.metric ?? .cosine))
    // The direction alone counts then.
    if manifest.output.metric == .cosine { manifest.output.isNormalized = true }
    manifest.input.isSingle = true
    let single = try runtime.compile(
      file, shape: EmbeddingMember.shape(of: manifest.input), precision: .f32, streams: 1)
    let drawn = (0..<faces).map { DrawnFace(number: $0) }
    let chips = drawn.map { $0.chip(side: manifest.input.width) }
    (manifest.output.place, manifest.output.dimensions) = try output(
      addition, interface, of: single, manifest, chip: chips[0])
    let embedder = try EmbeddingMember(model: single, manifest)
    let embeddings = try embedder.embeddings(of: chips)
    let again = try embedder.embeddings(of: chips)
    let shifted = try embedder.embeddings(
      of: drawn.map { $0.chip(side: manifest.input.width, shift: 0.015) })
    try check(embeddings, again: again, shifted: shifted)
    if try supportsBatches(manifest, file, runtime, chips, embeddings) {
      manifest.input.isSingle = nil
    }
    // The first output is the default.
    if manifest.output.place == 0 { manifest.output.place = nil }
    return manifest
  }

  /// The input as the file describes it, completed by what the user stated.
  private static func input(
    _ addition: ModelAddition, _ port: ONNXInterface.Port
  ) throws -> ModelManifest.Input {
    guard [ONNXInterface.Port.float32, ONNXInterface.Port.uint8].contains(port.type) else {
      throw ModelMisfit(
        "its input \(port) is neither of 32-bit floats nor of bytes: export it with 32-bit floats"
      )
    }
    let (layout, width, height) = try geometry(addition, port)
    let isBytes = layout == .nhwcUInt8
    let normalization = addition.normalization(
      otherwise: (
        ModelAddition.Preset.arcface.colorOrder, ModelAddition.Preset.arcface.mean,
        ModelAddition.Preset.arcface.scale
      ))
    if isBytes, addition.mean != nil || addition.scale != nil {
      throw ModelMisfit("its input is of bytes, to which neither mean nor scale can be applied")
    }
    let open = addition.size ?? (addition.preset ?? .arcface).size
    let (columns, rows) = (width ?? height ?? open, height ?? width ?? open)
    guard columns == rows else {
      throw ModelMisfit("it takes pictures of \(columns) × \(rows): faces are cut out as squares")
    }
    if let size = addition.size, size != columns {
      throw ModelMisfit("it takes pictures of \(columns) × \(rows), not \(size) × \(size)")
    }
    guard sides.contains(columns) else {
      throw ModelMisfit(
        "it takes pictures of \(columns) × \(rows): \(sides.lowerBound) to \(sides.upperBound) will do"
      )
    }
    return ModelManifest.Input(
      width: columns, height: rows, colorOrder: normalization.colorOrder,
      mean: isBytes ? [0, 0, 0] : normalization.mean, scale: isBytes ? 1 : normalization.scale,
      isNormalizedInside: isBytes || addition.isNormalizedInside,
      alignment: addition.alignment ?? (addition.preset ?? .arcface).alignment, layout: layout)
  }

  /// The layout of the input, and its sizes where the file fixes them.
  private static func geometry(
    _ addition: ModelAddition, _ port: ONNXInterface.Port
  ) throws -> (ModelManifest.Layout, width: Int?, height: Int?) {
    let isBytes = port.type == ONNXInterface.Port.uint8
    guard let shape = port.shape else {
      return (addition.layout ?? (isBytes ? .nhwcUInt8 : .nchw), nil, nil)
    }
    guard shape.count == 4 else {
      throw ModelMisfit(
        "its input \(port) is no batch of pictures, (n, 3, height, width) or (n, height, width, 3)"
      )
    }
    let stated: ModelManifest.Layout? =
      shape[1] == 3 ? .nchw : shape[3] == 3 ? (isBytes ? .nhwcUInt8 : .nhwc) : nil
    if let stated, let requested = addition.layout, stated != requested,
      // No picture is three pixels high, but the shape may fit both.
      !(shape[1] == 3 && shape[3] == 3)
    {
      throw ModelMisfit(
        "its input \(port) is laid out as \(stated.rawValue), not \(requested.rawValue)")
    }
    guard let layout = addition.layout ?? stated ?? (shape[1] == nil ? .nchw : nil) else {
      throw ModelMisfit("its input \(port) has no three channels of colour")
    }
    guard isBytes == (layout == .nhwcUInt8) else {
      throw ModelMisfit("its input \(port) cannot be laid out as \(layout.rawValue)")
    }
    return layout == .nchw ? (layout, shape[3], shape[2]) : (layout, shape[2], shape[1])
  }

  /// The index of the output that is the embedding, and the embedding's length.
  private static func output(
    _ addition: ModelAddition, _ interface: ONNXInterface, of model: CompiledModel,
    _ manifest: ModelManifest, chip: FaceChip
  ) throws -> (place: Int, dimensions: Int) {
    let count = try model.outputs
    func name(_ place: Int) -> String {
      place < interface.outputs.count ? interface.outputs[place].name : "\(place + 1)"
    }
    guard count <= 16 else { throw ModelMisfit("it has \(count) outputs: an embedding is one") }
    if let requested = addition.output,
      !interface.outputs.contains(where: { $0.name == requested })
    {
      throw ModelMisfit(
        "it has no output called \(requested), but \((0..<count).map(name).joined(separator: ", "))"
      )
    }
    let sizes = try (0..<count).map { place in
      var manifest = manifest
      manifest.output.place = place
      return try EmbeddingMember(model: model, manifest).embeddings(of: [chip])[0].count
    }
    let fitting = sizes.indices.filter {
      dimensions.contains(sizes[$0]) && addition.output ?? name($0) == name($0)
    }
    guard let place = fitting.first else {
      let all = sizes.indices.map { "\(name($0)) with \(sizes[$0])" }.joined(separator: ", ")
      throw ModelMisfit(
        "none of its outputs is an embedding of \(dimensions.lowerBound) to \(dimensions.upperBound) "
          + "numbers a face: \(all)")
    }
    guard fitting.count == 1 else {
      throw ModelMisfit(
        "several of its outputs may be the embedding, and none was chosen: "
          + fitting.map(name).joined(separator: " or "))
    }
    return (place, sizes[place])
  }

  /// Checks that the embeddings are finite, repeatable and differ between faces.
  private static func check(
    _ embeddings: [Embedding], again: [Embedding], shifted: [Embedding]
  ) throws {
    guard (embeddings + shifted).allSatisfy(\.isFinite) else {
      throw ModelMisfit("what it gives for a face is not finite (NaN or infinity)")
    }
    guard embeddings.allSatisfy({ $0.norm > 0 }) else {
      throw ModelMisfit("what it gives for a face is zero throughout")
    }
    guard zip(embeddings, again).allSatisfy({ distance($0, $1) < tolerance }) else {
      throw ModelMisfit(
        "what it gives for one face differs from one run to the next: export it for inference")
    }
    for (row, embedding) in embeddings.enumerated() {
      for other in embeddings[..<row] where distance(embedding, other) < tolerance / 100 {
        throw ModelMisfit("it gives the same for different faces")
      }
    }
    let nearer = shifted.indices.count { row in
      embeddings.indices.allSatisfy {
        $0 == row
          || distance(shifted[row], embeddings[row]) < distance(shifted[row], embeddings[$0])
      }
    }
    // One drawing may be an outlier for the network.
    guard nearer >= embeddings.count - 1 else {
      throw ModelMisfit(
        "a drawn face moved by a pixel or two is nearer to another face than to itself "
          + "in \(embeddings.count - nearer) of \(embeddings.count) trials: "
          + "do colour order, mean, scale and layout fit?")
    }
  }

  private static func distance(_ a: Embedding, _ b: Embedding) -> Float {
    Metric.cosine.distance(a, b)
  }

  /// Whether the embeddings of a batch equal those of its faces one by one.
  private static func supportsBatches(
    _ manifest: ModelManifest, _ file: URL, _ runtime: InferenceRuntime, _ chips: [FaceChip],
    _ embeddings: [Embedding]
  ) throws -> Bool {
    var several = manifest
    several.input.isSingle = nil
    // Where a size is left open the runtime does not look whether shapes inside fit it, and reads beyond its memory.
    let fixed = EmbeddingMember.shape(of: several.input, count: 3)
    guard
      (try? runtime.compile(file, shape: fixed, precision: .f32, streams: 1)) != nil,
      let model = try? runtime.compile(
        file, shape: EmbeddingMember.shape(of: several.input), precision: .f32, streams: 1),
      let found = try? EmbeddingMember(model: model, several).embeddings(of: chips),
      found.count == embeddings.count
    else { return false }
    return zip(found, embeddings).allSatisfy {
      $0.count == $1.count && $0.isFinite && distance($0, $1) < tolerance
    }
  }
}
