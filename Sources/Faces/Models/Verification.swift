import Foundation
import LikenessCore

/// A model's calibration: how a distance becomes a decision.
public struct Verification: Codable, Sendable, Equatable {
  /// The metric that decides.
  public var metric: Metric
  /// Up to this distance two faces are taken for one person.
  public var threshold: Float
  /// Logistic regression on the distance: `p = 1 / (1 + exp(slope · (distance − middle)))`, fitted to
  /// pairs of which half show one person.
  public var slope: Float
  /// The distance at which it is as likely as not that two faces are one person.
  public var middle: Float
  /// The data that threshold, slope and middle were measured on, in words.
  public var measuredOn: String
  /// How similar impostors are to each other; nil where that was not measured, and dlib's stand in.
  public var impostors: ImpostorDistribution?
  /// The bound of probabilities, which lie between `doubt` and `1 − doubt`: what as many pairs as it was fitted to can
  /// show; nil for `standardDoubt`.
  public var doubt: Float?

  /// What was measured for a model.
  public init(
    metric: Metric, threshold: Float, slope: Float, middle: Float, measuredOn: String,
    impostors: ImpostorDistribution? = nil, doubt: Float? = nil
  ) {
    self.metric = metric
    self.threshold = threshold
    self.slope = slope
    self.middle = middle
    self.measuredOn = measuredOn
    self.impostors = impostors
    self.doubt = doubt
  }

  /// How similar impostors usually are: as measured for the model, or dlib's.
  public var usualImpostors: ImpostorDistribution { impostors ?? .standard }

  /// Where a model says nothing: 1,600 pairs of each kind cannot show less, by the rule of three (3 / 1,600).
  public static let standardDoubt: Float = 0.002

  /// The probability that two faces at this distance are one person, with even prior odds.
  ///
  /// - Returns: from `doubt` to `1 − doubt`; one half at `middle`.
  public func probability(at distance: Float) -> Float { probability(at: distance, evenAt: middle) }

  /// The probability that two faces at this distance are one person, where it is one half at another distance than
  /// `middle`, such as the threshold of a gallery, for the nearest of many faces.
  public func probability(at distance: Float, evenAt threshold: Float) -> Float {
    bounded(1 / (1 + exp(slope * (distance - threshold))))
  }

  /// A probability that is no surer than `doubt` allows.
  public func bounded(_ probability: Float) -> Float {
    Self.bounded(probability, doubt: doubt ?? Self.standardDoubt)
  }

  static func bounded(_ probability: Float, doubt: Float = standardDoubt) -> Float {
    min(1 - doubt, max(doubt, probability))
  }
}
