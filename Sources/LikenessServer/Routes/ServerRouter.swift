import Foundation
import Hummingbird
import Logging

/// All that the server answers, and what stands before and after each answer.
struct ServerRouter {
  let services: ServerServices

  private var endpoints: [Endpoint] {
    ServerRoutes.endpoints + PhotoRoutes.endpoints + FaceRoutes.endpoints + PeopleRoutes.endpoints
      + QuestionRoutes.endpoints + MapRoutes.endpoints + JobRoutes.endpoints + PageRoutes.endpoints
      + CompreFaceRoutes.endpoints
  }

  func make() -> Router<LikenessRequestContext> {
    let router = Router(context: LikenessRequestContext.self)
    router.add(middleware: RequestEnvelope(services: services))
    let byPath = Dictionary(grouping: endpoints, by: \.path)
    for (path, endpoints) in byPath {
      var methods: [HTTPRequest.Method] = []
      for endpoint in endpoints {
        register(endpoint, endpoint.method, router)
        methods.append(endpoint.method)
        if endpoint.method == .get {
          register(endpoint, .head, router)
          methods.append(.head)
        }
      }
      let allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
      for method in Self.methods where !methods.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          throw ServerError(
            .methodNotAllowed, "wrong_method", "This address takes \(allow).", allow: allow)
        }
      }
    }
    return router
  }

  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    HTTPRequest.Method("QUERY")!,
  ]

  private func register(
    _ endpoint: Endpoint, _ method: HTTPRequest.Method, _ router: Router<LikenessRequestContext>
  ) {
    let services = services
    let gatekeeper = Gatekeeper(services: services)
    router.on(RouterPath(endpoint.path), method: method) { request, context -> Response in
      var context = context
      context.dialect = endpoint.dialect
      var caller = Caller()
      let subject = Self.subject(context)
      let result: Result<Response, any Error>
      do {
        if let rights = endpoint.rights {
          caller = try gatekeeper.caller(request)
          try gatekeeper.admit(caller, to: rights, request)
        }
        result = .success(
          try await endpoint.answer(
            Call(
              request: request, context: context, services: services, caller: caller,
              subject: subject)))
      } catch {
        result = .failure(error)
      }
      var response: Response
      switch result {
      case .success(let answer): response = answer
      case .failure(let error):
        response = try RequestEnvelope.answer(error, request, context)
      }
      if method == .head { response = response.createHeadResponse() }
      // Strangers without a key are refused in a flood's numbers: they are not to push out what others did.
      if endpoint.isAudited, endpoint.rights == nil || caller.rights != nil {
        services.audit.write(
          AuditLog.Entry(
            time: Date().formatted(.iso8601), request: context.requestID, key: caller.key,
            method: method.rawValue, route: endpoint.path, status: response.status.code,
            subject: subject.text))
      }
      return response
    }
  }

  /// The things whose numbers are in the address.
  private static func subject(_ context: LikenessRequestContext) -> AuditSubject {
    let subject = AuditSubject()
    for name in ["photo", "face", "person"] {
      if let number = context.parameters.get(name).flatMap({ Int64($0) }) {
        subject.note(name, number)
      }
    }
    if let face = context.parameters.get("image").flatMap({ try? CompreFaceExample.face(of: $0) }) {
      subject.note("face", face)
    }
    return subject
  }
}

/// What every answer has, also where there is nothing at an address: its id, security headers, a line in the log.
struct RequestEnvelope: RouterMiddleware {
  let services: ServerServices

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    let clock = ContinuousClock.now
    services.metrics.began()
    let isCompreFace = CompreFaceRoutes.has(request.uri.path)
    var context = context
    context.dialect = isCompreFace ? .compreFace : .likeness
    // With a key in a header, which no page sends unless it has it, any site's page may ask as CompreFace lets it.
    let isOpen = isCompreFace && services.needsKey
    var response: Response
    do {
      if isOpen, request.method == .options {
        response = Response(status: .noContent)
      } else {
        if !isOpen || Gatekeeper.cookie(request) != nil {
          try RequestOrigin.check(request, needsLocalName: !services.needsKey)
        }
        response = try await next(request, context)
      }
    } catch {
      response = try Self.answer(error, request, context)
    }
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    let route = context.endpointPath ?? "none"
    services.metrics.ended(
      method: request.method.rawValue, route: route, status: response.status.code, seconds: seconds)
    context.logger.info(
      "request",
      metadata: [
        "method": "\(request.method)", "route": "\(route)",
        "status": "\(response.status.code)", "milliseconds": "\(Int(seconds * 1000))",
        "from": "\(context.remoteAddress ?? "-")",
      ])
    response.headers[.requestID] = context.requestID
    response.headers[.contentTypeOptions] = "nosniff"
    response.headers[.referrerPolicy] = "no-referrer"
    response.headers[.resourcePolicy] = isOpen ? "cross-origin" : "same-origin"
    if isOpen {
      response.headers[.accessControlAllowOrigin] = "*"
      response.headers[.accessControlAllowHeaders] = "x-api-key, content-type"
      response.headers[.accessControlAllowMethods] = "GET, POST, PUT, DELETE"
    }
    response.headers[.openerPolicy] = "same-origin"
    response.headers[.permissionsPolicy] = "camera=(self), microphone=(), geolocation=()"
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
      response.headers[.frameOptions] = "DENY"
    }
    if services.configuration.certificate != nil {
      response.headers[.transportSecurity] = "max-age=31536000"
    }
    return response
  }

  static func answer(
    _ error: any Error, _ request: Request, _ context: LikenessRequestContext
  ) throws -> Response {
    let known = ServerError(error)
    if known.status.code >= 500, known.code != "busy" {
      context.logger.error("failed", metadata: ["error": "\(error)"])
    }
    return try known.response(from: request, context: context)
  }
}
