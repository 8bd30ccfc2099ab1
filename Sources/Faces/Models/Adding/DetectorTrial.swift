import Foundation

/// Runs a detector's model file on drawings, before it is accepted.
enum DetectorTrial {
  /// Of the input: any height and width.
  static let shape = [1, 3, -1, -1]
  /// Pictures of which no stride has as many cells as another's in the other.
  private static let pictures = [(width: 320, height: 320), (width: 416, height: 256)]

  /// - Returns: the manifest, completed by the results of the trial.
  /// - Throws: `ModelMisfit`, `InferenceError`
  static func manifest(
    _ addition: ModelAddition, _ port: ONNXInterface.Port, _ interface: ONNXInterface,
    file: URL, _ runtime: InferenceRuntime, source: String
  ) throws -> ModelManifest {
    guard let form = DetectorForm.allCases.first(where: { $0.outputs == interface.outputs.count })
    else {
      let forms = DetectorForm.allCases.enumerated().map { number, form in
        number == 0
          ? "a detector of \(form.title)'s form has \(form.outputs)"
          : "one of \(form.title)'s \(form.outputs)"
      }
      throw ModelMisfit(
        "it has \(interface.outputs.count) outputs: \(forms.joined(separator: ", "))")
    }
    if let other = addition.onlyForEmbeddings.first {
      throw ModelMisfit("it is a detector, which has no \(other)")
    }
    guard port.type == ONNXInterface.Port.float32, port.shape.map({ $0.count == 4 }) ?? true,
      port.shape?[1] ?? 3 == 3, addition.layout ?? .nchw == .nchw
    else {
      throw ModelMisfit(
        "its input \(port) is not a picture of 32-bit floats, (1, 3, height, width)")
    }
    let model = try compiled(file, runtime)
    let normalization = addition.normalization(otherwise: form.form.standardInput)
    let manifest = ModelManifest(
      detector: addition.name, form, source: addition.source ?? source,
      licence: addition.licence ?? "not stated",
      input: .init(
        width: 0, height: 0, colorOrder: normalization.colorOrder, mean: normalization.mean,
        scale: normalization.scale, isNormalizedInside: addition.isNormalizedInside,
        layout: .nchw))
    for (width, height) in pictures {
      try check(model, manifest, form, width: width, height: height)
    }
    return manifest
  }

  private static func compiled(_ file: URL, _ runtime: InferenceRuntime) throws -> CompiledModel {
    do {
      // Where sizes are left open the runtime does not look whether shapes inside fit them, and reads beyond its memory.
      for (width, height) in pictures {
        _ = try runtime.compile(
          file, shape: [1, 3, height, width], precision: .f32, streams: 1)
      }
      return try runtime.compile(file, shape: shape, precision: .f32, streams: 1)
    } catch {
      guard case .modelRefused(_, let reason) = error else { throw error }
      throw ModelMisfit(
        "it does not take pictures of any size (\(reason)): export it with height and width left open"
      )
    }
  }

  /// Which output of a network says what.
  /// - Parameter file: what errors name.
  /// - Throws: `InferenceError`
  static func places(
    _ form: DetectorForm, of model: CompiledModel, file: URL
  ) throws -> [DetectorForm.Places] {
    let (width, height) = (96, 64)
    let (shapes, _) = try answer(of: model, width: width, height: height) {
      $0.update(repeating: 0, count: 3 * width * height)
    }
    guard let places = form.places(ofOutputs: shapes, width: width, height: height) else {
      throw InferenceError.modelRefused(
        path: file.path, reason: "its outputs are not those of \(form.rawValue)")
    }
    return places
  }

  private static func check(
    _ model: CompiledModel, _ manifest: ModelManifest, _ form: DetectorForm, width: Int,
    height: Int
  ) throws {
    let count = width * height
    func answer(to picture: Photo) throws -> (shapes: [[Int]], values: [[Float]]) {
      try Self.answer(of: model, width: width, height: height) { planes in
        for pixel in 0..<count {
          for channel in 0..<3 {
            planes[(2 - channel) * count + pixel] = Float(picture.pixels[3 * pixel + channel])
          }
        }
        manifest.input.normalize(planes, count: count)
      }
    }
    let grey = Photo(
      width: width, height: height, pixels: [UInt8](repeating: 128, count: 3 * count))
    let (shapes, seen) = try answer(to: DrawnFace(number: 0).photo(width: width, height: height))
    guard let places = form.places(ofOutputs: shapes, width: width, height: height) else {
      let found = shapes.map { $0.map(String.init).joined(separator: " × ") }
      throw ModelMisfit(
        "its outputs are not those of \(form.rawValue): for a picture of \(width) × \(height) "
          + found.joined(separator: ", "))
    }
    let (_, blank) = try answer(to: grey)
    guard (seen + blank).joined().allSatisfy(\.isFinite) else {
      throw ModelMisfit("what it gives for a picture is not finite (NaN or infinity)")
    }
    let scores = places.flatMap { $0.scores }.flatMap { seen[$0] + blank[$0] }
    guard scores.allSatisfy({ (-0.01...1.01).contains($0) }) else {
      throw ModelMisfit("its scores do not lie between 0 and 1")
    }
    guard seen != blank else {
      throw ModelMisfit("it gives the same for a face and for plain grey")
    }
    let faces = places.contains { place in
      blank[place.scores[0]].indices.contains { row in
        place.scores.map { blank[$0][row] }.reduce(1, *) > form.form.faceScore
      }
    }
    guard !faces else {
      throw ModelMisfit("it finds faces in plain grey: do colour order, mean and scale fit?")
    }
  }

  /// All outputs for a picture.
  private static func answer(
    of model: CompiledModel, width: Int, height: Int, fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws -> (shapes: [[Int]], values: [[Float]]) {
    let request = try model.request(input: [1, 3, height, width], .float32)
    request.withInput(as: Float.self) { fill($0.baseAddress!) }
    try request.run()
    var (shapes, values): ([[Int]], [[Float]]) = ([], [])
    for place in 0..<(try model.outputs) {
      try request.withOutput(place) {
        shapes.append($0)
        values.append(Array($1))
      }
    }
    return (shapes, values)
  }
}
