import Foundation
import Vectors

/// How a distance becomes a decision, as measured for one model.
public struct Verification: Codable, Sendable, Equatable {
  /// The metric that decides.
  public var metric: Metric
  /// Up to this distance two faces are taken for one person.
  public var threshold: Float
  /// Logistic regression on the distance: `p = 1 / (1 + exp(slope · (distance − middle)))`, fitted to
  /// pairs of which half show one person.
  public var slope: Float
  public var middle: Float
  /// On what threshold, slope and middle were measured.
  public var measuredOn: String
  /// How similar impostors are to each other; nil where that was not measured, and dlib's stand in.
  public var impostors: ImpostorDistribution?

  public init(
    metric: Metric, threshold: Float, slope: Float, middle: Float, measuredOn: String,
    impostors: ImpostorDistribution? = nil
  ) {
    self.metric = metric
    self.threshold = threshold
    self.slope = slope
    self.middle = middle
    self.measuredOn = measuredOn
    self.impostors = impostors
  }

  /// How similar impostors usually are: as measured for the model, or dlib's.
  public var usualImpostors: ImpostorDistribution { impostors ?? .standard }

  /// The least probability that is ever given, and what the greatest lacks of certainty: 1,600 pairs of
  /// each kind cannot show less, by the rule of three (3 / 1,600).
  public static let doubt: Float = 0.002

  /// The probability that two faces at this distance are one person, if it was as likely as not before
  /// anybody looked; from `doubt` to `1 − doubt`.
  public func probability(at distance: Float) -> Float {
    Self.bounded(1 / (1 + exp(slope * (distance - middle))))
  }

  /// A probability that is no surer than `doubt` allows.
  static func bounded(_ probability: Float) -> Float {
    min(1 - doubt, max(doubt, probability))
  }
}
