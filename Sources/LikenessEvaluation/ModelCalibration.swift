import Foundation
import LikenessCore
import LikenessKit

/// What a model's distances mean, as measured on photos of which it is known who is on them.
public struct CalibrationReport: Encodable, Sendable {
  /// How well pairs are told apart in one precision.
  public struct Accuracy: Encodable, Sendable {
    /// The part of the pairs that the best threshold for them decides rightly.
    public var accuracy: Double
    /// The part of the pairs of one person that are accepted where 1 pair of two in 1,000 is.
    public var tarAtFar1e3: Double
  }

  /// The model's name.
  public var model: String
  /// What was fitted, as the manifest has it now.
  public var verification: Verification
  /// People and photos with a face that counts.
  public var people: Int
  /// Photos with a face that counts.
  public var photos: Int
  /// The pairs that threshold and probability were fitted to.
  public var genuinePairs: Int
  /// Pairs of two people that threshold and probability were fitted to.
  public var impostorPairs: Int
  /// All pairs of two people that the distribution of impostors was measured on.
  public var strangerPairs: Int
  /// The part of the fitted pairs that the threshold decides rightly.
  public var accuracyAtThreshold: Double
  /// How well the networks do with 32-bit numbers.
  public var f32: Accuracy
  /// Nil where the processor has no bf16, or the model joins others, each of which has its own.
  @OrNull public var bf16: Accuracy?
  /// Whether bf16 changes nothing; nil where that was not asked or cannot be told.
  @OrNull public var isAccurateInBF16: Bool?
  /// Photos left out, and why.
  public var skipped: [Skipped]

  /// A photo that was left out.
  public struct Skipped: Encodable, Sendable {
    /// Its path.
    public var photo: String
    /// Why, in one line.
    public var reason: String
  }
}

/// Measures what a model's distances mean, and writes it into its manifest.
public struct ModelCalibration {
  private let faces: LabelledFaces
  private let place: String
  private let model: String
  private let options: FaceEngineOptions

  /// Fewer say nothing.
  private static let fewest = (people: 10, genuine: 50, impostors: 200)
  /// As for the models of set-up.
  private static let leastDoubt: Float = 2e-4
  /// Of each kind, below which a loss by bf16 would not be seen.
  static let fewestForBF16 = 1000
  /// A person of hundreds of photos is not to decide alone.
  private static let mostPairsOfOne = 100
  /// More would not change what is measured, only how long it takes.
  private static let mostStrangers = 10_000_000
  /// What accuracy and TAR may lose in bf16, as parts: a tenth of a percent.
  static let mostLoss = 0.001
  /// What they may lose by chance, at most.
  static let mostByChance = 0.003

  /// - Parameters:
  ///   - model: of a user's, not of set-up's.
  ///   - pairs: a folder with a folder for each person; LFW's; or a list of pairs as LFW's are.
  ///   - images: the folder of the folders of people that a list names; nil to look for it beside the list.
  ///   - options: where the models are, and how photos are looked at.
  /// - Throws: `ModelError`, `LikenessError`
  public init(
    _ model: String, pairs: URL, images: URL? = nil, options: FaceEngineOptions
  ) throws {
    try options.models.checkCanBeCalibrated(model)
    faces = try LabelledFaces(pairs, images: images)
    place = pairs.path
    self.model = model
    self.options = options
  }

  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Throws: `LikenessError.tooFewPairs`, `ModelError`, `InferenceError`; then the model is as it was.
  public func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> CalibrationReport {
    var options = options
    options.model = model
    options.embeddingPrecision = .f32
    let engine = try FaceEngine(options)
    let isJoin = engine.embeddingModel.members != nil
    let comparesBF16 = engine.hasNativeBF16 && !isJoin
    let looks = faces.photos.count * (comparesBF16 ? 2 : 1)
    let (embeddings, skipped) = try embed(engine) { progress($0, looks) }
    let pairs = try pairs(of: embeddings)
    let plain = scores(pairs, embeddings)
    let strangers = strangers(embeddings)
    let verification = try verification(plain, strangers: strangers)
    let f32 = Self.outcome(plain, strangers: strangers)
    var bf16: Outcome?
    if comparesBF16 {
      options.embeddingPrecision = .bf16
      let (rough, _) = try embed(try FaceEngine(options)) {
        progress(faces.photos.count + $0, looks)
      }
      // Faces are found in the same way both times, so the same photos have one.
      bf16 = Self.outcome(scores(pairs, rough), strangers: self.strangers(rough))
    }
    let genuine = pairs.count(where: \.isSame)
    let isAccurate = bf16.flatMap { Self.isAccurate($0, beside: f32) }
    try options.models.calibrate(
      model, as: verification, file: engine.embeddingFile, isAccurateInBF16: isAccurate)
    let seen = faces.photos.indices.filter { embeddings[$0] != nil }
    return CalibrationReport(
      model: model, verification: verification,
      people: Set(seen.map { faces.photos[$0].person }).count, photos: seen.count,
      genuinePairs: genuine, impostorPairs: pairs.count - genuine,
      strangerPairs: strangers.count,
      accuracyAtThreshold: PairScores.accuracy(plain, threshold: verification.threshold),
      f32: f32.accuracy, bf16: bf16?.accuracy, isAccurateInBF16: isAccurate, skipped: skipped)
  }

