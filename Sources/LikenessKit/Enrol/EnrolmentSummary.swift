import Faces

/// The outcome of adding photos.
public struct EnrolmentSummary: Sendable, Codable {
  /// A file that was left out.
  public struct Skipped: Sendable, Codable {
    /// Its path.
    public var photo: String
    /// Why, in one line.
    public var reason: String

    /// A file that was left out for a reason.
    public init(photo: String, reason: String) {
      self.photo = photo
      self.reason = reason
    }
  }

  /// New photos with at least one face.
  public var added = 0
  /// Faces in them.
  public var faces = 0
  /// Detections in new photos that are likely not faces; the gallery keeps them and leaves them out of its answers.
  public var doubtful = 0
  /// Photos that were there already.
  public var already = 0
  /// Photos of other shards.
  public var elsewhere = 0
  /// New photos without a face, or with doubtful detections only; the gallery remembers them.
  public var noFace = 0
  /// Files that are not photos, or are damaged.
  public var unreadable = 0
  /// What lies in the folders and is no photo.
  public var passedOver = PassedOver()
  /// Photos that were not reached, where it was stopped.
  public var notReached = 0
  /// Every file that was not added, and every photo without a face, with the reason.
  public var skipped: [Skipped] = []
  /// Names whose new face does not look like their others.
  public var warnings: [String] = []
  /// Whether it was stopped before all photos were processed; the next run resumes there.
  public var interrupted = false
  /// The duration in seconds.
  public var seconds = 0.0

  /// Nothing done yet.
  public init() {}
}
