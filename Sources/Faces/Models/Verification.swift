import Foundation
import LikenessCore

/// A model's calibration: how a distance becomes a decision.
public struct Verification: Codable, Sendable, Equatable {
  /// The metric that decides.
  public var metric: Metric
  /// The maximum distance at which two faces are taken for one person.
  public var threshold: Float
  /// The coefficient of logistic regression on the distance, `p = 1 / (1 + exp(coefficient · (distance − midpoint)))`,
  /// fitted to genuine and impostor pairs of equal weight.
  public var coefficient: Float
  /// The distance at which `p` is one half.
  public var midpoint: Float
  /// The data that threshold, coefficient and midpoint were measured on, for display.
  public var measuredOn: String
  /// How similar impostors are to each other; nil where that was not measured, and dlib's stand in.
  public var impostors: ImpostorDistribution?
  /// The bound of probabilities, which lie between `doubt` and `1 − doubt`: what as many pairs as it was fitted to can
  /// show; nil for `standardDoubt`.
  public var doubt: Float?

  /// What was measured for a model.
  public init(
    metric: Metric, threshold: Float, coefficient: Float, midpoint: Float, measuredOn: String,
    impostors: ImpostorDistribution? = nil, doubt: Float? = nil
  ) {
    self.metric = metric
    self.threshold = threshold
    self.coefficient = coefficient
    self.midpoint = midpoint
    self.measuredOn = measuredOn
    self.impostors = impostors
    self.doubt = doubt
  }

  private enum CodingKeys: String, CodingKey {
    case metric, threshold, measuredOn, impostors, doubt
    case coefficient = "slope"
    case midpoint = "middle"
  }

  /// How similar impostors usually are: as measured for the model, or dlib's.
  public var usualImpostors: ImpostorDistribution { impostors ?? .standard }

  /// The bound for models without one: 1,600 pairs of each kind show no less, by the rule of three (3 / 1,600).
  public static let standardDoubt: Float = 0.002

  /// The probability that two faces at this distance are one person, with even prior odds.
  ///
  /// - Returns: from `doubt` to `1 − doubt`; one half at `midpoint`.
  public func probability(at distance: Float) -> Float {
    probability(at: distance, evenAt: midpoint)
  }

  /// The probability that two faces at this distance are one person, where it is one half at another distance than
  /// `midpoint`, such as the threshold of a gallery, for the nearest of many faces.
  public func probability(at distance: Float, evenAt threshold: Float) -> Float {
    bounded(1 / (1 + exp(coefficient * (distance - threshold))))
  }

  /// A probability clamped to `doubt...1 − doubt`.
  public func bounded(_ probability: Float) -> Float {
    Self.bounded(probability, doubt: doubt ?? Self.standardDoubt)
  }

  static func bounded(_ probability: Float, doubt: Float = standardDoubt) -> Float {
    min(1 - doubt, max(doubt, probability))
  }
}
