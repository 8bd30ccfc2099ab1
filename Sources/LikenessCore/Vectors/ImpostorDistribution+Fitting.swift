import Foundation

extension ImpostorDistribution {
  /// The parts of the pairs at which the tail is measured: 0.5, 0.2, 0.1, 0.05 and so on.
  private static let rates = (1...9).flatMap { decade in
    [5.0, 2, 1].map { $0 / pow(10, Double(decade)) }
  }
  /// So many pairs above a point of the tail bear it.
  private static let pairsAbove = 20

  /// Measures a model's own on pairs of faces that are known to be of two people.
  /// - Parameter similarities: cosine similarities of those pairs, in any order.
  /// - Returns: median, width and the upper tail as far as it has 20 pairs above each point; nil where the pairs are too
  ///   few for two points, or all are equally similar.
  public init?(impostorSimilarities similarities: [Float]) {
    let sorted = similarities.sorted()
    func quantile(_ part: Double) -> Float {
      sorted[min(sorted.count - 1, max(0, Int(part * Double(sorted.count))))]
    }
    guard sorted.count >= 5 * Self.pairsAbove, let last = sorted.last, last.isFinite,
      sorted[0].isFinite
    else { return nil }
    let median = quantile(0.5)
    let width = median - quantile(0.16)
    guard width > 0 else { return nil }
    var tail = [TailPoint(z: 0, logarithm: Float(log10(Self.rates[0])))]
    for rate in Self.rates.dropFirst() {
      let above = Int((Double(sorted.count) * rate).rounded())
      guard above >= Self.pairsAbove else { break }
      let z = (sorted[sorted.count - above] - median) / width
      // A straight line goes through the points, which none may stand on.
      if z > tail[tail.count - 1].z { tail.append(TailPoint(z: z, logarithm: Float(log10(rate)))) }
    }
    guard tail.count >= 2 else { return nil }
    self.init(median: median, width: width, tail: tail, faces: 0)
  }
}
