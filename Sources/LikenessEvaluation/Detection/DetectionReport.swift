import LikenessKit

/// How well faces are found in labelled photos.
public struct DetectionReport: Codable, Sendable {
  /// Faces of one width in the photo's file.
  public struct WidthClass: Codable, Sendable, Equatable {
    /// In pixels, from the one to below the other; nil for any.
    public var from: Double
    /// Its upper end, in pixels; nil for no end.
    @OrNull public var to: Double?
    /// Labelled faces, and how many of them were found.
    public var labels = 0
    /// Those of them that were found.
    public var found = 0
    /// The part that was found, from 0 to 1; nil where there are none.
    @OrNull public var recall: Double? = nil
  }

  /// A photo that was left out.
  public typealias LeftOut = LeftOutPhoto

  /// Detections marked as ones that may not be faces, which all other figures hold too.
  public struct Doubtful: Codable, Sendable, Equatable {
    /// Labelled faces that were found.
    public var found = 0
    /// Detections that are no labelled face.
    public var others = 0
  }

  /// When a detection is a labelled face.
  public var match: DetectionMatch
  /// How the labels are written.
  public var format: String
  /// Photos with labels that were looked at.
  public var photos = 0
  /// Labelled faces that count.
  public var labels = 0
  /// Labelled faces that do not: too small, invalid, difficult, or without an area.
  public var ignoredLabels = 0
  /// Labelled faces that were found.
  public var found = 0
  /// Detections that are no labelled face.
  public var others = 0
  /// Detections of labels that do not count.
  public var ignoredDetections = 0
  /// The part of the labelled faces that was found; nil where there are none.
  @OrNull public var recall: Double? = nil
  /// The part of the detections that are labelled faces; nil where there are none.
  @OrNull public var precision: Double? = nil
  /// The area under the interpolated precision-recall curve; nil where there are no labels.
  @OrNull public var averagePrecision: Double? = nil
  /// Those of `found` and `others` that are doubtful.
  public var doubtful = Doubtful()
  /// By the width of the label: that of the square of its area.
  public var widths: [WidthClass]
  /// Milliseconds a photo by the photo's size.
  public var timings: [PhotoTimings.Summary] = []
  /// Photos without labels, which were not looked at.
  public var withoutLabels: [LeftOut]
  /// Photos, or their labels, that cannot be read or do not fit each other.
  public var unreadable: [LeftOut] = []
  /// Label files, or photos of a list, that are of no photo here.
  public var labelsWithoutPhoto: Int

  /// The widths from which recall is counted, in pixels of the file; smaller labels are ignored.
  static let widthEdges: [Double] = [8, 16, 24, 40, 80, 200, 600]

  static var widthClasses: [WidthClass] {
    widthEdges.enumerated().map { row, from in
      WidthClass(from: from, to: row + 1 < widthEdges.count ? widthEdges[row + 1] : nil)
    }
  }
}

/// Detections in photos without people.
public struct FalseDetectionReport: Codable, Sendable {
  /// A photo in which something was found.
  public struct Photo: Codable, Sendable, Equatable {
    /// The path of the photo.
    public var photo: String
    /// Faces found in it.
    public var faces: Int
    /// Those that are not marked as doubtful.
    public var certain: Int
    /// The highest score of its faces.
    public var highestScore: Float
  }

  /// Photos that were looked at.
  public var photos = 0
  /// Those with a face, and those with one that is not doubtful.
  public var withFace = 0
  /// Those of them with a face that is not doubtful.
  public var withCertainFace = 0
  /// Those with a face, by falling score.
  public var found: [Photo] = []
  /// Milliseconds a photo by the photo's size.
  public var timings: [PhotoTimings.Summary] = []
  /// Photos that cannot be read.
  public var unreadable: [DetectionReport.LeftOut] = []
}

/// How long photos took, by their size.
public struct PhotoTimings: Sendable {
  /// Photos of one size.
  public struct Summary: Codable, Sendable, Equatable {
    /// In megapixels of the file, from more than the one up to the other; nil for any.
    public var overMegapixels: Double
    /// The largest of these photos, in megapixels; nil for no limit.
    @OrNull public var upToMegapixels: Double?
    /// How many photos were timed.
    public var photos: Int
    /// Medians, in milliseconds a photo.
    public var decode: Double
    /// The median time to find the faces, in milliseconds.
    public var detect: Double
  }

  private static let edges = [0.3, 1, 3, 8, 16, .infinity]
  private var seconds = [[(decode: Double, detect: Double)]](repeating: [], count: edges.count)

  mutating func add(width: Int, height: Int, decode: Double, detect: Double) {
    let megapixels = Double(width) * Double(height) / 1e6
    let row = Self.edges.firstIndex { megapixels <= $0 } ?? Self.edges.count - 1
    seconds[row].append((decode, detect))
  }

  /// Of the sizes of which there are photos.
  var summaries: [Summary] {
    zip(Self.edges.indices, seconds).filter { !$1.isEmpty }.map { row, times in
      Summary(
        overMegapixels: row == 0 ? 0 : Self.edges[row - 1],
        upToMegapixels: Self.edges[row].isFinite ? Self.edges[row] : nil, photos: times.count,
        decode: 1000 * Self.median(times.map(\.decode)),
        detect: 1000 * Self.median(times.map(\.detect)))
    }
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
