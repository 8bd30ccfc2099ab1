import Faces
import Foundation
import LikenessCore

/// How names of another program are brought into a gallery.
public struct ImportOptions: Sendable {
  /// Folders that photos are looked for in where their paths lead nowhere: by the ends of their paths.
  public var photoFolders: [URL] = []
  /// A name of a list goes to a face that has it with at least this probability, from 0 to 1.
  public var sureness = 0.9
  /// Whether a face that the detector did not find is added in the box that a name has.
  public var drawsMissingFaces = false
  /// Whether faces that go by another name get the imported one.
  public var replacesNames = false
  /// Whether the gallery stays as it is: photos that it has not got are passed over, and no face is named.
  public var isTrial = false
  /// The largest photo to accept.
  public var limits = PhotoLimits.default

  /// Names for faces without a name, of which one can be sure.
  public init() {}
}

/// What became of an import.
public struct ImportSummary: Sendable, Codable {
  /// A face that is likely somebody's, but not surely enough to be named.
  public struct UnsureFace: Sendable, Codable, Equatable {
    /// The face's id.
    public var face: FaceID
    /// The path of its photo.
    public var photo: String
    /// Where it is, in pixels of the upright photo.
    public var box: Box
    /// Whose it likely is.
    public var name: String
    /// How likely, from 0 to 1.
    public var probability: Double
  }

  /// Photos that the source names somebody on.
  public var photos = 0
  /// Those of them that were new to the gallery.
  public var added = 0
  /// Different names.
  public var names = 0
  /// Faces that got a name.
  public var named = 0
  /// Those of them that were chosen from a list of names without places.
  public var assigned = 0
  /// Those of them that were added in a box where no face had been found.
  public var drawn = 0
  /// Faces that had the name already.
  public var already = 0
  /// Faces to be looked at, the likeliest first.
  public var unsure: [UnsureFace] = []
  /// What did not come, and why.
  public var leftOut = ImportTally()
  /// Whether it was stopped before all photos were added; then no face was named, and the next run goes on.
  public var interrupted = false

  /// Nothing done yet.
  public init() {}
}
