/// Whether what a gallery keeps belongs together.
public protocol GalleryChecking: AnyObject, Sendable {
  /// Looks for records that are damaged or refer to nothing, and for embeddings that cannot be compared.
  /// - Parameters:
  ///   - hasUnitLength: whether the gallery's model says that its embeddings are of length 1.
  ///   - repairing: does what can be done without loss; the store has to be open for writing.
  /// - Returns: what was found, repaired or not.
  func check(hasUnitLength: Bool, repairing: Bool) throws(GalleryError) -> [GalleryFinding]
}
