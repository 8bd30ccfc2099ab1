import Faces
import Foundation
import Vectors

/// How often the face of a person with an attribute is found by composing the two.
public struct AlgebraReport: Codable, Sendable {
  public var `protocol`: AlgebraEvaluation.Mode
  public var recipe: ComposeRecipe
  public var aggregate: ComposeAggregate
  /// The part of the cells whose nearest face is of exactly that person and value.
  public var score: Double
  /// The part of the cells whose nearest face is of that person, and of that value.
  public var person: Double
  public var attribute: Double
  /// How many cells were asked for, and among how many photos.
  public var cells: Int
  public var photos: Int
  /// Photos in which no face was found; their centre counts.
  public var withoutFace: Int
  /// Of each value that was asked for, how often which value was found.
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
  public enum Mode: String, Codable, Sendable, CaseIterable {
    /// The published protocol: the first photo of each cell, which is also in what is asked with.
    case published = "a"
    /// No photo of the cell that is asked for is seen; all photos can answer.
    case heldOut = "b"
  }

  private let dataset: AlgebraDataset

  public init(_ dataset: AlgebraDataset) {
    self.dataset = dataset
  }

  /// - Parameters:
  ///   - vectors: a vector of each photo of the data set, for a fold; called once for `published`, with
  ///     nothing withheld.
  /// - Throws: `ComposeError`, and what `vectors` throws
  public func run(
    _ mode: Mode, _ options: ComposeOptions = ComposeOptions(), withoutFace: Int = 0,
    vectors: (AlgebraFold) throws -> [FaceVector]
  ) throws -> AlgebraReport {
    var answers: [(asked: AlgebraCell, found: AlgebraCell)] = []
    let candidates: [Int]
    switch mode {
    case .published:
      candidates = dataset.firstPhotos
      let all = AlgebraFold(
        number: 0, withheld: [], seen: Array(dataset.photos.indices), unseen: [])
      let found = try vectors(all)
      answers = try Self.answers(
        to: candidates.map { dataset.photos[$0].cell }, seen: candidates, among: candidates, found,
        dataset, options)
    case .heldOut:
      candidates = Array(dataset.photos.indices)
      for fold in dataset.latinSquare {
        let there = Set(fold.unseen.map { dataset.photos[$0].cell })
        guard !there.isEmpty else { continue }
        answers += try Self.answers(
          to: there.sorted { ($0.person, $0.value) < ($1.person, $1.value) }, seen: fold.seen,
          among: candidates, try vectors(fold), dataset, options)
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
      cells: answers.count, photos: candidates.count, withoutFace: withoutFace,
      confusion: confusion)
  }

  /// - Parameters:
  ///   - seen: the photos whose labels are known.
  ///   - candidates: those that can be the answer.
  private static func answers(
    to cells: [AlgebraCell], seen: [Int], among candidates: [Int], _ vectors: [FaceVector],
    _ dataset: AlgebraDataset, _ options: ComposeOptions
  ) throws -> [(asked: AlgebraCell, found: AlgebraCell)] {
    precondition(vectors.count == dataset.photos.count, "a vector for each photo is wanted")
    let isSeen = Set(seen)
    let faces = candidates.map { index in
      let cell = dataset.photos[index].cell
      return LabelledFace(
        vector: vectors[index],
        labels: isSeen.contains(index)
          ? [LabelSource.person: cell.person, dataset.attribute: cell.value] : [:])
    }
    let space = try options.space(faces, keys: [LabelSource.person, dataset.attribute])
    let points = faces.map { space.point($0.vector) }
    return cells.compactMap { cell in
      let query = space.query([
        ComposeTerm(.label(key: LabelSource.person, value: cell.person)),
        ComposeTerm(.label(key: dataset.attribute, value: cell.value)),
      ])
      let nearest = points.indices.min {
        Metric.l2.distance(query, points[$0]) < Metric.l2.distance(query, points[$1])
      }
      return nearest.map { (cell, dataset.photos[candidates[$0]].cell) }
    }
  }
}

extension AlgebraDataset {
  /// The embeddings of all photos: each photo's largest face, its centre where none is found.
  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Throws: `PhotoError`, `InferenceError`
  public func vectors(
    _ engine: FaceEngine, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (vectors: [FaceVector], withoutFace: Int) {
    var vectors: [FaceVector] = []
    var withoutFace = 0
    try OrderedWork.run(
      photos.map(\.url), jobs: engine.options.jobs,
      makeWorker: {
        let analyzer = try engine.makeAnalyzer()
        return { url in Result { try Self.face(of: url, analyzer) } }
      },
      consume: { index, result in
        let found = try result.get()
        vectors.append(FaceVector(identity: found.face.embedding))
        if !found.isFound { withoutFace += 1 }
        progress(index + 1, photos.count)
      })
    return (vectors, withoutFace)
  }

  private static func face(
    of url: URL, _ analyzer: FaceAnalyzer
  ) throws -> (face: Face, isFound: Bool) {
    let photo = try Faces.Photo.load(contentsOf: url)
    if let face = try analyzer.analyze(photo).faces.first { return (face, true) }
    let side = 0.6 * Double(min(photo.width, photo.height))
    let box = Box(
      x: (Double(photo.width) - side) / 2, y: (Double(photo.height) - side) / 2, width: side,
      height: side)
    return (try analyzer.face(in: box, of: photo), false)
  }
}
