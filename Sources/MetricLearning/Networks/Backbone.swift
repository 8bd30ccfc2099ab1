/// The part of a network that turns an image `(n, 3, rows, columns)` into features `(n, features)`.
public protocol Backbone: Layer {
  /// How many features there are.
  var features: Int { get }
  /// How pixels have to be normalised for it.
  var normalization: PixelNormalization { get }
}
