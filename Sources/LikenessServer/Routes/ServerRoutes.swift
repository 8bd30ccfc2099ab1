import Foundation
import Hummingbird
import LikenessKit

/// What there is to know about the server itself.
struct ServerRoutes {
  let services: ServerServices

  func addRoutes(to router: some RouterMethods<LikenessRequestContext>) {
    router.get("/health") { _, _ in try JSONAnswer.response(Status(status: "ok")) }
    router.get("/ready", use: ready)
    router.get("/openapi.json") { _, _ in
      JSONAnswer.response(Data(PackageResources.openapi_json))
    }
    router.allowing(.read, services, isAudited: false).get("/metrics", use: metrics)
    let api = router.group("api/v1")
    api.allowing(.read, services)
      .get("info", use: info)
      .get("models", use: models)
    api.allowing(.admin, services).get("audit", use: audit)
  }

  private struct Status: Encodable { var status: String }

  /// Ready is who could answer the next question: the networks are loaded and the gallery is readable.
  private func ready(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    guard services.photos.hasRoom else { throw ServerError.busy }
    return try await services.ask(context) { likeness in
      _ = try likeness.networks.engine()
      _ = try likeness.gallery.revision()
      return Status(status: "ready")
    }
  }

  private func metrics(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let likeness = services.likeness
    let faces = try? await services.questions.run(for: context.client) {
      try likeness.faces.count()
    }
    let text = services.metrics.text(
      queues: [
        ("photos", services.photos.load), ("questions", services.questions.load),
        ("changes", services.changes.load),
      ], connections: services.connections.count, galleryFaces: faces)
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
      var unembeddedFaces: Int
      var hiddenFaces: Int
      var names: Int
      @OrNull var model: String?
      @OrNull var dimensions: Int?
      var bytes: Int
      var revision: Int

      /// Every number of what `likeness info` tells, but for the folder.
      init(_ summary: GallerySummary, revision: Int) {
        _id = OrNull(wrappedValue: summary.id)
        _model = OrNull(wrappedValue: summary.model)
        _dimensions = OrNull(wrappedValue: summary.dimensions)
        (photos, photosWithoutFace) = (summary.photos, summary.photosWithoutFace)
        (faces, namedFaces, names) = (summary.faces, summary.namedFaces, summary.names)
        doubtfulFaces = summary.doubtfulFaces
        unembeddedFaces = summary.unembeddedFaces ?? 0
        hiddenFaces = summary.hiddenFaces ?? 0
        (bytes, self.revision) = (summary.bytes, revision)
      }
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
    /// Of the user, which links faces in the place of the threshold for links.
    @OrNull var linkRule: DistanceRule?
    var limits: Limits
    var storesPhotos: Bool
    var rights: Rights
  }

  private func info(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let configuration = services.configuration
    let rights = context.caller?.rights ?? .read
    return try await services.ask(context) { likeness in
      let summary = try likeness.gallery.summary()
      let verification = likeness.networks.verification
      let thresholds = summary.faces > 0 ? try likeness.thresholds.current() : nil
      return InfoAnswer(
        version: configuration.version,
        gallery: .init(summary, revision: try likeness.gallery.revision()),
        thresholds: thresholds.map {
          .init(
            metric: verification.metric, verify: verification.threshold, link: $0.link.distance,
            unknown: $0.unknown.distance, reason: $0.unknownInWords)
        },
        linkRule: try likeness.links.rule(),
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

  private func models(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    try await services.ask(context) { likeness in
      let used = try likeness.networks.engine().modelsInUse
      return ModelsAnswer(
        models: try likeness.networks.options.models.manifests().map { manifest in
          .init(
            name: manifest.name, kind: manifest.kind.rawValue, source: manifest.source,
            licence: manifest.licence, dimensions: manifest.output.dimensions,
            metric: manifest.output.metric, inUse: used.contains(manifest.name))
        })
    }
  }

  private struct AuditAnswer: Encodable {
    var entries: [AuditLog.Entry]
    var refusals: [AuditLog.Refusals]
  }

  private func audit(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    let limit = try QueryParameters(request).integer("limit", default: 50, in: 1...1000)
    return try JSONAnswer.response(
      AuditAnswer(
        entries: services.audit.last(limit), refusals: services.audit.lastRefusals(limit)))
  }
}
