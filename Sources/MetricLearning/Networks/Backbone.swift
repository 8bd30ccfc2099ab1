/// The part of a network that turns an image `(n, 3, rows, columns)` into features `(n, features)`.
public protocol Backbone: Layer {
  /// How many features there are.
  var features: Int { get }
  /// How pixels have to be normalised for it.
  var normalization: PixelNormalization { get }
}

/// The part of a network that turns features `(n, features)` into vectors `(n, dimensions)`.
public protocol Head: Layer {
  var dimensions: Int { get }
}
