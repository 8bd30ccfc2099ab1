import LikenessCore
import LikenessKit

/// How often different people of one group are taken for one, and one person for two, at one threshold.
///
/// Intervals are of 95 %, over resampled people.
public struct GroupReport: Codable, Sendable {
  /// What pairs within a group come to.
  public struct Group: Codable, Sendable {
    public var group: String
    /// Photos, and those of them without a face: they are in no pair of different people, and in pairs of one person
    /// count as not matched.
    public var photos: Int
    public var withoutFace: Int
    /// People with a face.
    public var people: Int
    /// Pairs of photos of different people, and those within the threshold.
    public var falsePairs: Int
    public var falseMatches: Int
    @OrNull public var falseMatchRate: Estimate?
    /// Pairs of photos of one person, and those beyond the threshold or without a face.
    public var truePairs: Int
    public var falseNonMatches: Int
    @OrNull public var falseNonMatchRate: Estimate?
  }

  /// The groups of one column.
  public struct Column: Codable, Sendable {
    public var column: String
    /// By name; numbers in their order.
    public var groups: [Group]
    /// Photos without a value in this column.
    public var withoutValue: Int
    /// The largest false match rate of the groups over the geometric mean of all, as NIST IR 8429 has it, and whose it is.
    /// Nil with fewer than two groups to compare.
    @OrNull public var largestToMean: Ratio?
    /// Groups that are not compared: of too few people, or without a single false match.
    public var notCompared: [String]
  }

  public struct Ratio: Codable, Sendable {
    public var value: Double
    @OrNull public var low: Double?
    @OrNull public var high: Double?
    public var group: String
    public var geometricMean: Double
  }

  public var photos: Int
  /// Photos that the table does not name, and rows of the table of which there is no photo.
  public var notInTable: Int
  public var rowsWithoutPhoto: Int
  /// Whether anything says whom photos show; if not, each counts as a person of its own.
  public var hasIdentities: Bool
  public var severalFaces: Int
  /// Which face of a photo counts where it shows several.
  public var face: CountedFace
  /// In which distances are.
  public var metric: Metric
  /// Up to this distance two faces are taken for one person, and where it comes from, in words.
  public var threshold: Float
  public var thresholdSource: String
  /// Pairs of all photos, within groups and across.
  public var all: Group
  public var columns: [Column]
  /// How the intervals were made, in words.
  public var intervals = PeopleBootstrap.method
  /// Photos that cannot be read.
  public var unreadable: [LeftOutPhoto]

  /// Groups of fewer people are shown and not compared: their rates are chance.
  public static let leastPeople = 30
}
