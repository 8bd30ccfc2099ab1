import Foundation
import LikenessCore

/// Whether two faces are one person by the user's own rule, D(x₁, x₂) ≤ k.
public struct RuleVerdict: Sendable, Codable {
  /// Whether the distance is within the threshold, however poor the faces are; `reason` tells whether they are.
  public var same: Bool
  /// In `metric`, between the two nearest faces where there are several.
  public var distance: Float
  /// The user's k: up to this distance the answer is yes.
  public var threshold: Float
  /// The metric of `distance` and `threshold`.
  public var metric: Metric
  /// What the model itself estimates, from 0 to 1, as `Verdict` has it; it does not decide.
  public var probability: Float
  /// What decided, what the model estimates, and what to know about the faces.
  public var reason: String

  /// - Parameters:
  ///   - estimate: what the model says of the same faces.
  ///   - remarks: what to know about the faces, in words.
  init(
    distance: Float, metric: Metric, threshold: Float, estimate: Verdict, remarks: [String]
  ) {
    (self.distance, self.metric, self.threshold) = (distance, metric, threshold)
    same = distance <= threshold
    probability = estimate.probability
    // As many digits as tell the distance from the threshold.
    let short = String(format: "%.4f", Double(distance))
    let isTold = Float(short).map { ($0 <= threshold) == (distance <= threshold) } == true
    let relation =
      "\(metric.rawValue) \(isTold ? short : "\(distance)") is "
      + "\(distance <= threshold ? "within" : "above") your threshold \(threshold)"
    let own =
      "the model's own estimate, which decides nothing here, is a probability of "
      + estimate.probability.percentage
    let poor = "a face is too poor for more than a guess"
    reason = ([relation, own, estimate.same == nil ? poor : nil] + remarks)
      .compactMap(\.self).joined(separator: "; ")
  }
}
