import Foundation

extension BinaryFloatingPoint {
  /// A probability in percent, with as many digits as tell it from 0 and 100.
  package var percentage: String { percentageDigits + " %" }

  /// The same without the sign.
  package var percentageDigits: String {
    let isNearAnEnd = self > 0.995 || self < 0.005
    return String(format: isNearAnEnd ? "%.2f" : "%.1f", 100 * Double(self))
  }
}
