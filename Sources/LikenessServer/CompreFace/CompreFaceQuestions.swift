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

  static func predictions(_ query: QueryParameters) throws -> Int {
    min(maximumPredictions, try query.integer("prediction_count", default: 1, in: 1...1_000_000))
  }

  private static func similarity(_ a: Embedding, _ b: Embedding, _ likeness: Likeness) throws
    -> Double
  {
    guard a.count == b.count else { throw LikenessError.dimensionMismatch(a.count, b.count) }
    let verification = likeness.networks.verification
    return CompreFaceSimilarity.rounded(
      verification.probability(at: verification.metric.distance(a, b)))
  }

  /// The most alike examples; their names may repeat.
  private static func subjects(
    of embedding: Embedding, count: Int, _ likeness: Likeness
  ) throws -> [CompreFaceSimilarity] {
    var asked = count
    while true {
      let matches: [Match]
      do {
        matches = try likeness.search(embedding, Question(count: asked, grouping: .photo))
      } catch LikenessError.emptyGallery {
        return []
      }
      let named = matches.filter { $0.name != nil }
      guard named.count < count, matches.count == asked else {
        return named.prefix(count).map {
          CompreFaceSimilarity(
            subject: $0.name ?? "", similarity: CompreFaceSimilarity.rounded($0.probability))
        }
      }
      asked = asked * 4 + 16
    }
  }

  private func recognize(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    let (options, count) = (try CompreFaceOptions(query), try Self.predictions(query))
    _ = try query.flag("detect_faces", default: true)
    let photo = try await services.body(of: request, context).photos(["file"])[0]
    let found = try await services.faces(on: photo)
    return try await services.ask(context) { likeness in
      CompreFaceResults(
        result: try options.faces(of: found).map { face in
          var answer = CompreFaceFace(face, of: found, options)
          answer.subjects = try Self.subjects(of: face.embedding, count: count, likeness)
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
    let found = try await services.faces(on: photo)
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
    let found = try await services.faces(on: photo)
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
    let source = try await services.faces(on: photos[0])
    let target = try await services.faces(on: photos[1])
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
    return try await services.ask(context) { likeness in
      CompreFaceResults(
        result: try asked.map {
          Recognized(
            embedding: $0.embedding.values,
            similarities: try Self.subjects(of: $0.embedding, count: count, likeness))
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
