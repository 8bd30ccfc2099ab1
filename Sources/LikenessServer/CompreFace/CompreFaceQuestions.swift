import Foundation
import Hummingbird
import LikenessKit

/// Detection, recognition and verification.
enum CompreFaceQuestions {
  static var endpoints: [Endpoint] {
    [
      .compreFace(.post, "/recognition/recognize", .read, recognize),
      .compreFace(.post, "/recognition/faces/:image/verify", .read, verifyExample),
      .compreFace(.post, "/recognition/embeddings/recognize", .read, recognizeEmbeddings),
      .compreFace(.post, "/recognition/embeddings/faces/:image/verify", .read, verifyEmbeddings),
      .compreFace(.post, "/detection/detect", .read, detect),
      .compreFace(.post, "/verification/verify", .read, verify),
      .compreFace(.post, "/verification/embeddings/verify", .read, compareEmbeddings),
    ]
  }

  /// More are looked at by nobody, and would hold up others.
  private static let mostPredictions = 1_000
  private static let mostEmbeddings = 100

  private static func predictions(_ call: Call) throws -> Int {
    min(mostPredictions, try call.integer("prediction_count", default: 1, in: 1...1_000_000))
  }

  private static func similarity(_ a: Embedding, _ b: Embedding, _ likeness: Likeness) throws
    -> Double
  {
    guard a.count == b.count else { throw LikenessError.dimensionMismatch(a.count, b.count) }
    let verification = likeness.verification
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

  private static func recognize(_ call: Call) async throws -> Response {
    let (options, count) = (try CompreFaceOptions(call), try predictions(call))
    _ = try call.flag("detect_faces", default: true)
    let found = try await call.withPhotos(["file"]) { try await call.faces(on: $0[0]) }
    return try await call.ask { likeness in
      CompreFaceResults(
        result: try options.faces(of: found).map { face in
          var answer = CompreFaceFace(face, of: found, options)
          answer.subjects = try subjects(of: face.embedding, count: count, likeness)
          return answer
        }, pluginsVersions: try options.versions(likeness))
    }
  }

  private static func verifyExample(_ call: Call) async throws -> Response {
    let example = try CompreFaceExample.face(of: try call.text("image"))
    let options = try CompreFaceOptions(call)
    let found = try await call.withPhotos(["file"]) { try await call.faces(on: $0[0]) }
    return try await call.ask { likeness in
      let entry = try likeness.faceEntry(example)
      let own = try likeness.embedding(ofFace: example)
      return CompreFaceResults(
        result: try options.faces(of: found).map { face in
          var answer = CompreFaceFace(face, of: found, options)
          answer.subject = entry.name
          answer.similarity = try similarity(own, face.embedding, likeness)
          return answer
        }, pluginsVersions: try options.versions(likeness))
    }
  }

  private static func detect(_ call: Call) async throws -> Response {
    let options = try CompreFaceOptions(call)
    let found = try await call.withPhotos(["file"]) { try await call.faces(on: $0[0]) }
    return try await call.ask { likeness in
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

  private static func verify(_ call: Call) async throws -> Response {
    let options = try CompreFaceOptions(call)
    let (source, target) = try await call.withPhotos(["source_image", "target_image"]) {
      (try await call.faces(on: $0[0]), try await call.faces(on: $0[1]))
    }
    return try await call.ask { likeness in
      var all = options
      all.limit = 0
      let sources = try all.faces(of: source)
      guard sources.count == 1 else {
        throw ServerError(
          .badRequest, "several_faces", "Found more than one face in the given image")
      }
      let matches = try options.faces(of: target).map { face in
        var answer = CompreFaceFace(face, of: target, options)
        answer.similarity = try similarity(sources[0].embedding, face.embedding, likeness)
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

  private struct Embeddings: Decodable, Sendable { var embeddings: [EmbeddingValues] }

  private struct Comparison: Decodable, Sendable {
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

  private static func recognizeEmbeddings(_ call: Call) async throws -> Response {
    let count = try predictions(call)
    let asked = try await call.json(Embeddings.self).embeddings
    try checkSome(asked)
    return try await call.ask { likeness in
      CompreFaceResults(
        result: try asked.map {
          Recognized(
            embedding: $0.embedding.values,
            similarities: try subjects(of: $0.embedding, count: count, likeness))
        })
    }
  }

  private static func verifyEmbeddings(_ call: Call) async throws -> Response {
    let example = try CompreFaceExample.face(of: try call.text("image"))
    let asked = try await call.json(Embeddings.self).embeddings
    try checkSome(asked)
    return try await call.ask { likeness in
      let own = try likeness.embedding(ofFace: example)
      return CompreFaceResults(result: try compared(own, asked, likeness))
    }
  }

  private static func compareEmbeddings(_ call: Call) async throws -> Response {
    let asked = try await call.json(Comparison.self)
    try checkSome(asked.targets)
    return try await call.ask { likeness in
      CompreFaceResults(result: try compared(asked.source.embedding, asked.targets, likeness))
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

  private static func checkSome(_ embeddings: [EmbeddingValues]) throws {
    guard !embeddings.isEmpty else {
      throw ServerError(.badRequest, "bad_embedding", "One embedding at least is needed.")
    }
    guard embeddings.count <= mostEmbeddings else {
      throw ServerError(
        .badRequest, "bad_parameter", "At most \(mostEmbeddings) embeddings at once.")
    }
  }
}
