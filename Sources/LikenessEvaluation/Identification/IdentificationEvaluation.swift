import Faces
import Foundation
import LikenessCore
import LikenessKit
import VectorSearch

/// Measures open-set identification, on photos that say whom they show: some people are enrolled, and their other photos
/// and those of everybody else are looked for.
public struct IdentificationEvaluation {
  private let photos: PhotosOfPeople
  private let engine: FaceEngine
  private let options: IdentificationOptions
  private let folder: URL

  static let levels = [0.003, 0.01, 0.1]

  /// Finds the photos.
  /// - Parameters:
  ///   - folder: searched with all folders in it.
  ///   - engine: what finds and embeds the faces.
  ///   - options: who is enrolled, and with how many photos.
  /// - Throws: `PhotoError` for the folder, `DetectionLabelError.noPhotos`, `LikenessError.tooFewPairs`
  public init(folder: URL, engine: FaceEngine, options: IdentificationOptions = .init()) throws {
    photos = try PhotosOfPeople(
      folder: folder, nameSource: options.nameSource, labels: options.labels)
    (self.engine, self.options, self.folder) = (engine, options, folder)
    // Before minutes of work.
    _ = try plan(photos.photos.map(\.person))
  }

  private func plan(_ persons: [String]) throws -> IdentificationPlan {
    let plan = IdentificationPlan(persons, options)
    func tooFew(_ reason: String) -> LikenessError {
      .tooFewPairs(path: folder.path, reason: reason)
    }
    guard plan.people.count > 1 else {
      throw tooFew("photos of two people are the least, and these show \(plan.people.count)")
    }
    guard !plan.mated.isEmpty else {
      throw tooFew(
        "none of the \(plan.enrolled.count) people enrolled has a second photo to look for them")
    }
    return plan
  }

  /// Looks at the photos, `engine.options.jobs` at a time.
  /// - Parameter progress: called with how many photos are done and how many there are.
  /// - Throws: `InferenceError`, `LikenessError.tooFewPairs`. A photo that cannot be read is not an error; the report says so.
  public func run(
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> IdentificationMeasurement {
    let reader = FaceReader(face: options.face, limits: options.limits, keep: \.embedding)
    let results = try reader.read(photos.photos.map(\.url), engine, progress: progress)
    var (persons, embeddings, several) = ([String](), [Embedding?](), 0)
    var unreadable: [LeftOutPhoto] = []
    for (photo, result) in zip(photos.photos, results) {
      switch result {
      case .success(let found):
        persons.append(photo.person)
        embeddings.append(found.kept)
        if found.faces > 1 { several += 1 }
      case .failure(let error):
        unreadable.append(LeftOutPhoto(photo: photo.name, reason: "\(error)"))
      }
    }
    let plan = try plan(persons)
    let verification = engine.options.models.verification(of: engine.options.model)
    let gallery = TemplateGallery(
      plan.enrolled, embeddings, options.template, metric: verification.metric)
    guard let matrix = gallery.matrix else {
      throw LikenessError.tooFewPairs(
        path: folder.path, reason: "no face was found in any photo that was to be enrolled")
    }
    let scores = try gallery.scores(plan, embeddings, threads: engine.options.jobs)
    let own =
      verification.metric == .cosine
      ? GalleryThresholds(of: matrix, verification: verification).unknown : nil
    let figures = Figures(scores, plan, own, threads: engine.options.jobs)
    let report = IdentificationReport(
      people: plan.people.count, photos: persons.count, enrolled: plan.enrolled.count,
      enrolledWithoutFace: plan.enrolled.count - Set(gallery.people).count,
      photosPerTemplate: options.photosPerTemplate, template: options.template,
      templates: matrix.count, mated: plan.mated.count,
      matedWithoutFace: plan.mated.count { embeddings[$0] == nil }, nonMated: plan.nonMated.count,
      nonMatedWithoutFace: plan.nonMated.count { embeddings[$0] == nil }, severalFaces: several,
      face: options.face, metric: verification.metric, rank1: figures.rank1,
      levels: figures.levels, ownThreshold: figures.ownThreshold, unreadable: unreadable,
      unnamed: photos.unnamed)
    return IdentificationMeasurement(report: report, curve: DETCurve(scores))
  }

  /// What the searches come to, with intervals.
  private struct Figures {
    let rank1: Estimate
    let levels: [IdentificationReport.Level]
    let ownThreshold: IdentificationReport.OwnThreshold?

    /// - Parameter own: the gallery's threshold, where it has one.
    init(
      _ scores: IdentificationScores, _ plan: IdentificationPlan, _ own: GalleryThresholds.Level?,
      threads: Int
    ) {
      let rates = IdentificationEvaluation.levels
      let enrolled = plan.enrolled.map(\.person)
      let others = Set(0..<plan.people.count).subtracting(enrolled).sorted()
      let bootstrap = PeopleBootstrap(
        people: plan.people.count, strata: [enrolled, others], threads: threads)
      let spreads = bootstrap.resampled { weights in
        [
          scores.rank1(weights), own.flatMap { scores.falsePositives(at: $0.distance, weights) },
          own.flatMap { scores.falseNegatives(at: $0.distance, weights) },
        ]
          + rates.map { rate in
            scores.threshold(atFalsePositives: rate, weights).flatMap {
              scores.falseNegatives(at: $0, weights)
            }
          }
      }
      func estimate(_ value: Double?, _ row: Int, of people: Int) -> Estimate {
        Estimate(value ?? 0, spreads[row], independentTrials: people)
      }
      let numbers = plan.people.numbers
      let looking = Set(plan.mated.map { numbers[$0] }).count
      rank1 = estimate(scores.rank1(), 0, of: looking)
      levels = rates.enumerated().map { row, rate in
        guard rate * Double(scores.nonMated.count) >= 1,
          let threshold = scores.threshold(atFalsePositives: rate)
        else { return .init(fpir: rate, fnir: nil, threshold: nil) }
        return .init(
          fpir: rate, fnir: estimate(scores.falseNegatives(at: threshold), 3 + row, of: looking),
          threshold: threshold)
      }
      ownThreshold = own.map { own in
        .init(
          threshold: own.distance, statedFPIR: own.falseMatches,
          fpir: estimate(scores.falsePositives(at: own.distance), 1, of: others.count),
          fnir: estimate(scores.falseNegatives(at: own.distance), 2, of: looking),
          misidentified: scores.misidentified(at: own.distance) ?? 0)
      }
    }
  }
}

/// What people are enrolled with.
private struct TemplateGallery {
  /// Whose each template is, `(templates,)`.
  let people: [Int32]
  /// `(templates, d)`; nil where no face was found.
  let matrix: EmbeddingMatrix?
  private let metric: Metric

