/// How the graph of an `HNSWIndex` is built. The names are those of the paper:
/// Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
/// Navigable Small World graphs" (2016).
public struct HNSWParameters: Sendable, Hashable, Codable {
  /// `M`: how many links a vector asks for. It may have twice as many in the lowest layer, where all
  /// vectors are, and as many in the layers above. From 4 to 128.
  public var links: Int
  /// `efConstruction`: how many candidates are looked at to find them. Up to 1,048,576.
  public var constructionBeam: Int
  /// Which vectors are also in the layers above follows from their ids and this number.
  public var seed: UInt64

  static let maximumConstructionBeam = 1 << 20

  /// Parameters that suit embeddings of a few hundred dimensions, unless others are given.
  public init(links: Int = 16, constructionBeam: Int = 128, seed: UInt64 = 1) {
    precondition(
      (4...128).contains(links) && (1...Self.maximumConstructionBeam).contains(constructionBeam))
    self.links = links
    self.constructionBeam = constructionBeam
    self.seed = seed
  }
}
