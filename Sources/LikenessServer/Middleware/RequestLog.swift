import Hummingbird

/// Counts each request for the metrics, and writes a line about it into the log.
struct RequestLog: RouterMiddleware {
  let metrics: ServerMetrics

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    let clock = ContinuousClock.now
    metrics.began()
    let response = try await next(request, context)
    let seconds = (ContinuousClock.now - clock) / .seconds(1)
    let route = context.endpointPath ?? "none"
    metrics.ended(
      method: request.method.rawValue, route: route, status: response.status.code, seconds: seconds)
    context.logger.info(
      "request",
      metadata: [
        "method": "\(request.method)", "route": "\(route)",
        "status": "\(response.status.code)", "milliseconds": "\(Int(seconds * 1000))",
        "from": "\(context.remoteAddress ?? "-")",
      ])
    return response
  }
}
