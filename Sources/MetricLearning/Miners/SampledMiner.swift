/// What a `TripletSampler` picked before anything was known of the embeddings, the same number for each attribute.
public struct SampledMiner: TripletMiner {
  public static let definition = MinerDefinition(
    name: "sampled",
    summary: "picked before anything is known of the embeddings, as many for each attribute",
    usesSampledTriplets: true)

  private let sampled: Triplets

  public init(_ settings: MinerSettings) { sampled = settings.sampled }

  public func triplets(
    _ distances: DistanceMatrix, labels: [Int], using random: inout some RandomNumberGenerator
  ) -> Triplets { sampled }
}