  /// Whether bf16 changes nothing: neither accuracy nor TAR loses more than `mostLoss`, or than chance explains.
  ///
  /// Of n pairs some change sides either way. If it is as likely for one to be lost as gained, the difference has a
  /// standard deviation of √(lost + gained) / n (McNemar 1947); twice that is allowed, but never `mostByChance`.
  /// - Returns: nil where the pairs are too few to show it.
  static func isAccurate(_ bf16: Outcome, beside f32: Outcome) -> Bool? {
    let genuine = f32.isAccepted.count
    guard min(genuine, f32.isRight.count - genuine) >= fewestForBF16 else { return nil }
    func isKept(_ before: [Bool], _ after: [Bool]) -> Bool {
      let lost = zip(before, after).count { $0 && !$1 }
      let gained = zip(before, after).count { !$0 && $1 }
      let count = Double(before.count)
      let chance = 2 * Double(lost + gained).squareRoot() / count
      return Double(lost - gained) / count <= max(mostLoss, min(chance, mostByChance))
    }
    return isKept(f32.isRight, bf16.isRight) && isKept(f32.isAccepted, bf16.isAccepted)
  }

  /// The embedding of each photo's known face; nil where there is none.
  private func embed(
    _ engine: FaceEngine, progress: (Int) -> Void
  ) throws -> (embeddings: [Embedding?], skipped: [CalibrationReport.Skipped]) {
    let reader = FaceReader(face: faces.subject, keep: \.embedding)
    var embeddings: [Embedding?] = []
    var skipped: [CalibrationReport.Skipped] = []
    let found = try reader.read(faces.photos.map(\.url), engine) { done, _ in progress(done) }
    for (photo, result) in zip(faces.photos, found) {
      var reason: String?
      switch result {
      case .success(let found):
        embeddings.append(found.kept)
        if found.kept == nil { reason = LikenessError.noFaceInWords(doubtful: 0) }
      case .failure(let error):
        embeddings.append(nil)
        reason = "\(error)"
      }
      if let reason { skipped.append(.init(photo: photo.url.path, reason: reason)) }
    }
    return (embeddings, skipped)
  }

  /// The pairs that threshold and probability are fitted to, as many of two people as of one unless they are named one by
  /// one.
  private func pairs(of embeddings: [Embedding?]) throws -> [LabelledFaces.Pair] {
    let seen = faces.photos.indices.filter { embeddings[$0] != nil }
    let people = Dictionary(grouping: seen) { faces.photos[$0].person }
    var pairs: [LabelledFaces.Pair]
    if let named = faces.pairs {
      pairs = named.filter { embeddings[$0.first] != nil && embeddings[$0.second] != nil }
    } else {
      pairs = people.sorted { $0.key < $1.key }.flatMap { _, rows in
        Self.some(
          Self.mostPairsOfOne,
          of: rows.indices.flatMap { a in
            rows[..<a].map { LabelledFaces.Pair(first: $0, second: rows[a], isSame: true) }
          })
      }
      pairs += apart(seen, count: pairs.count)
    }
    let genuine = pairs.count(where: \.isSame)
    let strangers = strangerCount(people.values.map(\.count))
    guard people.count >= Self.fewest.people, genuine >= Self.fewest.genuine,
      pairs.count - genuine >= Self.fewest.genuine, strangers >= Self.fewest.impostors
    else {
      throw LikenessError.tooFewPairs(
        path: place,
        reason:
          "\(people.count) people with \(genuine) pairs of one and \(pairs.count - genuine) of two: "
          + "calibrating takes \(Self.fewest.people) people, \(Self.fewest.genuine) pairs of each kind, "
          + "and \(Self.fewest.impostors) of two people among all photos")
    }
    return pairs
  }

