import CKernels
import Foundation
import LikenessCore

/// A network that turns face chips into embeddings. One belongs to one thread at a time.
final class EmbeddingMember {
  let manifest: ModelManifest
  private let request: InferenceRequest
  private let layout: ModelManifest.Layout
  private let alignment: any FaceAlignment
  /// Width and height of its chips in pixels.
  let side: Int
  /// More at once gain nothing: by then the weights are read from memory seldom enough.
  static let maximumBatchSize = 8
  private let batchSize: Int

  /// - Parameter model: compiled for `Self.shape(of: manifest)`.
  init(model: CompiledModel, _ manifest: ModelManifest) throws {
    self.manifest = manifest
    side = manifest.input.width
    layout = manifest.input.layout ?? .nhwcUInt8
    alignment = (manifest.input.alignment ?? .dlib).alignment
    batchSize = manifest.input.isSingle == true ? 1 : Self.maximumBatchSize
    request = try model.request(
      input: Self.shape(of: manifest.input, count: 1),
      layout == .nhwcUInt8 ? .uint8 : .float32)
  }

  /// Of the network's input.
  /// - Parameter count: of chips; nil for any number, where the network takes several.
  static func shape(of input: ModelManifest.Input, count: Int? = nil) -> [Int] {
    let count = count ?? (input.isSingle == true ? 1 : -1)
    return input.layout == .nchw
      ? [count, 3, input.height, input.width] : [count, input.height, input.width, 3]
  }

  /// Whether it needs dlib's landmarks.
  var usesDlibLandmarks: Bool { alignment.needsDlibLandmarks }

  /// A face cut out for this network.
  /// - Parameter dlib: called where the alignment needs dlib's landmarks.
  func chip(
    from photo: Photo, landmarks: FaceLandmarks, dlib: () -> DlibLandmarks
  ) -> FaceChip {
    alignment.chip(from: photo, landmarks: landmarks, dlib: dlib, side: side)
  }

  /// The embeddings of chips as the network gives them, each `(d,)`, in their order.
  /// - Throws: `InferenceError`
  func embeddings(of chips: [FaceChip]) throws -> [Embedding] {
    var embeddings: [Embedding] = []
    for start in stride(from: 0, to: chips.count, by: batchSize) {
      let batch = chips[start..<min(chips.count, start + batchSize)]
      try request.reshape(Self.shape(of: manifest.input, count: batch.count))
      for (place, chip) in batch.enumerated() { write(chip, at: place) }
      try request.run()
      try request.withOutput(manifest.output.place ?? 0) { _, values in
        let dimensions = values.count / batch.count
        guard dimensions * batch.count == values.count,
          manifest.output.dimensions ?? dimensions == dimensions
        else {
          throw InferenceError.failed(
            "the model \(manifest.name) gives \(values.count) numbers for \(batch.count) faces "
              + "instead of \(manifest.output.dimensions ?? 0) each")
        }
        for place in 0..<batch.count {
          embeddings.append(
            Embedding(Array(values[place * dimensions..<(place + 1) * dimensions])))
        }
      }
    }
    return embeddings
  }

  private func write(_ chip: FaceChip, at place: Int) {
    precondition(chip.side == side, "a chip of \(chip.side) pixels instead of \(side)")
    let count = 3 * side * side
    if layout == .nhwcUInt8 {
      request.withInput(as: UInt8.self) {
        let out = $0.baseAddress! + place * count
        out.update(from: chip.pixels, count: count)
        guard manifest.input.colorOrder == "BGR" else { return }
        for pixel in 0..<side * side { swap(&out[3 * pixel], &out[3 * pixel + 2]) }
      }
      return
    }
    let input = manifest.input
    let scale = input.isNormalizedInside ? 1 : input.scale
    let mean = input.isNormalizedInside ? [0, 0, 0] : input.mean
    request.withInput(as: Float.self) {
      ck_scale_rgb8(
        chip.pixels, side * side, input.colorOrder == "BGR" ? 1 : 0, layout == .nchw ? 1 : 0,
        mean, scale, $0.baseAddress! + place * count)
    }
  }
}
