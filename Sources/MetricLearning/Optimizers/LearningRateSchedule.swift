import Foundation

/// The learning rate of each step, a function of its number alone, so that a run can be resumed.
public enum LearningRateSchedule: Sendable, Hashable, Codable {
  case constant
  /// Multiplied by `factor` after every `every` steps.
  case step(every: Int, factor: Double)
  /// Grows evenly for `warmUp` steps, then falls along half a cosine to `floor` times its height at
  /// step `total` (Loshchilov and Hutter 2017, without restarts).
  case cosine(warmUp: Int, total: Int, floor: Double)

  /// The rate for a step, counted from 0.
  /// - Parameter base: the greatest.
  public func rate(at step: Int, base: Double) -> Double {
    switch self {
    case .constant:
      return base
    case .step(let every, let factor):
      return base * pow(factor, Double(step / max(1, every)))
    case .cosine(let warmUp, let total, let floor):
      if step < warmUp { return base * Double(step + 1) / Double(warmUp) }
      let share = min(1, Double(step - warmUp) / Double(max(1, total - warmUp)))
      return base * (floor + (1 - floor) * (1 + cos(.pi * share)) / 2)
    }
  }
}
