import Foundation
import LikenessCore
import LikenessKit

/// A model's calibration, as measured on photos of known people.
public struct CalibrationReport: Encodable, Sendable {
  /// The verification accuracy in one precision.
  public struct Accuracy: Encodable, Sendable {
    /// The accuracy at the best threshold for these pairs.
    public var accuracy: Double
    /// TAR at FAR 1e-3.
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
  /// Impostor pairs that the impostor distribution was measured on.
  public var measuredImpostorPairs: Int
  /// The accuracy of the threshold on the fitted pairs.
  public var accuracyAtThreshold: Double
  /// How well the networks do with 32-bit numbers.
  public var f32: Accuracy
  /// Nil where the processor has no bf16, or the model joins others, each of which has its own.
  @OrNull public var bf16: Accuracy?
  /// Whether bf16 is as accurate; nil where it was not measured or there are too few pairs.
  @OrNull public var isAccurateInBF16: Bool?
  /// Photos left out, and why.
  public var skipped: [Skipped]

  private enum CodingKeys: String, CodingKey {
    case model, verification, people, photos, genuinePairs, impostorPairs, accuracyAtThreshold, f32,
      bf16
    case isAccurateInBF16, skipped
    case measuredImpostorPairs = "strangerPairs"
  }

  /// A photo that was left out.
  public struct Skipped: Encodable, Sendable {
    /// Its path.
    public var photo: String
    /// Why, in one line.
    public var reason: String
  }
}

/// Calibrates a model, and writes the calibration into its manifest.
public struct ModelCalibration {
  private let faces: LabelledFaces
  private let place: String
  private let model: String
  private let options: FaceEngineOptions

  /// The minimum numbers of people and pairs for a calibration.
  private static let minimum = (people: 10, genuine: 50, impostors: 200)
  /// The minimum bound of probabilities, as of set-up's models.
  private static let minimumDoubt: Float = 2e-4
  /// The minimum number of genuine and of impostor pairs that show a loss by bf16.
  static let minimumPairsForBF16 = 1000
  /// The maximum number of genuine pairs of a person, so that one with hundreds of photos does not dominate.
  private static let maximumPairsPerPerson = 100
  /// The maximum number of impostor pairs to measure; more take longer and change little.
  private static let maximumImpostorPairs = 10_000_000
  /// The maximum loss of accuracy and TAR by bf16.
  static let maximumLoss = 0.001
  /// The maximum loss that is accepted where chance can explain it.
  static let maximumChanceLoss = 0.003

  /// - Parameters:
  ///   - model: of a user's, not of set-up's.
  ///   - pairs: a folder with a folder for each person; LFW's; or a list of pairs as LFW's are.
  ///   - images: the folder of the folders of people that a list names; nil to look for it beside the list.
  ///   - options: where the models are, and how photos are looked at.
  /// - Throws: `ModelError`, `LikenessError`
  public init(
    _ model: String, pairs: URL, images: URL? = nil, options: FaceEngineOptions
  ) throws {
    try options.models.checkCalibratable(model)
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
    let similarities = impostorSimilarities(embeddings)
    let verification = try verification(plain, similarities: similarities)
    let f32 = Self.outcome(plain, similarities: similarities)
    var bf16: Outcome?
    if comparesBF16 {
      options.embeddingPrecision = .bf16
      let (rough, _) = try embed(try FaceEngine(options)) {
        progress(faces.photos.count + $0, looks)
      }
      // Faces are found in the same way both times, so the same photos have one.
      bf16 = Self.outcome(scores(pairs, rough), similarities: impostorSimilarities(rough))
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
      measuredImpostorPairs: similarities.count,
      accuracyAtThreshold: PairScores.accuracy(plain, threshold: verification.threshold),
      f32: f32.accuracy, bf16: bf16?.accuracy, isAccurateInBF16: isAccurate, skipped: skipped)
  }