  private func strangerCount(_ counts: [Int]) -> Int {
    let all = counts.reduce(0, +)
    return (all * all - counts.map { $0 * $0 }.reduce(0, +)) / 2
  }

  /// Pairs of two people, each photo about as often as any other.
  private func apart(_ rows: [Int], count: Int) -> [LabelledFaces.Pair] {
    var pairs: [LabelledFaces.Pair] = []
    // At fixed strides: the same each time. One of two strides that give the same pairs.
    for number in 1..<max(2, rows.count) {
      let step = number * 7919 % rows.count
      guard step > 0, 2 * step < rows.count else { continue }
      for (place, row) in rows.enumerated() where pairs.count < count {
        let other = rows[(place + step) % rows.count]
        if faces.photos[row].person != faces.photos[other].person {
          pairs.append(.init(first: row, second: other, isSame: false))
        }
      }
      if pairs.count == count { break }
    }
    return pairs
  }

  /// So many of a list, evenly spaced.
  private static func some<Element>(_ most: Int, of list: [Element]) -> [Element] {
    guard list.count > most else { return list }
    return (0..<most).map { list[$0 * list.count / most] }
  }

  private func scores(
    _ pairs: [LabelledFaces.Pair], _ embeddings: [Embedding?]
  ) -> [PairScores.Pair] {
    pairs.compactMap { pair in
      guard let a = embeddings[pair.first], let b = embeddings[pair.second] else { return nil }
      return .init(distance: Metric.cosine.distance(a, b), isSame: pair.isSame, fold: 0)
    }
  }

  /// How similar the photos of different people are, of all of them or of so many, evenly taken.
  private func strangers(_ embeddings: [Embedding?]) -> [Float] {
    let seen = faces.photos.indices.filter { embeddings[$0] != nil }
    let rows = seen.compactMap { embeddings[$0]?.normalized() }
    let counts = Dictionary(grouping: seen) { faces.photos[$0].person }.values.map(\.count)
    let skip = max(1, strangerCount(counts) / Self.mostStrangers)
    var similarities: [Float] = []
    var place = 0
    for a in seen.indices {
      for b in 0..<a where faces.photos[seen[a]].person != faces.photos[seen[b]].person {
        place += 1
        if place % skip == 0 { similarities.append(1 - Metric.cosine.distance(rows[a], rows[b])) }
      }
    }
    return similarities
  }

  private func verification(
    _ pairs: [PairScores.Pair], strangers: [Float]
  ) throws -> Verification {
    let genuine = pairs.count(where: \.isSame)
    let fit = PairScores(pairs: pairs).logisticFit()
    guard fit.slope.isFinite, fit.slope > 0, fit.middle.isFinite, fit.middle > 0, fit.middle < 2,
      let impostors = ImpostorDistribution(ofStrangers: strangers)
    else { throw LikenessError.notToldApart(model: model, path: place) }
    return Verification(
      // Whatever the model was trained for: thresholds of galleries are measured by the cosine.
      metric: .cosine, threshold: fit.middle, slope: fit.slope, middle: fit.middle,
      measuredOn: "\(pairs.count) \(faces.name)", impostors: impostors,
      // So many pairs of the rarer kind show no less (3 / n); wrong labels forbid more in any case.
      doubt: max(Self.leastDoubt, 3 / Float(min(genuine, pairs.count - genuine))))
  }

  /// Which pairs are decided rightly.
  struct Outcome {
    /// Each of the fitted pairs, by the threshold that is best for them.
    var isRight: [Bool]
    /// For each genuine pair, whether it is accepted at FAR 1e-3.
    var isAccepted: [Bool]

    var accuracy: CalibrationReport.Accuracy {
      func part(_ all: [Bool]) -> Double {
        Double(all.count { $0 }) / Double(max(1, all.count))
      }
      return .init(accuracy: part(isRight), tarAtFar1e3: part(isAccepted))
    }
  }

  private static func outcome(_ pairs: [PairScores.Pair], strangers: [Float]) -> Outcome {
    let best = PairScores.bestThreshold(pairs)
    // The allowed part of them lies above.
    let limit = strangers.sorted(by: >)[strangers.count / 1000]
    return Outcome(
      isRight: pairs.map { ($0.distance <= best) == $0.isSame },
      isAccepted: pairs.filter(\.isSame).map { 1 - $0.distance > limit })
  }
}
