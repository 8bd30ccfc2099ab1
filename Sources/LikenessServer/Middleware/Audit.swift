import Foundation
import Hummingbird
import LikenessKit

/// Writes who asked what into the audit log, once it is answered or refused; who is not known is counted where refused.
///
/// It stands before whatever finds out who is asking, which notes it in the context's `subject`.
struct Audit: RouterMiddleware {
  let log: AuditLog
  /// False to count refusals only.
  var isWritten = true

  func handle(
    _ request: Request, context: LikenessRequestContext,
    next: (Request, LikenessRequestContext) async throws -> Response
  ) async throws -> Response {
    noteAddress(context)
    do {
      let response = try await next(request, context)
      write(request, context, response.status)
      return response
    } catch {
      write(request, context, ServerError(error).status(in: context.dialect))
      throw error
    }
  }

  private func write(
    _ request: Request, _ context: LikenessRequestContext, _ status: HTTPResponse.Status
  ) {
    // Strangers come in a flood's numbers: they are not to push out what others did.
    guard let caller = context.subject.caller else {
      if status.code >= 400 { log.refuse(from: context.remoteAddress) }
      return
    }
    guard isWritten else { return }
    log.write(
      AuditLog.Entry(
        time: Date().formatted(.iso8601), request: context.requestID, key: caller.key,
        method: request.method.rawValue, route: Self.route(context), status: status.code,
        subject: context.subject.text))
  }

  /// The address with names in place of numbers: `/api/v1/faces/:face`.
  private static func route(_ context: LikenessRequestContext) -> String {
    (context.endpointPath ?? "").replacing("{", with: ":").replacing("}", with: "")
  }

  /// Notes the things whose numbers are in the address.
  private func noteAddress(_ context: LikenessRequestContext) {
    noteAddress(PhotoID.self, context)
    noteAddress(FaceID.self, context)
    noteAddress(PersonID.self, context)
    if let key = context.parameters.get("key")?.removingPercentEncoding {
      context.subject.note(key: key)
    }
    if let face = context.parameters.get("image").flatMap({ try? CompreFaceExample.face(of: $0) }) {
      context.subject.note(face)
    }
  }

  private func noteAddress<ID: ResourceID>(_: ID.Type, _ context: LikenessRequestContext) {
    if let number = context.parameters.get(ID.name).flatMap({ Int64($0) }) {
      context.subject.note(ID(number))
    }
  }
}
