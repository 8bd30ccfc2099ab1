import Foundation
import LikenessCore

/// Whether two faces are one person, as a trained head says.
public struct HeadVerdict: Sendable, Codable {
  /// True or false; nil where the faces are too poor to judge.
  @OrNull public var same: Bool?
  /// The probability of one person, from 0 to 1, with even prior odds.
  public var probability: Float
  /// From this probability on the answer is yes.
  public var threshold: Float
  /// The plain distance of the same faces, which does not decide.
  public var distance: Float
  /// The metric of `distance`.
  public var metric: Metric
  /// The head's name.
  public var head: String
  /// Where the threshold comes from, and what to know about the faces.
  public var reason: String

  init(
    probability: Float, distance: Float, metric: Metric, by model: VerificationHead,
    remarks: [String], isJudgeable: Bool
  ) {
    (self.probability, self.distance, self.metric) = (probability, distance, metric)
    threshold = model.description.threshold
    head = model.name
    let isOver = probability >= threshold
    same = isJudgeable ? isOver : nil
    let digits = { (value: Float) in String(format: "%.4f", Double(value)) }
    let relation =
      "the head \(model.name) gives \(digits(probability)), "
      + "\(isOver ? "at least" : "less than") its threshold \(digits(threshold)); "
      + "it learnt from \(model.description.measuredOn)"
    reason = ([isJudgeable ? nil : "too poor to judge", relation] + remarks)
      .compactMap { $0 }.joined(separator: "; ")
  }
}
