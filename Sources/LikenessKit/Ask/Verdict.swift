import Foundation
import LikenessCore

/// Whether two faces are one person.
public struct Verdict: Sendable, Codable {
  /// True or false; nil where the faces are too poor to judge.
  @OrNull public var same: Bool?
  /// In the metric of the threshold.
  public var distance: Float
  /// The probability of one person, from 0 to 1, by the model's calibration, with even prior odds.
  public var probability: Float
  /// Up to this distance the answer is yes.
  public var threshold: Float
  /// The metric of `distance` and `threshold`.
  public var metric: Metric
  /// Where the threshold comes from, and what to know about the faces.
  public var reason: String

  /// Decides on the distance between two faces.
  /// - Parameters:
  ///   - remarks: what to know about the faces, in words.
  ///   - isJudgeable: whether both faces are good enough.
  init(distance: Float, by model: Verification, remarks: [String], isJudgeable: Bool) {
    self.distance = distance
    probability = model.probability(at: distance)
    threshold = model.threshold
    metric = model.metric
    same = isJudgeable ? distance <= model.threshold : nil
    reason = Self.reason(
      distance, model.metric, model.threshold, where: "the chance is even on \(model.measuredOn)",
      remarks: remarks, isJudgeable: isJudgeable)
  }

  /// Why a distance decides as it does, in words.
  /// - Parameters:
  ///   - name: what the threshold is called.
  ///   - circumstance: what is so at the threshold.
  static func reason(
    _ distance: Float, _ metric: Metric, _ threshold: Float, called name: String = "the threshold",
    where circumstance: String, remarks: [String] = [], isJudgeable: Bool
  ) -> String {
    let digits = { (value: Float) in String(format: "%.4f", Double(value)) }
    let relation =
      "\(metric.rawValue) distance \(digits(distance)) is "
      + "\(distance <= threshold ? "within" : "above") \(name) \(digits(threshold)), "
      + "where \(circumstance)"
    return ([isJudgeable ? nil : "too poor to judge", relation] + remarks)
      .compactMap { $0 }.joined(separator: "; ")
  }
}
