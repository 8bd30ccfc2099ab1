/// Who is asking.
struct Caller: Sendable {
  /// The name of the key; nil where none is needed.
  var key: String?
  /// Nil for somebody who is known by nothing.
  var rights: Rights?
  /// The token of a browser that signed in, which it sends with each change.
  var csrf: String?
}
