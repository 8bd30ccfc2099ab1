import LikenessCore
import LikenessKit

/// How well people are found in a gallery that does not hold all of them.
///
/// Intervals are of 95 %, over resampled people of whom the photos are that look; the gallery stays as it is.
public struct IdentificationReport: Codable, Sendable {
  /// FNIR at a stated FPIR.
  public struct Level: Codable, Sendable {
    /// The stated part.
    public var fpir: Double
    /// The part of the mated searches that fail there; nil as `threshold` is.
    @OrNull public var fnir: Estimate?
    /// The greatest distance that counts as a match. Nil, as `fnir`, where one search in that many is more than there are.
    @OrNull public var threshold: Float?
  }

  /// What the gallery does by itself, without any choice of threshold.
  public struct OwnThreshold: Codable, Sendable {
    /// The greatest distance that counts as a match.
    public var threshold: Float
    /// The FPIR that the gallery states for it.
    public var statedFPIR: Double
    /// The part that really is.
    public var fpir: Estimate
    /// The part of the mated searches that do not find their person.
    public var fnir: Estimate
    /// The part of the mated searches whose match within the threshold is another person; included in `fnir`.
    public var misidentified: Double
  }

  /// People whom the photos show.
  public var people: Int
  /// Photos with a name.
  public var photos: Int
  /// Enrolled people.
  public var enrolled: Int
  /// Enrolled people none of whose enrolled photos shows a face: searches for them fail.
  public var enrolledWithoutFace: Int
  /// At most, and what they became.
  public var photosPerTemplate: Int
  /// What several photos of a person became.
  public var template: IdentificationOptions.Template
  /// What searches are compared with: templates of one or more photos each.
  public var templates: Int
  /// Mated searches.
  public var mated: Int
  /// Mated searches in whose photo no face was found, which fail.
  public var matedWithoutFace: Int
  /// Non-mated searches.
  public var nonMated: Int
  /// Non-mated searches in whose photo no face was found; they have no match.
  public var nonMatedWithoutFace: Int
  /// Photos that show several faces, and which of them counts.
  public var severalFaces: Int
  /// Which face of a photo counts where it shows several.
  public var face: CountedFace
  /// In which distances are.
  public var metric: Metric
  /// The part of the mated searches whose nearest template is the right one, however far.
  public var rank1: Estimate
  /// At FPIR 0.003, 0.01 and 0.1.
  public var levels: [Level]
  /// Nil for a model whose metric is not cosine, whose galleries have none.
  @OrNull public var ownThreshold: OwnThreshold?
  /// How the intervals were made, for display.
  public var intervals = PeopleBootstrap.method
  /// Photos that cannot be read, or of which nothing says whom they show.
  public var unreadable: [LeftOutPhoto]
  /// Photos of which nothing says whom they show.
  public var unnamed: [String]
}

/// The result of an identification measurement.
public struct IdentificationMeasurement: Sendable {
  /// The rates, and what they were measured on.
  public let report: IdentificationReport
  /// FNIR over FPIR, at every threshold.
  public let curve: DETCurve
}
