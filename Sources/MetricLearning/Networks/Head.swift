/// The part of a network that turns features `(n, features)` into vectors `(n, dimensions)`.
public protocol Head: Layer {
  var dimensions: Int { get }
}
