import Faces
import Foundation

/// Measures how well faces are found, on photos with labelled faces.
///
/// Labels are of the photo as it is shown: upright, as its EXIF orientation says.
public struct DetectionEvaluation {
  private let photos: LabelledPhotos
  private let engine: FaceEngine
  private let limits: PhotoLimits

  /// Finds the photos and their labels; reads the labels only where they are one list.
  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - labels: a folder of label files, found by the photos' paths below `folder` or, where that is unambiguous,
  ///     by their names; or a list as WIDER FACE's. Nil where they lie beside the photos.
  ///   - format: nil for the one in which there are labels of these photos.
  ///   - engine: what finds the faces.
  ///   - limits: what a photo may be at most; others are reported as unreadable.
  /// - Throws: `PhotoError` for the folder, `DetectionLabelError`
  public init(
    folder: URL, labels: URL? = nil, format: DetectionLabelFormat? = nil, engine: FaceEngine,
    limits: PhotoLimits = .default
  ) throws {
    photos = try LabelledPhotos(folder: folder, labels: labels, format: format)
    (self.engine, self.limits) = (engine, limits)
  }

  /// Looks at the photos, `engine.options.jobs` at a time.
  /// - Parameters:
  ///   - match: when a detection is a labelled face.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `InferenceError`. A photo or label file that cannot be read is not an error; the report says so.
  public func run(
    match: DetectionMatch = .middle, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> DetectionMeasurement {
    var counts = DetectionCounts(match: match, photos)
    let (engine, limits) = (engine, limits)
    try OrderedWork.run(
      photos.photos, jobs: engine.options.jobs,
      makeWorker: {
        let analyzer = try engine.makeAnalyzer()
        return { photo in Result { try Self.look(at: photo, analyzer, limits) } }
      },
      consume: { index, result in
        try counts.add(result, photo: photos.photos[index].name)
        progress(index + 1, photos.photos.count)
      })
    return counts.measurement
  }

  private static func look(
    at photo: LabelledPhotos.Photo, _ analyzer: FaceAnalyzer, _ limits: PhotoLimits
  ) throws -> (DetectedPhoto, [FaceLabel]) {
    // First the labels: where they are no good, the photo need not be looked at.
    let labels = try photo.source.read()
    let found = try DetectedPhoto(photo.url, analyzer, limits)
    return (found, try labels.faces(width: found.width, height: found.height))
  }

  /// Runs detection on photos without people.
  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - engine: what finds the faces.
  ///   - limits: what a photo may be at most; others are reported as unreadable.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError` for the folder, `DetectionLabelError.noPhotos`, `InferenceError`
  public static func falseDetections(
    folder: URL, engine: FaceEngine, limits: PhotoLimits = .default,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> FalseDetectionMeasurement {
    let photos = try FolderPhotos(folder)
    var counts = FalseDetectionCounts()
    try OrderedWork.run(
      photos.urls, jobs: engine.options.jobs,
      makeWorker: {
        let analyzer = try engine.makeAnalyzer()
        return { url in Result { try DetectedPhoto(url, analyzer, limits) } }
      },
      consume: { index, result in
        try counts.add(result, photo: photos.names[index])
        progress(index + 1, photos.urls.count)
      })
    return counts.measurement
  }
}

/// A photo that was looked at.
struct DetectedPhoto: Sendable {
  /// Of the upright photo at full size, in pixels.
  var width: Int
  var height: Int
  var boxes: [RatedBox]
  var decodeSeconds: Double
  var detectSeconds: Double

  /// - Throws: `PhotoError`, `InferenceError`
  init(_ url: URL, _ analyzer: FaceAnalyzer, _ limits: PhotoLimits) throws {
    let clock = ContinuousClock()
    let start = clock.now
    let photo = try Photo.load(contentsOf: url, limits: limits)
    let decoded = clock.now
    boxes = try analyzer.detectFaces(in: photo).map(RatedBox.init)
    (width, height) = (photo.fullWidth, photo.fullHeight)
    (decodeSeconds, detectSeconds) = (
      (decoded - start) / .seconds(1), (clock.now - decoded) / .seconds(1)
    )
  }
}

/// Whose labels or pixels cannot be read; other errors end the work.
private func reason(_ error: any Error) throws -> String {
  switch error {
  case let error as PhotoError: "\(error)"
  case let error as DetectionLabelError: "\(error)"
  default: throw error
  }
}

/// Counts one photo after another.
private struct DetectionCounts {
  private var report: DetectionReport
  private var ranked: [(score: Float, isFound: Bool)] = []
  private var timings = PhotoTimings()
  private var table = DetectionTable()

  init(match: DetectionMatch, _ photos: LabelledPhotos) {
    report = DetectionReport(
      match: match, format: photos.format.rawValue, widths: DetectionReport.widthClasses,
      withoutLabels: photos.leftOut, labelsWithoutPhoto: photos.labelsWithoutPhoto)
  }

  mutating func add(
    _ result: Result<(DetectedPhoto, [FaceLabel]), any Error>, photo name: String
  ) throws {
    switch result {
    case .success(let (photo, labels)): add(photo, named: name, labels)
    case .failure(let error):
      report.unreadable.append(.init(photo: name, reason: try reason(error)))
    }
  }

  private mutating func add(_ photo: DetectedPhoto, named name: String, _ labels: [FaceLabel]) {
    var labels = labels
    let classes = labels.map { label in
      report.widths.lastIndex { label.box.meanSide >= $0.from }
    }
    for row in labels.indices where classes[row] == nil { labels[row].isIgnored = true }
    report.photos += 1
    for (label, widthClass) in zip(labels, classes) {
      if label.isIgnored {
        report.ignoredLabels += 1
      } else if let widthClass {
        report.labels += 1
        report.widths[widthClass].labels += 1
      }
    }
    let outcomes = report.match.outcomes(of: photo.boxes, labels: labels)
    for (box, outcome) in zip(photo.boxes, outcomes) {
      switch outcome {
      case .found(let row):
        report.found += 1
        if let widthClass = classes[row] { report.widths[widthClass].found += 1 }
        if box.isDoubtful { report.doubtful.found += 1 }
      case .other:
        report.others += 1
        if box.isDoubtful { report.doubtful.others += 1 }
      case .ignored:
        report.ignoredDetections += 1
        continue
      }
      ranked.append((box.score, outcome != .other))
    }
    timings.add(
      width: photo.width, height: photo.height, decode: photo.decodeSeconds,
      detect: photo.detectSeconds)
    table.add(name, photo.boxes, outcomes)
  }

  var measurement: DetectionMeasurement {
    var report = report
    let curve = PrecisionRecallCurve(ranked, labels: report.labels)
    func part(_ count: Int, of all: Int) -> Double? { all > 0 ? Double(count) / Double(all) : nil }
    report.recall = part(report.found, of: report.labels)
    report.precision = part(report.found, of: report.found + report.others)
    report.averagePrecision = report.labels > 0 ? curve.averagePrecision : nil
    for row in report.widths.indices {
      report.widths[row].recall = part(report.widths[row].found, of: report.widths[row].labels)
    }
    report.timings = timings.summaries
    return DetectionMeasurement(report: report, curve: curve, table: table)
  }
}

private struct FalseDetectionCounts {
  private var report = FalseDetectionReport()
  private var timings = PhotoTimings()
  private var table = DetectionTable()

  mutating func add(_ result: Result<DetectedPhoto, any Error>, photo name: String) throws {
    switch result {
    case .success(let photo):
      report.photos += 1
      timings.add(
        width: photo.width, height: photo.height, decode: photo.decodeSeconds,
        detect: photo.detectSeconds)
      table.add(name, photo.boxes, photo.boxes.map { _ in .other })
      guard let highest = photo.boxes.map(\.score).max() else { return }
      let certain = photo.boxes.count { !$0.isDoubtful }
      report.withFace += 1
      if certain > 0 { report.withCertainFace += 1 }
      report.found.append(
        .init(photo: name, faces: photo.boxes.count, certain: certain, highestScore: highest))
    case .failure(let error):
      report.unreadable.append(.init(photo: name, reason: try reason(error)))
    }
  }

  var measurement: FalseDetectionMeasurement {
    var report = report
    report.found.sort { $0.highestScore > $1.highestScore }
    report.timings = timings.summaries
    return FalseDetectionMeasurement(report: report, table: table)
  }
}

/// The result of a detection measurement.
public struct DetectionMeasurement: Sendable {
  /// The counts and rates.
  public let report: DetectionReport
  /// Precision over recall, at every score.
  public let curve: PrecisionRecallCurve
  /// Every detection.
  public let table: DetectionTable
}

/// The outcome of detection on photos without people.
public struct FalseDetectionMeasurement: Sendable {
  /// The counts and rates.
  public let report: FalseDetectionReport
  /// Every detection.
  public let table: DetectionTable
}
