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

  /// A folder whose photos show mostly one person, and whose name may be theirs.
  public struct Folder: Sendable, Codable, Equatable {
    /// Its path.
    public var folder: String
    /// Its own name.
    public var name: String
    /// How many of its photos were added without a name.
    public var photos: Int

    /// A folder with so many photos.
    public init(folder: String, name: String, photos: Int) {
      (self.folder, self.name, self.photos) = (folder, name, photos)
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
  /// Photos that were there already, whose face got a name.
  public var named = 0
  /// Faces that regions in photos' files or beside them named.
  public var regionNames = 0
  /// Photos with names of people whom they show somewhere, which the review offers.
  public var candidates = 0
  /// Photos that were there already, whose face got other labels.
  public var labelled = 0
  /// Photos that were there already, of which it is known only now when they were taken.
  public var dated = 0
  /// Photos that were removed since their file holds another photo now.
  public var replaced = 0
  /// New photos that got no name, since their file names say nothing of whom they show.
  public var unnamed = 0
  /// Those of their folders that show mostly one person.
  public var folders: [Folder] = []
  /// Photos of other shards.
  public var elsewhere = 0
  /// New photos without a face, or with doubtful detections only; the gallery remembers them.
  public var noFace = 0
  /// Files that are not photos, or are damaged.
  public var unreadable = 0
  /// What lies in the folders and is not a photo.
  public var passedOver = PassedOver()
  /// Photos that were not reached, where it was stopped.
  public var notReached = 0
  /// Every file that was not added, and every photo without a face, with the reason.
  public var skipped: [Skipped] = []
  /// Names whose new face does not look like their others, and photos that kept another name than they were added by.
  public var warnings: [String] = []
  /// Whether it was stopped before all photos were processed; the next run resumes there.
  public var interrupted = false
  /// The duration in seconds.
  public var seconds = 0.0

  /// Nothing done yet.
  public init() {}
}
