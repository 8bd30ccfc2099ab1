import Foundation
import LikenessCore

/// How to use a model file that is to be added, as far as the file does not say it itself.
public struct ModelAddition: Sendable {
  /// The model's name, and its folder's.
  public var name: String
  /// The model's kind; nil to infer it from the outputs.
  public var kind: ModelManifest.Kind?
  /// The conventions where nothing else is given; nil for `arcface`, or for a detector's usual form.
  public var preset: Preset?
  /// Width and height of the faces that it sees, in pixels, where the file leaves them open.
  public var size: Int?
  /// `RGB` or `BGR`.
  public var colorOrder: String?
  /// One for all channels, or one each in the input's order.
  public var mean: [Float]?
  /// What a pixel is multiplied by, after the mean was taken away.
  public var scale: Float?
  /// Where the file does not say it.
  public var layout: ModelManifest.Layout?
  /// How faces are cut out for it; nil for ArcFace's alignment.
  public var alignment: ModelManifest.Alignment?
  /// The metric of its embeddings; nil for cosine.
  public var metric: Metric?
  /// The name of the output that is the embedding, where there are several.
  public var output: String?
  /// What may be done with the model, for its manifest.
  public var licence: String?
  /// Where the model comes from, for its manifest.
  public var source: String?
  /// Whether the network normalizes pixels from 0 to 255 by itself.
  public var isNormalizedInside = false
  /// Whether to replace an existing model of the same name.
  public var replaces = false

  /// A model to be added under a name, as its file says it is.
  public init(name: String) {
    self.name = name
  }

  /// The options that do not apply to a detector.
  public var onlyForEmbeddings: [String] {
    [
      ("preset", preset != nil), ("size", size != nil), ("alignment", alignment != nil),
      ("metric", metric != nil), ("embedding output", output != nil),
    ].filter(\.1).map(\.0)
  }

  /// How pixels become the input, as far as it is said.
  func normalization(
    otherwise standard: (colorOrder: String, mean: [Float], scale: Float)
  ) -> (colorOrder: String, mean: [Float], scale: Float) {
    let base = preset.map { ($0.colorOrder, $0.mean, $0.scale) } ?? standard
    let mean = mean.map { $0.count == 1 ? [Float](repeating: $0[0], count: 3) : $0 }
    guard !isNormalizedInside else { return (colorOrder ?? base.0, [0, 0, 0], 1) }
    return (colorOrder ?? base.0, mean ?? base.1, scale ?? base.2)
  }
}
