import Faces
import Foundation
import LikenessCore
import LikenessKit
import VectorSearch

/// The accuracy of verification on Labeled Faces in the Wild.
public struct LFWReport: Codable, Sendable {
  /// Mean over ten folds of 600 pairs, from 0 to 1, with the model's verification metric.
  public var accuracy: Double
  /// Of that mean.
  public var standardError: Double
  /// The intervals of `accuracy`, with the folds' thresholds as they are, and of `tarAtFar1e3`.
  public var accuracyInterval: ConfidenceInterval
  /// The interval of `tarAtFar1e3`.
  public var tarAtFar1e3Interval: ConfidenceInterval
  /// The mean of the folds' thresholds.
  public var threshold: Float
  /// The part of true pairs accepted where 1 false pair in 1,000 is.
  public var tarAtFar1e3: Double
  /// The same three with the plain L2 distance.
  public var l2Accuracy: Double
  /// The standard error of `l2Accuracy`.
  public var l2StandardError: Double
  /// The part of genuine pairs accepted by the plain L2 distance where 1 impostor pair in 1,000 is.
  public var l2TarAtFar1e3: Double
  /// The part of photos of people with several whose nearest other photo shows the same person; nil
  /// unless all photos were looked at.
  public var rank1: Double?
  /// Its interval: with other people asking the same photos.
  public var rank1Interval: ConfidenceInterval?
  /// Over all pairs of the photos that were looked at, with the model's verification metric.
  public var allPairs: AllPairs
  /// How the intervals were made, for display.
  public var intervals: String
  /// The same as `rank1` with the plain L2 distance.
  public var l2Rank1: Double?
  /// The part of photos in which the right face was found: its middle within 50 pixels of the photo's.
  public var detected: Double
  /// Photos without a face, with the wrong one only, and with more than one.
  public var withoutFace: Int
  /// Photos in which only a wrong face was found.
  public var wrongFace: Int
  /// Photos in which more than one face was found.
  public var severalFaces: Int
  /// Photos that were looked at.
  public var photos: Int
  /// Photos a second, from file to embedding, all jobs together.
  public var photosPerSecond: Double
  /// Fitted to the development pairs; nil where that was not requested.
  public var calibration: Verification?

  /// What all pairs of photos come to.
  public struct AllPairs: Codable, Sendable {
    /// The part of the pairs of one person that are accepted where a part of the others is.
    public struct Level: Codable, Sendable {
      /// The rate, from 0 to 1.
      public var value: Double
      /// The lower end of its interval of 95 %.
      public var low: Double
      /// The upper end of its interval of 95 %.
      public var high: Double
      /// Up to this distance a pair is accepted.
      public var threshold: Float
    }

    /// People with a photo among the pairs.
    public var people: Int
    /// Pairs of photos of one person.
    public var truePairs: Int
    /// Pairs of photos of two people.
    public var falsePairs: Int
    /// TAR at FAR 1e-3, 1e-4 and 1e-5, each with its interval of 95 %; nil where there are fewer false pairs than
    /// one in that many.
    @OrNull public var tarAtFar1e3: Level?
    /// TAR at FAR 1e-4; nil where there are fewer than 10,000 impostor pairs.
    @OrNull public var tarAtFar1e4: Level?
    /// TAR at FAR 1e-5; nil where there are fewer than 100,000 impostor pairs.
    @OrNull public var tarAtFar1e5: Level?
  }
}

/// Runs the protocol of LFW: each photo's face nearest to the middle, its centre box where none is found.
public struct LFWEvaluation {
  private let dataset: LFWDataset
  private let engine: FaceEngine
  private let limits: PhotoLimits

  /// - Parameters:
  ///   - folder: with the photos and `pairs.txt`, as published.
  ///   - engine: what finds and embeds the faces.
  ///   - limits: what a photo may be at most.
  /// - Throws: `LikenessError.notLFW`
  public init(folder: URL, engine: FaceEngine, limits: PhotoLimits = .default) throws {
    dataset = try LFWDataset(folder)
    (self.engine, self.limits) = (engine, limits)
  }

