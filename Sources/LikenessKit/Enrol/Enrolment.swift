import Foundation

/// Where the name of a photo's most prominent face comes from.
public enum NameSource: String, Sendable, CaseIterable {
  /// The file's name without its extension.
  case file
  /// The name of the folder that the file lies in.
  case folder
  /// Nowhere: faces are added without a name.
  case none

  func name(of url: URL) -> String? {
    switch self {
    case .file: url.deletingPathExtension().lastPathComponent
    case .folder: url.deletingLastPathComponent().standardizedFileURL.lastPathComponent
    case .none: nil
    }
  }
}

/// How photos are added.
public struct EnrolmentOptions: Sendable {
  /// Where the name of a photo's most prominent face comes from, unless `name` or `labels` give one.
  public var nameSource = NameSource.file
  /// One name for all; counts more than `nameSource`.
  public var name: String?
  /// What else is said about the most prominent face. A person that it tells of counts more than
  /// `nameSource` and less than `name`.
  public var labels: LabelSource?
  /// What a photo may be at most; others are skipped.
  public var limits = PhotoLimits.default
  /// Which part of the photos is meant; nil for all.
  public var shard: Shard?

  /// Names from file names, for all photos.
  public init() {}
}

/// How adding went.
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

  /// Photos with at least one face that are new in the gallery.
  public var added = 0
  /// Faces in them.
  public var faces = 0
  /// Detections in new photos that are likely not faces; the gallery keeps them and leaves them out of its answers.
  public var doubtful = 0
  /// Photos that were there already.
  public var already = 0
  /// Photos that are for other workers.
  public var elsewhere = 0
  /// New photos without a face, or with doubtful detections only; the gallery remembers them.
  public var noFace = 0
  /// Files that are no photos, or damaged ones.
  public var unreadable = 0
  /// Every file that is not in the gallery afterwards, and every photo without a face, with why.
  public var skipped: [Skipped] = []
  /// Names whose new face does not look like their others.
  public var warnings: [String] = []
  /// Whether it was stopped before all photos were looked at; the next time goes on from there.
  public var interrupted = false
  /// How long it took.
  public var seconds = 0.0

  /// Nothing done yet.
  public init() {}
}