  init(
    _ enrolled: [IdentificationPlan.Enrolled], _ embeddings: [Embedding?],
    _ template: IdentificationOptions.Template, metric: Metric
  ) {
    var (people, rows) = ([Int32](), [Embedding]())
    for person in enrolled {
      let own = person.photos.compactMap { embeddings[$0] }
      let templates =
        switch template {
        case .best: own
        case .mean:
          // One photo is its own mean, whatever its length.
          own.count < 2
            ? own : [.mean(metric == .cosine ? own.map { $0.normalized() } : own)]
        }
      people += templates.map { _ in Int32(person.person) }
      rows += templates
    }
    (self.people, self.metric) = (people, metric)
    matrix = rows.isEmpty ? nil : EmbeddingMatrix(rows)
  }

  func scores(
    _ plan: IdentificationPlan, _ embeddings: [Embedding?], threads: Int
  ) throws -> IdentificationScores {
    let numbers = plan.people.numbers
    let searches = plan.mated + plan.nonMated
    let nearest = try nearest(to: searches.map { embeddings[$0] }, threads: threads)
    let mated = zip(plan.mated, nearest).map { photo, found in
      IdentificationScores.Mated(
        person: numbers[photo], distance: found?.distance ?? .infinity,
        isRight: found?.person == numbers[photo])
    }
    let nonMated = zip(plan.nonMated, nearest.dropFirst(plan.mated.count)).map { photo, found in
      IdentificationScores.NonMated(
        person: numbers[photo], distance: found?.distance ?? .infinity)
    }
    return IdentificationScores(mated: mated, nonMated: nonMated)
  }

  /// The nearest template to each; nil where there is no face.
  private func nearest(
    to probes: [Embedding?], threads: Int
  ) throws -> [(distance: Float, person: Int32)?] {
    var answers: [(distance: Float, person: Int32)?] = probes.map { _ in nil }
    guard let matrix else { return answers }
    let asked = probes.indices.filter { probes[$0] != nil }
    let faces = asked.flatMap { probes[$0]?.values ?? [] }
    let rows = MetricRows(
      EmbeddingMatrix(dimensions: matrix.dimensions, values: matrix.values + faces), metric: metric)
    try OrderedWork.run(
      Array(asked.indices), jobs: threads,
      makeWorker: { { rows.nearest(to: matrix.count + $0, among: 0..<matrix.count) } },
      consume: { answers[asked[$0]] = ($1.distance, people[$1.row]) })
    return answers
  }
}

extension GalleryThresholds {
  /// Of a gallery that has these faces and no others.
  /// - Parameter faces: `(n, d)`
  init(of faces: EmbeddingMatrix, verification: Verification) {
    let most = ImpostorDistribution.sampled
    let sample =
      faces.count > most ? faces[Array(faces.orderOfContent().prefix(most))] : faces
    self.init(
      faces: faces.count,
      impostors: ImpostorDistribution(ofSample: sample, verification: verification),
      verification: verification)
  }
}