  /// - Parameters:
  ///   - allPhotos: also looks at the photos that no pair names, which rank-1 needs.
  ///   - calibrates: also fits threshold and probability to the development pairs.
  ///   - progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError`, `InferenceError`
  public func run(
    allPhotos: Bool = true, calibrates: Bool = false, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> LFWReport {
    var photos = dataset.photos
    if !allPhotos {
      let pairs = dataset.pairs + (calibrates ? dataset.developmentPairs : [])
      let paired = Set(pairs.flatMap { [$0.first, $0.second] })
      photos = photos.filter(paired.contains)
    }
    let started = Date()
    let reader = FaceReader(face: .central, substitute: 0.4, limits: limits, keep: \.embedding)
    let found = try reader.read(photos.map(dataset.url), engine, progress: progress).map {
      try $0.get()
    }
    let seconds = Date().timeIntervalSince(started)
    let rows = found.compactMap(\.kept)
    let embeddings = Dictionary(uniqueKeysWithValues: zip(photos, rows))
    let withoutFace = found.count { $0.faces == 0 }
    let wrongFace = found.count { $0.offCentre > 50 }

    let metric = engine.embeddingModel.verification?.metric ?? .l2
    let scores = scores(dataset.pairs, embeddings, metric)
    let l2Scores = self.scores(dataset.pairs, embeddings, .l2)
    let (best, plain) = (scores.crossValidated(), l2Scores.crossValidated())
    let people = PeopleNumbers(photos.map(\.person))
    let neighbors = allPhotos ? try rank1(photos, rows, metric) : nil
    let statistics = LFWStatistics(
      pairs: dataset.pairs.filter { embeddings[$0.first] != nil && embeddings[$0.second] != nil },
      scores: scores, probes: neighbors ?? [], people: people,
      all: FacePairs(
        EmbeddingMatrix(rows), people: people.numbers, metric: metric,
        threads: engine.options.jobs))
    let spreads = statistics.spreads(threads: engine.options.jobs)
    let tarAtFar1e3 = scores.trueAcceptRate(atFalseAcceptRate: 1e-3)
    return LFWReport(
      accuracy: best.accuracy, standardError: best.standardError,
      accuracyInterval: statistics.estimate(best.accuracy, spreads.accuracy).interval,
      tarAtFar1e3Interval: statistics.estimate(tarAtFar1e3, spreads.tarAtFar1e3).interval,
      threshold: best.threshold, tarAtFar1e3: tarAtFar1e3, l2Accuracy: plain.accuracy,
      l2StandardError: plain.standardError,
      l2TarAtFar1e3: l2Scores.trueAcceptRate(atFalseAcceptRate: 1e-3),
      rank1: neighbors.map(Self.share),
      rank1Interval: neighbors.map {
        statistics.estimate(Self.share($0), spreads.rank1).interval
      },
      allPairs: statistics.report(spreads.levels), intervals: PeopleBootstrap.method,
      l2Rank1: allPhotos ? Self.share(try rank1(photos, rows, .l2)) : nil,
      detected: 1 - Double(withoutFace + wrongFace) / Double(max(1, photos.count)),
      withoutFace: withoutFace, wrongFace: wrongFace,
      severalFaces: found.count { $0.faces > 1 }, photos: photos.count,
      photosPerSecond: Double(photos.count) / seconds,
      calibration: calibrates ? calibration(embeddings, metric) : nil)
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
      metric: metric, threshold: fit.midpoint, coefficient: fit.coefficient, midpoint: fit.midpoint,
      measuredOn: "\(development.pairs.count) development pairs of LFW")
  }

  /// A photo of a person with several photos, and whether the nearest other photo shows the same person.
  struct Probe: Sendable {
    /// The photo's number.
    var photo: Int
    var isRight: Bool
  }

  private static func share(_ probes: [Probe]) -> Double {
    Double(probes.count(where: \.isRight)) / Double(max(1, probes.count))
  }

  private func rank1(
    _ photos: [LFWDataset.Photo], _ rows: [Embedding], _ metric: Metric
  ) throws -> [Probe] {
    guard !rows.isEmpty else { return [] }
    let index = try ExactIndex(EmbeddingMatrix(rows), metric: metric)
    let counts = Dictionary(grouping: photos, by: \.person).mapValues(\.count)
    let probes = photos.indices.filter { counts[photos[$0].person, default: 0] > 1 }
    var answers: [Probe] = []
    try OrderedWork.run(
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
        let photo = probes[position]
        answers.append(
          Probe(
            photo: photo, isRight: row.map { photos[$0].person == photos[photo].person } ?? false))
      })
    return answers
  }
}
