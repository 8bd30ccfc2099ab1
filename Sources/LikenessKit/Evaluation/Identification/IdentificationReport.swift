/// How well people are found in a gallery that does not hold all of them.
///
/// Intervals are of 95 %, over resampled people of whom the photos are that look; the gallery stays as it is.
public struct IdentificationReport: Codable, Sendable {
  /// FNIR where a stated part of the searches of others find somebody.
  public struct Level: Codable, Sendable {
    /// The stated part.
    public var fpir: Double
    /// The part of the mated searches that fail there; nil as `threshold` is.
    @OrNull public var fnir: Estimate?
    /// Up to this distance somebody is found. Nil, as `fnir`, where one search in that many is more than there are.
    @OrNull public var threshold: Float?
  }

  /// What the gallery does by itself, without any choice of threshold.
  public struct OwnThreshold: Codable, Sendable {
    /// Up to this distance somebody is known.
    public var threshold: Float
    /// What the gallery says of it: the part of those who are not enrolled that are taken for somebody.
    public var statedFPIR: Double
    /// The part that really is.
    public var fpir: Estimate
    /// The part of the mated searches that do not find their person.
    public var fnir: Estimate
    /// The part of the mated searches that are taken for somebody else; they are among `fnir`.
    public var misidentified: Double
  }

  /// People whom the photos show.
  public var people: Int
  /// Photos with a name.
  public var photos: Int
  /// People who were enrolled, and those of them of whose photos for it none shows a face: whoever looks for them does
  /// so in vain.
  public var enrolled: Int
  /// People of whose enrolled photos none shows a face.
  public var enrolledWithoutFace: Int
  /// At most, and what they became.
  public var photosPerTemplate: Int
  /// What several photos of a person became.
  public var template: IdentificationOptions.Template
  /// What searches are compared with: templates of one or more photos each.
  public var templates: Int
  /// Searches of people who are enrolled, and those of them in whose photo no face was found, which fail.
  public var mated: Int
  /// Mated searches in whose photo no face was found, which fail.
  public var matedWithoutFace: Int
  /// Searches of others, and those in whose photo no face was found, which find nobody.
  public var nonMated: Int
  /// Non-mated searches in whose photo no face was found, which find nobody.
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
  /// How the intervals were made, in words.
  public var intervals = PeopleBootstrap.method
  /// Photos that cannot be read, or of which nothing says whom they show.
  public var unreadable: [LeftOutPhoto]
  /// Photos of which nothing says whom they show.
  public var unnamed: [String]
}

/// What a measurement of identification came to.
public struct IdentificationMeasurement: Sendable {
  /// The rates, and what they were measured on.
  public let report: IdentificationReport
  /// FNIR over FPIR, at every threshold.
  public let curve: DETCurve
}
