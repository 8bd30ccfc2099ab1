import GalleryCore
import PhotoMetadata

/// A photo that was left out.
public struct SkippedPhoto: Sendable, Codable, Equatable {
  /// Its path, or its title where it came without a file.
  public var photo: String
  /// Why, in one line.
  public var reason: String
}

/// The outcome of reading names from photos' files.
public struct RegionSummary: Sendable, Codable {
  /// A face whose name in the gallery is another one than its file says.
  public struct Kept: Sendable, Codable, Equatable {
    /// The photo's path.
    public var photo: String
    /// The name that the face goes by, and keeps.
    public var name: String
    /// The name in the file.
    public var said: String
  }

  /// Photos whose files were looked at.
  public var photos = 0
  /// Faces that got a name.
  public var named = 0
  /// Faces that kept another name.
  public var kept: [Kept] = []
  /// Photos with names of people who are on them somewhere.
  public var candidates = 0
  /// Photos that were cropped since their regions were written, which name nobody therefore.
  public var cropped: [String] = []
  /// What could not be read, one line each.
  public var faults: [String] = []
  /// Photos that were left out, with the reason.
  public var skipped: [SkippedPhoto] = []
  /// Whether it was stopped before all photos were looked at.
  public var interrupted = false

  /// Nothing done yet.
  public init() {}

  mutating func take(_ outcome: RegionNaming.Outcome, _ faults: [String], _ photo: String) {
    named += outcome.named
    kept += outcome.kept.map { Kept(photo: photo, name: $0.name, said: $0.said) }
    if !outcome.candidates.isEmpty { candidates += 1 }
    if outcome.isCropped { cropped.append(photo) }
    self.faults += faults
  }
}

/// The outcome of writing names into photos' files or beside them.
public struct TagSummary: Sendable, Codable {
  /// A region of another program that has the gallery's name now.
  public struct Renamed: Sendable, Codable, Equatable {
    /// The photo's path.
    public var photo: String
    /// The name that another program gave.
    public var from: String
    /// The gallery's name.
    public var to: String
  }

  /// Photos that were looked at.
  public var photos = 0
  /// Photos whose names were written.
  public var written = 0
  /// Photos whose files say all of it already.
  public var unchanged = 0
  /// Photos without a named face.
  public var unnamed = 0
  /// Faces whose names were written.
  public var faces = 0
  /// Regions of other programs that had another name.
  public var renamed: [Renamed] = []
  /// The files that were written.
  public var files: [String] = []
  /// Photos that were left out, with the reason.
  public var skipped: [SkippedPhoto] = []
  /// Whether it was stopped before all photos were looked at.
  public var interrupted = false

  /// Nothing done yet.
  public init() {}

  mutating func take(_ outcome: TagOutcome, _ photo: StoredPhoto) {
    guard !outcome.files.isEmpty else {
      unchanged += 1
      return
    }
    written += 1
    faces += outcome.changes.added + outcome.changes.renamed.count
    renamed += outcome.changes.renamed.map {
      Renamed(photo: photo.path, from: $0.from, to: $0.to)
    }
    files += outcome.files.map(\.path)
  }
}
