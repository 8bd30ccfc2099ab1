import Faces
import Foundation
import Search
import Vectors

/// How well faces are told apart on Labeled Faces in the Wild.
public struct LFWReport: Codable, Sendable {
  /// Mean over ten folds of 600 pairs, from 0 to 1, with the model's verification metric.
  public var accuracy: Double
  /// Of that mean.
  public var standardError: Double
  /// The mean of the folds' thresholds.
  public var threshold: Float
  /// The part of true pairs accepted where 1 false pair in 1,000 is.
  public var tarAtFar1e3: Double
  /// The same three with the plain L2 distance.
  public var l2Accuracy: Double
  public var l2StandardError: Double
  public var l2TarAtFar1e3: Double
  /// The part of photos of people with several whose nearest other photo shows the same person; nil
  /// unless all photos were looked at.
  public var rank1: Double?
  /// The same with the plain L2 distance.
  public var l2Rank1: Double?
  /// The part of photos in which the right face was found: its middle within 50 pixels of the photo's.
  public var detected: Double
  /// Photos without a face, with the wrong one only, and with more than one.
  public var withoutFace: Int
  public var wrongFace: Int
  public var severalFaces: Int
  public var photos: Int
  /// Photos a second, from file to embedding, all jobs together.
  public var photosPerSecond: Double
  /// Fitted to the development pairs; nil where they were not asked for.
  public var calibration: Verification?
}

/// Runs the protocol of LFW: each photo's face nearest to the middle, its centre box where none is found.
public struct LFWEvaluation {
  private let dataset: LFWDataset
  private let engine: FaceEngine

  /// - Parameter folder: with the photos and `pairs.txt`, as published.
  /// - Throws: `LikenessError.notLFW`
  public init(folder: URL, engine: FaceEngine) throws {
    dataset = try LFWDataset(folder)
    self.engine = engine
  }

  /// - Parameters:
  ///   - allPhotos: also looks at the photos that no pair names, which rank-1 needs.
  ///   - calibrates: also fits threshold and probability to the development pairs.
  ///   - progress: called with how many photos are done and how many there are.
  public func run(
    allPhotos: Bool = true, calibrates: Bool = false, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> LFWReport {
    var photos = dataset.photos
    if !allPhotos {
      let pairs = dataset.pairs + (calibrates ? dataset.developmentPairs : [])
      let wanted = Set(pairs.flatMap { [$0.first, $0.second] })
      photos = photos.filter(wanted.contains)
    }
    var embeddings: [LFWDataset.Photo: Embedding] = [:]
    var (withoutFace, wrongFace, several) = (0, 0, 0)
    let started = Date()
    let engine = engine
    let urls = photos.map(dataset.url)
    try OrderedWork.run(
      urls, jobs: engine.options.jobs,
      makeWorker: {
        let analyzer = try engine.makeAnalyzer()
        return { url in Result { try Self.centralFace(of: url, analyzer) } }
      },
      consume: { index, result in
        let found = try result.get()
        embeddings[photos[index]] = found.embedding
        if found.count == 0 { withoutFace += 1 } else if !found.isCentral { wrongFace += 1 }
        if found.count > 1 { several += 1 }
        progress(index + 1, photos.count)
      })
    let seconds = Date().timeIntervalSince(started)

    let metric = engine.embeddingModel.verification?.metric ?? .l2
    let scores = scores(dataset.pairs, embeddings, metric)
    let l2Scores = self.scores(dataset.pairs, embeddings, .l2)
    let (best, plain) = (scores.crossValidated(), l2Scores.crossValidated())
    return LFWReport(
      accuracy: best.accuracy, standardError: best.standardError, threshold: best.threshold,
      tarAtFar1e3: scores.trueAcceptRate(atFalseAcceptRate: 1e-3),
      l2Accuracy: plain.accuracy, l2StandardError: plain.standardError,
      l2TarAtFar1e3: l2Scores.trueAcceptRate(atFalseAcceptRate: 1e-3),
      rank1: allPhotos ? rank1(photos, embeddings, metric) : nil,
      l2Rank1: allPhotos ? rank1(photos, embeddings, .l2) : nil,
      detected: 1 - Double(withoutFace + wrongFace) / Double(max(1, photos.count)),
      withoutFace: withoutFace, wrongFace: wrongFace, severalFaces: several, photos: photos.count,
      photosPerSecond: Double(photos.count) / seconds,
      calibration: calibrates ? calibration(embeddings, metric) : nil)
  }

  private struct CentralFace: Sendable {
    var embedding: Embedding
    var count: Int
    var isCentral: Bool
  }

  private static func centralFace(of url: URL, _ analyzer: FaceAnalyzer) throws -> CentralFace {
    let photo = try Photo.load(contentsOf: url)
    let (width, height) = (Double(photo.fullWidth), Double(photo.fullHeight))
    func offCentre(_ face: Face) -> Double {
      let center = face.box.center
      return hypot(center.x - width / 2, center.y - height / 2)
    }
    let faces = try analyzer.analyze(photo).certain.faces
    if let face = faces.min(by: { offCentre($0) < offCentre($1) }) {
      return CentralFace(
        embedding: face.embedding, count: faces.count, isCentral: offCentre(face) <= 50)
    }
    // Faces in LFW are centred and fill about two fifths of the photo.
    let side = 0.4 * Double(photo.width)
    let box = Box(
      x: (Double(photo.width) - side) / 2, y: (Double(photo.height) - side) / 2, width: side,
      height: side)
    return CentralFace(
      embedding: try analyzer.face(in: box, of: photo).embedding, count: 0, isCentral: false)
  }

  private func scores(
    _ pairs: [LFWDataset.Pair], _ embeddings: [LFWDataset.Photo: Embedding], _ metric: Metric
  ) -> PairScores {
    PairScores(
      pairs: pairs.compactMap { pair in
        guard let a = embeddings[pair.first], let b = embeddings[pair.second] else { return nil }
        return .init(distance: metric.distance(a, b), isSame: pair.isSame, fold: pair.fold)
      })
  }

  private func calibration(
    _ embeddings: [LFWDataset.Photo: Embedding], _ metric: Metric
  ) -> Verification? {
    let development = scores(dataset.developmentPairs, embeddings, metric)
    guard !development.pairs.isEmpty else { return nil }
    let fit = development.logisticFit()
    return Verification(
      metric: metric, threshold: fit.middle, slope: fit.slope, middle: fit.middle,
      measuredOn: "\(development.pairs.count) development pairs of LFW")
  }

  private func rank1(
    _ photos: [LFWDataset.Photo], _ embeddings: [LFWDataset.Photo: Embedding], _ metric: Metric
  ) -> Double? {
    let rows = photos.compactMap { embeddings[$0] }
    guard rows.count == photos.count, !rows.isEmpty else { return nil }
    guard let index = try? ExactIndex(EmbeddingMatrix(rows), metric: metric) else { return nil }
    let counts = Dictionary(grouping: photos, by: \.person).mapValues(\.count)
    let probes = photos.indices.filter { counts[photos[$0].person, default: 0] > 1 }
    var right = 0
    try? OrderedWork.run(
      probes, jobs: engine.options.jobs,
      makeWorker: {
        { probe in
          // The photo itself is nearest.
          try? index.search(
            rows[probe], count: 1, filter: .matching { $0 != Int64(probe) }
          ).first.map { Int($0.id) }
        }
      },
      consume: { position, row in
        if let row, photos[row].person == photos[probes[position]].person { right += 1 }
      })
    return Double(right) / Double(max(1, probes.count))
  }
}
