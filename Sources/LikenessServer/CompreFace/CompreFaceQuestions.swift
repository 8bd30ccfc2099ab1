import Foundation
import Hummingbird
import LikenessKit

/// Detection, recognition and verification.
struct CompreFaceQuestions {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    api.allowing(.read, services)
      .post("recognition/recognize", use: recognize)
      .post("recognition/faces/:image/verify", use: verifyExample)
      .post("recognition/embeddings/recognize", use: recognizeEmbeddings)
      .post("recognition/embeddings/faces/:image/verify", use: verifyEmbeddings)
      .post("detection/detect", use: detect)
      .post("verification/verify", use: verify)
      .post("verification/embeddings/verify", use: compareEmbeddings)
  }

  /// More are looked at by nobody, and would hold up others.
  private static let maximumPredictions = 1_000
  private static let maximumEmbeddings = 100
  /// Of all faces that one request asks about.
  static let maximumPredictionsInAll = 10_000

  static func predictions(_ query: QueryParameters) throws -> Int {
    try query.integer("prediction_count", default: 1, in: 1...maximumPredictions)
  }

  private static func similarity(_ a: Embedding, _ b: Embedding, _ likeness: Likeness) throws
    -> Double
  {
    guard a.count == b.count else { throw LikenessError.dimensionMismatch(a.count, b.count) }
    let verification = likeness.networks.verification
    return CompreFaceSimilarity.rounded(
      verification.probability(at: verification.metric.distance(a, b)))
  }

  /// The most alike examples for each of some faces; their names may repeat.
  private static func subjects(
    of embeddings: [Embedding], count: Int, _ likeness: Likeness
  ) throws -> [[CompreFaceSimilarity]] {
    try checkWork(embeddings.count, count)
    var question = Question(count: count, grouping: .photo)
    question.filter.isNamed = true
    do {
      return try likeness.search(embeddings, question).map { matches in
        matches.map {
          CompreFaceSimilarity(
            subject: $0.name ?? "", similarity: CompreFaceSimilarity.rounded($0.probability))
        }
      }
    } catch LikenessError.emptyGallery {
      return embeddings.map { _ in [] }
    }
  }

  private static func checkWork(_ faces: Int, _ count: Int) throws {
    guard faces * count <= maximumPredictionsInAll else {
      throw ServerError(
        .contentTooLarge, "too_many_predictions",
        "\(count) predictions for each of \(faces) faces are more than \(maximumPredictionsInAll) in all."
      )
    }
  }

  private func recognize(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    let (options, count) = (try CompreFaceOptions(query), try Self.predictions(query))
    _ = try query.flag("detect_faces", default: true)
    let photo = try await services.body(of: request, context).photos(["file"])[0]
    let found = try await services.faces(on: photo, for: context.client)
    return try await services.ask(context) { likeness in
      let faces = try options.faces(of: found)
      let subjects = try Self.subjects(of: faces.map(\.embedding), count: count, likeness)
      return CompreFaceResults(
        result: zip(faces, subjects).map { face, subjects in
          var answer = CompreFaceFace(face, of: found, options)
          answer.subjects = subjects
          return answer
        }, pluginsVersions: try options.versions(likeness))
    }
  }

  private func verifyExample(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let example = try CompreFaceExample.face(of: try context.parameter("image"))
    let options = try CompreFaceOptions(QueryParameters(request))
    let photo = try await services.body(of: request, context).photos(["file"])[0]
    let found = try await services.faces(on: photo, for: context.client)
    return try await services.ask(context) { likeness in
      let entry = try likeness.faces.entry(example)
      let own = try likeness.faces.embedding(of: example)
      return CompreFaceResults(
        result: try options.faces(of: found).map { face in
          var answer = CompreFaceFace(face, of: found, options)
          answer.subject = entry.name
          answer.similarity = try Self.similarity(own, face.embedding, likeness)
          return answer
        }, pluginsVersions: try options.versions(likeness))
    }
  }

  private func detect(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let options = try CompreFaceOptions(QueryParameters(request))
    let photo = try await services.body(of: request, context).photos(["file"])[0]
    let found = try await services.faces(on: photo, for: context.client)
    return try await services.ask(context) { likeness in
      CompreFaceResults(
        result: try options.faces(of: found).map { CompreFaceFace($0, of: found, options) },
        pluginsVersions: try options.versions(likeness))
    }
  }

  private struct Verification: Encodable, Sendable {
    var sourceImageFace: CompreFaceFace
    var faceMatches: [CompreFaceFace]
    var pluginsVersions: CompreFacePlugins?
  }

  private func verify(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let options = try CompreFaceOptions(QueryParameters(request))
    let photos = try await services.body(of: request, context)
      .photos(["source_image", "target_image"])
    let source = try await services.faces(on: photos[0], for: context.client)
    let target = try await services.faces(on: photos[1], for: context.client)
    return try await services.ask(context) { likeness in
      var all = options
      all.limit = 0
      let sources = try all.faces(of: source)
      guard sources.count == 1 else {
        throw ServerError(
          .badRequest, "several_faces", "Found more than one face in the given image")
      }
      let matches = try options.faces(of: target).map { face in
        var answer = CompreFaceFace(face, of: target, options)
        answer.similarity = try Self.similarity(sources[0].embedding, face.embedding, likeness)
        return answer
      }
      return CompreFaceResults(result: [
        Verification(
          sourceImageFace: CompreFaceFace(sources[0], of: source, options),
          faceMatches: matches.sorted { ($0.similarity ?? 0) > ($1.similarity ?? 0) },
          pluginsVersions: try options.versions(likeness))
      ])
    }
  }

  // MARK: Embeddings

  struct Embeddings: Decodable, Sendable { var embeddings: [EmbeddingValues] }

  struct Comparison: Decodable, Sendable {
    var source: EmbeddingValues
    var targets: [EmbeddingValues]
  }

  private struct Recognized: Encodable, Sendable {
    var embedding: [Float]
    var similarities: [CompreFaceSimilarity]
  }

  private struct Compared: Encodable, Sendable {
    var embedding: [Float]
    var similarity: Double
  }

  private func recognizeEmbeddings(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let count = try Self.predictions(QueryParameters(request))
    let asked = try await services.body(of: request, context).json(Embeddings.self).embeddings
    try Self.checkSome(asked)
    // Before it waits for its turn.
    try Self.checkWork(asked.count, count)
    return try await services.ask(context) { likeness in
      let subjects = try Self.subjects(of: asked.map(\.embedding), count: count, likeness)
      return CompreFaceResults(
        result: zip(asked, subjects).map {
          Recognized(embedding: $0.embedding.values, similarities: $1)
        })
    }
  }

  private func verifyEmbeddings(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let example = try CompreFaceExample.face(of: try context.parameter("image"))
    let asked = try await services.body(of: request, context).json(Embeddings.self).embeddings
    try Self.checkSome(asked)
    return try await services.ask(context) { likeness in
      let own = try likeness.faces.embedding(of: example)
      return CompreFaceResults(result: try Self.compared(own, asked, likeness))
    }
  }

  private func compareEmbeddings(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try await services.body(of: request, context).json(Comparison.self)
    try Self.checkSome(asked.targets)
    return try await services.ask(context) { likeness in
      CompreFaceResults(result: try Self.compared(asked.source.embedding, asked.targets, likeness))
    }
  }

  private static func compared(
    _ source: Embedding, _ targets: [EmbeddingValues], _ likeness: Likeness
  ) throws -> [Compared] {
    try targets.map {
      Compared(
        embedding: $0.embedding.values, similarity: try similarity(source, $0.embedding, likeness))
    }
  }

  static func checkSome(_ embeddings: [EmbeddingValues]) throws {
    guard !embeddings.isEmpty else {
      throw ServerError(.badRequest, "bad_embedding", "One embedding at least is needed.")
    }
    guard embeddings.count <= maximumEmbeddings else {
      throw ServerError(
        .badRequest, "bad_parameter", "At most \(maximumEmbeddings) embeddings at once.")
    }
  }
}
