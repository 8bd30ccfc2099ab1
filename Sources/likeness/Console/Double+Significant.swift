import Foundation

extension Double {
  /// Two digits that count, however small it is.
  var significant: String { String(format: "%.2g", self) }
}
