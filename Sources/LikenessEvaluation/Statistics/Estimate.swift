/// A range that holds the true value with a confidence of 95 %.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double

  /// The range from `low` to `high`.
  public init(low: Double, high: Double) {
    (self.low, self.high) = (low, high)
  }

  /// Of a normal distribution, between which and its negative 95 % lie.
  static let normalQuantile = 1.959_963_984_540_054

  /// Of a proportion seen in independent trials (Wilson, "Probable inference, the law of succession, and
  /// statistical inference", 1927).
  /// - Parameter n: how many trials, also a fraction; with none anything is possible.
  static func wilson(_ proportion: Double, trials n: Double) -> ConfidenceInterval {
    guard n > 0 else { return ConfidenceInterval(low: 0, high: 1) }
    let z2 = normalQuantile * normalQuantile
    let middle = proportion + z2 / (2 * n)
    let reach =
      normalQuantile * (proportion * (1 - proportion) / n + z2 / (4 * n * n)).squareRoot()
    return ConfidenceInterval(
      low: max(0, (middle - reach) / (1 + z2 / n)), high: min(1, (middle + reach) / (1 + z2 / n)))
  }
}

/// A measured proportion, from 0 to 1, with its interval of 95 %.
public struct Estimate: Codable, Sendable, Equatable {
  /// The proportion as measured.
  public var value: Double
  /// The lower end of its interval.
  public var low: Double
  /// The upper end of its interval.
  public var high: Double

  /// A proportion with the ends of its interval.
  public init(value: Double, low: Double, high: Double) {
    (self.value, self.low, self.high) = (value, low, high)
  }

  /// From `low` to `high`.
  public var interval: ConfidenceInterval { ConfidenceInterval(low: low, high: high) }

  /// The wider of both at each end: the percentiles of the resamples, and Wilson's interval of as many independent trials
  /// as have the spread of the resamples (Korn and Graubard, "Confidence intervals for proportions with small expected
  /// number of positive counts", 1998). Where only a few people err, percentiles alone end too early.
  /// - Parameters:
  ///   - resampled: what resampling came to; nil where it came to nothing.
  ///   - trials: how many independent trials the data hold at least. Where all of them went one way, so do all resamples,
  ///     which then say nothing of the doubt left: these trials do.
  init(_ value: Double, _ resampled: Resampled?, independentTrials trials: Int) {
    guard let resampled, value > 0, value < 1, resampled.variance > 0 else {
      self.init(value, ConfidenceInterval.wilson(value, trials: Double(trials)))
      return
    }
    let wilson = ConfidenceInterval.wilson(
      value, trials: value * (1 - value) / resampled.variance)
    self.init(
      value,
      ConfidenceInterval(
        low: min(wilson.low, resampled.percentiles.low),
        high: max(wilson.high, resampled.percentiles.high)))
  }

  private init(_ value: Double, _ interval: ConfidenceInterval) {
    self.init(value: value, low: min(value, interval.low), high: max(value, interval.high))
  }
}

/// How a statistic spreads over resamples.
struct Resampled: Sendable, Equatable {
  /// The 2.5th and the 97.5th.
  var percentiles: ConfidenceInterval
  var variance: Double
}
