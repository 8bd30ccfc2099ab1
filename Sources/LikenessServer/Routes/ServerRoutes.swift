import Foundation
import Hummingbird
import LikenessKit

/// What there is to know about the server itself.
enum ServerRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/health", nil) { _ in try JSONAnswer.response(Status(status: "ok")) },
      Endpoint(.get, "/ready", nil, ready),
      Endpoint(.get, "/metrics", .read, isAudited: false, metrics),
      Endpoint(.get, "/openapi.json", nil) { _ in
        JSONAnswer.response(Data(PackageResources.openapi_json))
      },
      Endpoint(.get, "/api/v1/info", .read, info),
      Endpoint(.get, "/api/v1/models", .read, models),
      Endpoint(.get, "/api/v1/audit", .admin) { call in
        let limit = try call.integer("limit", default: 50, in: 1...1000)
        return try JSONAnswer.response(AuditAnswer(entries: call.services.audit.last(limit)))
      },
      Endpoint(.get, "/api/v1/session", nil) { call in
        // Who is not known, or comes with a key that opens nothing, is nobody yet.
        let caller = try? Gatekeeper(services: call.services).caller(call.request, isCounted: false)
        return try JSONAnswer.response(
          SessionAnswer(
            rights: caller?.rights, csrf: caller?.csrf, keysNeeded: call.services.needsKey))
      },
      Endpoint(.post, "/api/v1/session", nil, isAudited: true, openSession),
      Endpoint(.delete, "/api/v1/session", nil, isAudited: true, closeSession),
    ]
  }

  private struct Status: Encodable { var status: String }

  /// Ready is who could answer the next question: the networks are loaded and the gallery is readable.
  private static func ready(_ call: Call) async throws -> Response {
    guard call.services.photos.hasRoom else { throw ServerError.busy }
    return try await call.ask { likeness in
      _ = try likeness.engine()
      _ = try likeness.revision()
      return Status(status: "ready")
    }
  }

  private static func metrics(_ call: Call) async throws -> Response {
    let services = call.services
    let faces = try? await services.questions.run { try services.likeness.faceCount() }
    let text = services.metrics.text(
      queues: [
        ("photos", services.photos.load), ("questions", services.questions.load),
        ("changes", services.changes.load),
      ], galleryFaces: faces)
    return JSONAnswer.bytes(Data(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
  }

  private struct InfoAnswer: Encodable, Sendable {
    struct Gallery: Encodable, Sendable {
      @OrNull var id: String?
      var photos: Int
      var photosWithoutFace: Int
      var faces: Int
      var namedFaces: Int
      var doubtfulFaces: Int
      var names: Int
      @OrNull var model: String?
      @OrNull var dimensions: Int?
      var bytes: Int
      var revision: Int
    }

    struct Thresholds: Encodable, Sendable {
      var metric: Metric
      var verify: Float
      var link: Float
      var unknown: Float
      var reason: String
    }

    struct Limits: Encodable, Sendable {
      var uploadBytes: Int
      var pixels: Int
      var filesPerRequest: Int
    }

    var version: String
    var gallery: Gallery
    @OrNull var thresholds: Thresholds?
    var limits: Limits
    var storesPhotos: Bool
    var rights: Rights
  }

  private static func info(_ call: Call) async throws -> Response {
    let configuration = call.configuration
    let rights = call.caller.rights ?? .read
    return try await call.ask { likeness in
      let summary = try likeness.info()
      let verification = likeness.verification
      let thresholds = summary.faces > 0 ? try likeness.thresholds() : nil
      return InfoAnswer(
        version: configuration.version,
        gallery: .init(
          id: summary.id, photos: summary.photos, photosWithoutFace: summary.photosWithoutFace,
          faces: summary.faces, namedFaces: summary.namedFaces,
          doubtfulFaces: summary.doubtfulFaces, names: summary.names,
          model: summary.model, dimensions: summary.dimensions, bytes: summary.bytes,
          revision: try likeness.revision()),
        thresholds: thresholds.map {
          .init(
            metric: verification.metric, verify: verification.threshold, link: $0.link.distance,
            unknown: $0.unknown.distance, reason: $0.unknownInWords)
        },
        limits: .init(
          uploadBytes: configuration.uploadBytes, pixels: configuration.maximumPixels,
          filesPerRequest: configuration.filesPerRequest),
        storesPhotos: configuration.storesPhotos, rights: rights)
    }
  }

  private struct ModelsAnswer: Encodable, Sendable {
    struct Model: Encodable, Sendable {
      var name: String
      var kind: String
      var source: String
      var licence: String
      @OrNull var dimensions: Int?
      @OrNull var metric: Metric?
      var inUse: Bool
    }

    var models: [Model]
  }

  private static func models(_ call: Call) async throws -> Response {
    try await call.ask { likeness in
      let used = try likeness.engine().modelsInUse
      return ModelsAnswer(
        models: try likeness.options.models.manifests().map { manifest in
          .init(
            name: manifest.name, kind: manifest.kind.rawValue, source: manifest.source,
            licence: manifest.licence, dimensions: manifest.output.dimensions,
            metric: manifest.output.metric, inUse: used.contains(manifest.name))
        })
    }
  }

  private struct AuditAnswer: Encodable { var entries: [AuditLog.Entry] }

  private struct SessionAnswer: Encodable {
    @OrNull var rights: Rights?
    @OrNull var csrf: String?
    var keysNeeded: Bool
  }

  private struct SignIn: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case key }
    var key: String

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      key = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .key)
      guard (1...200).contains(key.unicodeScalars.count) else {
        throw ServerError.badParameter("key", "a text of 1 to 200 letters")
      }
    }
  }

  private static func openSession(_ call: Call) async throws -> Response {
    // Nobody is known yet: no more is read than a key needs.
    let text = try await call.json(SignIn.self, limit: 4_096).key
    guard call.services.needsKey else {
      return try JSONAnswer.response(SessionAnswer(rights: .admin, csrf: nil, keysNeeded: false))
    }
    let key = try call.services.keys.key(text)
    try call.services.keys.count(key)
    let (token, session) = call.services.sessions.open(key: key.hash)
    var response = try JSONAnswer.response(
      SessionAnswer(rights: key.rights, csrf: session.csrf, keysNeeded: true))
    let secure = call.configuration.certificate == nil ? "" : "; Secure"
    response.headers[.setCookie] =
      "\(Sessions.cookie)=\(token); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(Sessions.seconds)\(secure)"
    return response
  }

  private static func closeSession(_ call: Call) async throws -> Response {
    if let token = Gatekeeper.cookie(call.request) { call.services.sessions.close(token) }
    let areNeeded = call.services.needsKey
    var response = try JSONAnswer.response(
      SessionAnswer(rights: areNeeded ? nil : .admin, csrf: nil, keysNeeded: areNeeded))
    response.headers[.setCookie] =
      "\(Sessions.cookie)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    return response
  }
}
