import LikenessEvaluation
import LikenessKit

extension Estimate {
  /// In per cent with the interval, such as `97.27 % (96.50 to 97.90)`.
  var percent: String { value.percent + " " + interval.percent }
}

extension ConfidenceInterval {
  /// In per cent, such as `(96.50 to 97.90)`.
  var percent: String {
    "(\(low.percentDigits) to \(high.percentDigits))"
  }
}

extension Double {
  /// A part in per cent: two digits after the point, and three that count of small parts.
  var percent: String { percentDigits + " %" }

  fileprivate var percentDigits: String {
    let hundredfold = 100 * self
    guard hundredfold > 0, hundredfold < 0.1 else { return hundredfold.digits(2) }
    return hundredfold.significant
  }
}
