import LikenessCore

/// How often composing a person and an attribute finds a face of both.
public struct AlgebraReport: Codable, Sendable {
  /// Which protocol was followed.
  public var `protocol`: AlgebraEvaluation.Mode
  /// The recipe that composed.
  public var recipe: ComposeRecipe
  /// How the vectors of several faces became one.
  public var aggregate: ComposeAggregate
  /// The part of the cells whose nearest face is of exactly that person and value.
  public var score: Double
  /// The part of the cells whose nearest face is of that person.
  public var person: Double
  /// The part of the cells whose nearest face is of that value.
  public var attribute: Double
  /// How many cells were queried.
  public var cells: Int
  /// The photos among which the cells were looked for.
  public var photos: Int
  /// Photos without a detected face, whose centre is used instead; set by the caller.
  public var withoutFace: Int
  /// The confusion matrix: for each queried value, how often each value was found.
  public var confusion: [String: [String: Int]]
}

/// The algebra of a person and an expression, on a labelled folder.
///
/// A network that was trained is evaluated by a function from a fold to the vectors of all photos: for each
/// fold it may use a network that was trained without the withheld cells.
///
/// ```swift
/// let report = try AlgebraEvaluation(dataset).run(.heldOut) { fold in
///   let network = try train(on: fold.seen.map { dataset.photos[$0] })
///   return try dataset.photos.map { try network.vector(of: $0.url) }
/// }
/// ```
public struct AlgebraEvaluation: Sendable {
  /// Whether photos of the queried cell may be learnt from.
  public enum Mode: String, Codable, Sendable, CaseIterable {
    /// The published protocol: the first photo of each cell is the answer, and part of the query as well.
    case published = "a"
    /// No photo of the queried cell is learnt from; all photos are candidates.
    case heldOut = "b"
  }

  private let dataset: AlgebraDataset

  /// The evaluation of a data set.
  public init(_ dataset: AlgebraDataset) {
    self.dataset = dataset
  }

  /// - Parameters:
  ///   - vectors: a vector of each photo of the data set, for a fold; called once for `published`, with
  ///     nothing withheld.
  /// - Throws: `AlgebraError`, and what `vectors` throws
  public func run(
    _ mode: Mode, _ options: ComposeOptions = ComposeOptions(),
    vectors: (AlgebraFold) throws -> [FaceVector]
  ) throws -> AlgebraReport {
    var answers: [(asked: AlgebraCell, found: AlgebraCell)] = []
    let candidates: [Int]
    let photos = dataset.photos.map(\.cell)
    switch mode {
    case .published:
      candidates = dataset.firstPhotos
      let all = AlgebraFold(
        number: 0, withheld: [], seen: Array(dataset.photos.indices), unseen: [])
      let found = try vectors(all)
      answers = try Self.answers(
        to: candidates.map { photos[$0] }, photos: photos, seen: candidates, among: candidates,
        found, attribute: dataset.attribute, options)
    case .heldOut:
      candidates = Array(dataset.photos.indices)
      for fold in dataset.latinSquare {
        let there = Set(fold.unseen.map { dataset.photos[$0].cell })
        guard !there.isEmpty else { continue }
        answers += try Self.answers(
          to: there.sorted(), photos: photos,
          seen: fold.seen, among: candidates, try vectors(fold), attribute: dataset.attribute,
          options)
      }
    }
    func part(_ isRight: (AlgebraCell, AlgebraCell) -> Bool) -> Double {
      Double(answers.count { isRight($0.asked, $0.found) }) / Double(max(1, answers.count))
    }
    var confusion: [String: [String: Int]] = [:]
    for answer in answers {
      confusion[answer.asked.value, default: [:]][answer.found.value, default: 0] += 1
    }
    return AlgebraReport(
      protocol: mode, recipe: options.recipe,
      aggregate: options.aggregate ?? options.recipe.standardAggregate, score: part { $0 == $1 },
      person: part { $0.person == $1.person }, attribute: part { $0.value == $1.value },
      cells: answers.count, photos: candidates.count, withoutFace: 0,
      confusion: confusion)
  }

  /// For each queried cell, the cell of the photo that is found.
  /// - Parameters:
  ///   - cells: those that are queried.
  ///   - photos: of which cell each photo is.
  ///   - seen: the photos whose labels are known.
  ///   - candidates: those that can be the answer.
  ///   - vectors: one a photo.
  /// - Throws: `AlgebraError`
  public static func answers(
    to cells: [AlgebraCell], photos: [AlgebraCell], seen: [Int], among candidates: [Int],
    _ vectors: [FaceVector], attribute: String, _ options: ComposeOptions
  ) throws(AlgebraError) -> [(asked: AlgebraCell, found: AlgebraCell)] {
    precondition(vectors.count == photos.count, "a vector for each photo is wanted")
    let isSeen = Set(seen)
    // All seen photos are learnt from, whether they are candidates or not.
    let faces = isSeen.union(candidates).sorted().map { index in
      LabelledFace(
        vector: vectors[index],
        labels: isSeen.contains(index)
          ? [LabelledFace.personKey: photos[index].person, attribute: photos[index].value] : [:])
    }
    let space = try options.space(faces, keys: [LabelledFace.personKey, attribute])
    let points = candidates.map { space.point(vectors[$0]) }
    return cells.compactMap { cell in
      let query = space.query([
        ComposeTerm(.label(key: LabelledFace.personKey, value: cell.person)),
        ComposeTerm(.label(key: attribute, value: cell.value)),
      ])
      let nearest = points.indices.min {
        Metric.l2.distance(query, points[$0]) < Metric.l2.distance(query, points[$1])
      }
      return nearest.map { (cell, photos[candidates[$0]]) }
    }
  }
}