  /// Whether bf16 changes nothing: neither accuracy nor TAR loses more than `maximumLoss`, or than chance explains.
  ///
  /// Of n pairs some change sides either way. If it is as likely for one to be lost as gained, the difference has a
  /// standard deviation of √(lost + gained) / n (McNemar 1947); twice that is allowed, but never `maximumChanceLoss`.
  /// - Returns: nil where the pairs are too few to show it.
  static func isAccurate(_ bf16: Outcome, beside f32: Outcome) -> Bool? {
    let genuine = f32.isAccepted.count
    guard min(genuine, f32.isRight.count - genuine) >= minimumPairsForBF16 else { return nil }
    func isKept(_ before: [Bool], _ after: [Bool]) -> Bool {
      let lost = zip(before, after).count { $0 && !$1 }
      let gained = zip(before, after).count { !$0 && $1 }
      let count = Double(before.count)
      let chance = 2 * Double(lost + gained).squareRoot() / count
      return Double(lost - gained) / count <= max(maximumLoss, min(chance, maximumChanceLoss))
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

  /// The pairs that threshold and probability are fitted to: those of the list, or as many impostor pairs as genuine ones.
  private func pairs(of embeddings: [Embedding?]) throws -> [LabelledFaces.Pair] {
    let seen = faces.photos.indices.filter { embeddings[$0] != nil }
    let people = Dictionary(grouping: seen) { faces.photos[$0].person }
    var pairs: [LabelledFaces.Pair]
    if let named = faces.pairs {
      pairs = named.filter { embeddings[$0.first] != nil && embeddings[$0.second] != nil }
    } else {
      pairs = people.sorted { $0.key < $1.key }.flatMap { _, rows in
        Self.evenlySpaced(
          Self.maximumPairsPerPerson,
          of: rows.indices.flatMap { a in
            rows[..<a].map { LabelledFaces.Pair(first: $0, second: rows[a], isSame: true) }
          })
      }
      pairs += impostorPairs(seen, count: pairs.count)
    }
    let genuine = pairs.count(where: \.isSame)
    let impostorCount = Int(VerificationScores.pairs(ofPhotos: people.values.map(\.count), nil))
    guard people.count >= Self.minimum.people, genuine >= Self.minimum.genuine,
      pairs.count - genuine >= Self.minimum.genuine, impostorCount >= Self.minimum.impostors
    else {
      throw LikenessError.tooFewPairs(
        path: place,
        reason:
          "\(people.count) people with \(genuine) pairs of one and \(pairs.count - genuine) of two: "
          + "calibrating takes \(Self.minimum.people) people, \(Self.minimum.genuine) pairs of each kind, "
          + "and \(Self.minimum.impostors) of two people among all photos")
    }
    return pairs
  }

  /// Impostor pairs in which all photos are about equally frequent.
  private func impostorPairs(_ rows: [Int], count: Int) -> [LabelledFaces.Pair] {
    var pairs: [LabelledFaces.Pair] = []
    // At fixed strides, so that they are deterministic. Strides above half the number repeat the pairs of those below.
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

  /// At most `count` elements of a list, evenly spaced.
  private static func evenlySpaced<Element>(_ count: Int, of list: [Element]) -> [Element] {
    guard list.count > count else { return list }
    return (0..<count).map { list[$0 * list.count / count] }
  }

  private func scores(
    _ pairs: [LabelledFaces.Pair], _ embeddings: [Embedding?]
  ) -> [PairScores.Pair] {
    pairs.compactMap { pair in
      guard let a = embeddings[pair.first], let b = embeddings[pair.second] else { return nil }
      return .init(distance: Metric.cosine.distance(a, b), isSame: pair.isSame, fold: 0)
    }
  }

  /// The cosine similarities of all impostor pairs, or of an evenly spaced sample.
  private func impostorSimilarities(_ embeddings: [Embedding?]) -> [Float] {
    let seen = faces.photos.indices.filter { embeddings[$0] != nil }
    let rows = seen.compactMap { embeddings[$0]?.normalized() }
    let counts = Dictionary(grouping: seen) { faces.photos[$0].person }.values.map(\.count)
    let skip = max(
      1, Int(VerificationScores.pairs(ofPhotos: counts, nil)) / Self.maximumImpostorPairs)
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
    _ pairs: [PairScores.Pair], similarities: [Float]
  ) throws -> Verification {
    let genuine = pairs.count(where: \.isSame)
    let fit = PairScores(pairs: pairs).logisticFit()
    guard fit.coefficient.isFinite, fit.coefficient > 0, fit.midpoint.isFinite, fit.midpoint > 0,
      fit.midpoint < 2,
      let impostors = ImpostorDistribution(impostorSimilarities: similarities)
    else { throw LikenessError.notToldApart(model: model, path: place) }
    return Verification(
      // Thresholds of galleries are cosine distances, whatever metric the model was trained for.
      metric: .cosine, threshold: fit.midpoint, coefficient: fit.coefficient,
      midpoint: fit.midpoint,
      measuredOn: "\(pairs.count) \(faces.name)", impostors: impostors,
      // The rule of three (3 / n) for the rarer kind of pair; wrong labels make a smaller bound unjustified.
      doubt: max(Self.minimumDoubt, 3 / Float(min(genuine, pairs.count - genuine))))
  }

  /// Which pairs are decided correctly.
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

  private static func outcome(_ pairs: [PairScores.Pair], similarities: [Float]) -> Outcome {
    let best = PairScores.bestThreshold(pairs)
    // The similarity that one in 1,000 impostor pairs exceeds.
    let limit = similarities.sorted(by: >)[similarities.count / 1000]
    return Outcome(
      isRight: pairs.map { ($0.distance <= best) == $0.isSame },
      isAccepted: pairs.filter(\.isSame).map { 1 - $0.distance > limit })
  }
}
