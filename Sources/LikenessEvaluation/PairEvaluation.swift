import LikenessCore
import LikenessKit

/// The accuracy of verification on pairs of a gallery's photos, by the plain distance and by a learnt head.
public struct PairReport: Codable, Sendable {
  /// The results of one way of comparing.
  public struct Scores: Codable, Sendable {
    /// The mean over the folds, each with the threshold of the others.
    public var accuracy: Double
    /// Of that mean.
    public var standardError: Double
    /// The part of true pairs that are accepted where 1 false pair in 1,000, or in 100, is.
    public var tarAtFar1e3: Double
    /// The part of genuine pairs accepted where 1 impostor pair in 100 is.
    public var tarAtFar1e2: Double
    /// The mean of the folds' thresholds: a distance, or for a head the logarithm of the odds against.
    public var threshold: Float
    /// The accuracy at the model's own threshold.
    public var accuracyAtOwnThreshold: Double

    init(_ scores: PairScores, own: Float) {
      let folds = scores.crossValidated()
      (accuracy, standardError) = (folds.accuracy, folds.standardError)
      threshold = folds.threshold
      tarAtFar1e3 = scores.trueAcceptRate(atFalseAcceptRate: 1e-3)
      tarAtFar1e2 = scores.trueAcceptRate(atFalseAcceptRate: 1e-2)
      accuracyAtOwnThreshold = PairScores.accuracy(scores.pairs, threshold: own)
    }
  }

  /// The metric of the plain distance.
  public var metric: Metric
  /// The results of the plain distance.
  public var plain: Scores
  /// The head's name; nil without one.
  @OrNull public var headName: String?
  /// The results of the head; nil without one.
  @OrNull public var head: Scores?
  /// Pairs that were measured.
  public var pairs: Int
  /// Those of them that show one person.
  public var truePairs: Int
  /// Pairs of which a photo is not in the gallery.
  public var missing: Int
  /// Pairs left out because a person of theirs is in other lists.
  public var leftOut: Int
  /// In how many folds accuracy was cross-validated.
  public var folds: Int
}

extension Likeness {
  /// Measures pairs of photos of the gallery.
  /// - Parameters:
  ///   - list: which photos are compared.
  ///   - name: the head that is measured beside the plain distance; nil for none.
  ///   - people: those whose pairs do not count, such as those that a head learnt from.
  /// - Throws: `LikenessError`, `GalleryError`, `ModelError`
  public func evaluate(
    _ list: PairList, head name: String? = nil, leavingOut people: Set<String> = []
  ) throws -> PairReport {
    let faces = try numberedFaces()
    let head = try name.map { try networks.options.models.head($0, for: faces.model) }
    let kept = list.pairs.filter { pair in
      ![pair.first, pair.second].contains { people.contains($0.person) }
    }
    let pairs = try faces.pairs(of: PairList(pairs: kept))
    // A list without folds is dealt out in ten.
    let isDealt = Set(pairs.map(\.pair.fold)).count < 2
    func scores(_ distance: (Embedding, Embedding) -> Float) -> PairScores {
      PairScores(
        pairs: pairs.enumerated().map { place, pair in
          .init(
            distance: distance(pair.first, pair.second), isSame: pair.pair.isSame,
            fold: isDealt ? place % 10 : pair.pair.fold)
        })
    }
    let verification = networks.verification
    let plain = scores { verification.metric.distance($0, $1) }
    return PairReport(
      metric: verification.metric, plain: .init(plain, own: verification.threshold),
      headName: head?.name,
      head: head.map { head in
        PairReport.Scores(scores { -head.logit($0, $1) }, own: -head.thresholdLogit)
      },
      pairs: pairs.count, truePairs: pairs.count { $0.pair.isSame },
      missing: kept.count - pairs.count, leftOut: list.pairs.count - kept.count,
      folds: Set(plain.pairs.map(\.fold)).count)
  }
}
