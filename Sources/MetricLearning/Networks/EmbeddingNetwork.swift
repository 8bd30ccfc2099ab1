/// Pixels to vectors: normalisation, a backbone and a head.
public final class EmbeddingNetwork: Layer {
  public let normalization: PixelNormalization
  public let backbone: any Backbone
  /// nil where the backbone's features are the embedding.
  public let head: (any Head)?

  public init(_ backbone: any Backbone, head: (any Head)? = nil) {
    self.backbone = backbone
    self.head = head
    normalization = backbone.normalization
  }

  public var parts: [(name: String, module: any Module)] {
    [("backbone", backbone)] + (head.map { [("head", $0)] } ?? [])
  }

  /// The length of its vectors, d.
  public var dimensions: Int { head?.dimensions ?? backbone.features }

  /// `(n, rows, columns, 3)` bytes to `(n, d)`.
  public func callAsFunction(_ pixels: Tensor) -> Tensor {
    let features = backbone(normalization(pixels))
    return head?(features) ?? features
  }
}
