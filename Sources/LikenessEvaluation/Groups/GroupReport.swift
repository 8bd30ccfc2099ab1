import LikenessCore
import LikenessKit

/// How often different people of one group are taken for one, and one person for two, at one threshold.
///
/// Intervals are of 95 %, over resampled people.
public struct GroupReport: Codable, Sendable {
  /// What pairs within a group come to.
  public struct Group: Codable, Sendable {
    /// The value in the column.
    public var group: String
    /// Photos, and those of them without a face: they are in no pair of different people, and in pairs of one person
    /// count as not matched.
    public var photos: Int
    /// Photos without a face.
    public var withoutFace: Int
    /// People with a face.
    public var people: Int
    /// Pairs of photos of different people, and those within the threshold.
    public var falsePairs: Int
    /// Pairs of photos of different people within the threshold.
    public var falseMatches: Int
    /// The part of `falsePairs` that they are, FMR; nil without such pairs.
    @OrNull public var falseMatchRate: Estimate?
    /// Pairs of photos of one person, and those beyond the threshold or without a face.
    public var truePairs: Int
    /// Pairs of photos of one person that are beyond the threshold or lack a face.
    public var falseNonMatches: Int
    /// The part of `truePairs` that they are, FNMR; nil without such pairs.
    @OrNull public var falseNonMatchRate: Estimate?
  }

  /// The groups of one column.
  public struct Column: Codable, Sendable {
    /// The column's name in the table.
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

  /// The largest false match rate of the groups over their geometric mean.
  public struct Ratio: Codable, Sendable {
    /// The ratio, 1 or more.
    public var value: Double
    /// The lower end of its interval of 95 %; nil where it cannot be estimated.
    @OrNull public var low: Double?
    /// The upper end of its interval of 95 %; nil where it cannot be estimated.
    @OrNull public var high: Double?
    /// The group with the largest rate.
    public var group: String
    /// The geometric mean of the groups' false match rates.
    public var geometricMean: Double
  }

  /// Photos that were looked at.
  public var photos: Int
  /// Photos that the table does not name, and rows of the table of which there is no photo.
  public var notInTable: Int
  /// Rows of the table of which there is no photo.
  public var rowsWithoutPhoto: Int
  /// Whether identities are known; if not, each photo counts as a person.
  public var hasIdentities: Bool
  /// Photos that show several faces.
  public var severalFaces: Int
  /// Which face of a photo counts where it shows several.
  public var face: CountedFace
  /// In which distances are.
  public var metric: Metric
  /// The maximum distance at which two faces are taken for one person.
  public var threshold: Float
  /// The source of the threshold, for display.
  public var thresholdSource: String
  /// Pairs of all photos, within groups and across.
  public var all: Group
  /// The groups of each column, in the order of the table.
  public var columns: [Column]
  /// How the intervals were made, for display.
  public var intervals = PeopleBootstrap.method
  /// Photos that cannot be read.
  public var unreadable: [LeftOutPhoto]

  /// The minimum number of people of a group that is compared; rates of smaller groups are shown only.
  public static let minimumPeople = 30
}
