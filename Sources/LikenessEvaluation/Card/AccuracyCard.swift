import LikenessCore
import LikenessKit

/// How far the names of a gallery can be trusted, measured on the gallery itself: each face with a name is looked for among all others
/// as if it were new.
///
/// A face is *right* where the nearest face on another photo has its name and lies within the gallery's threshold for unknown people,
/// *wrong* where one of another name does, and *unknown* where none does. Faces whose name nobody else has cannot be found, and show how often
/// strangers are taken for somebody. Intervals are of 95 %, over resampled people.
public struct AccuracyCard: Codable, Sendable {
  /// What the faces of a group come to.
  public struct Group: Codable, Sendable {
    /// What the faces have in common; empty for all.
    public var group: String
    /// Different names.
    public var people: Int
    /// Faces that could be found: with another of their name on another photo.
    public var faces: Int
    /// Those that were given their own name.
    public var right: Int
    /// Those that were given another one.
    public var wrong: Int
    /// Those that were given none.
    public var unknown: Int
    /// The part of `faces` that was right; nil without any.
    @OrNull public var rightRate: Estimate?
    /// The part of `faces` that was wrong; nil without any.
    @OrNull public var wrongRate: Estimate?
    /// The median of how likely each face and the nearest one of its name are one person; nil without any.
    @OrNull public var sureness: Double?
    /// Faces that could not be found, as they are the only ones of their name.
    public var alone: Int
    /// Those of them that were given somebody's name.
    public var aloneWrong: Int
  }

  /// The groups of a label, or of the age that a date of birth tells.
  public struct Column: Codable, Sendable {
    /// The label's key.
    public var column: String
    /// Numbers in their order, before words.
    public var groups: [Group]
    /// Faces with a name of which it is not known.
    public var withoutValue: Int
  }

  /// Two names of which one is taken for the other, or nearly.
  public struct Confusion: Codable, Sendable {
    /// The first name, in the order of the alphabet.
    public var first: String
    /// The second name.
    public var second: String
    /// How many faces of either were given the name of the other.
    public var mistaken: Int
    /// The cosine distance of the two faces that are most alike.
    public var distance: Float
    /// How likely these two are one person.
    public var probability: Double
    /// These two, of the first and of the second.
    public var faces: [FaceID]
    /// What to do about it.
    public var advice: String
  }

  /// A face with a name that is too poor to be judged.
  public struct PoorFace: Codable, Sendable {
    /// The face's id.
    public var face: FaceID
    /// The name that it goes by.
    public var name: String
    /// The path of its photo.
    public var photo: String
    /// From 0 to 1.
    public var quality: Double
    /// What is wrong with it, the worst first.
    public var remarks: [String]
  }

  /// Somebody whose faces are not all found.
  public struct Person: Codable, Sendable {
    /// The name.
    public var name: String
    /// Faces of that name.
    public var faces: Int
    /// Those of them that could be found.
    public var checked: Int
    /// Of these, how many were right, wrong and unknown.
    public var right: Int
    /// How many were given another name.
    public var wrong: Int
    /// How many were given no name.
    public var unknown: Int
    /// How many of the faces are too poor to be judged.
    public var poor: Int
  }

  /// Where the gallery is.
  public var gallery: String
  /// Whose embeddings it has.
  @OrNull public var model: String?
  /// Faces that count: not doubtful, not hidden, and with an embedding.
  public var faces: Int
  /// Those of them that have a name.
  public var namedFaces: Int
  /// Those of them that were looked for: all, or as many as `sampled`.
  public var sampledFaces: Int
  /// The threshold for unknown people, a cosine distance.
  public var threshold: Float
  /// The part of unknown people that is taken for somebody, as expected of this threshold.
  public var expectedFalseMatches: Double
  /// All faces with a name.
  public var all: Group
  /// By label, and by age.
  public var columns: [Column]
  /// The likeliest first.
  public var confusions: [Confusion]
  /// The poorest first.
  public var poorFaces: [PoorFace]
  /// How many there are in all.
  public var poorFaceCount: Int
  /// Those with most faces that are not right, first.
  public var people: [Person]
  /// What to do, the most useful first.
  public var advice: [String]
  /// How the intervals were made, for display.
  public var intervals = PeopleBootstrap.method

  /// Of more faces with a name, so many are looked for.
  public static let sampled = 5_000
  /// So many confusions, poor faces and people are listed.
  public static let listed = 50
}
