import Foundation
import Hummingbird
import LikenessKit
import LikenessReports
import NIOCore
import ServiceLifecycle

/// Long work: begin it, watch it, stop it.
struct JobRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let jobs = api.group("jobs")
    jobs.allowing(.read, services)
      .get { _, _ in try JSONAnswer.response(JobsAnswer(jobs: services.jobs.all)) }
      .get(":job") { _, context in
        try JSONAnswer.response(try services.jobs.job(try context.parameter("job")))
      }
      .get(":job/events", use: events)
    jobs.allowing(.write, services)
      .post(use: start)
      .delete(":job") { _, context in
        try JSONAnswer.response(try services.jobs.cancel(try context.parameter("job")))
      }
  }

  private struct JobsAnswer: Encodable, Sendable { var jobs: [Job] }

  private func start(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = try await services.body(of: request, context).json(JobRequest.self)
    let again = query.again
    let job: Job
    switch query.kind {
    case .people:
      job = try services.jobs.start("people", anew: again) { likeness, handle in
        _ = try likeness.people.list(again: again) { try handle.step($0, $1) }
      }
    case .graph:
      job = try services.jobs.start("graph", anew: again) { likeness, handle in
        _ = try likeness.links.graph(again: again) { try handle.step($0, $1) }
      }
    case .map:
      let options = query.map
      let kind = "map \(options.method.rawValue) \(options.dimensions)"
      job = try services.jobs.start(kind, anew: again) { likeness, handle in
        _ = try likeness.map(options, isCancelled: handle.isCancelled) {
          handle.progress($0.done, $0.total)
        }
      }
    }
    return try JSONAnswer.response(job, status: .accepted)
  }

  /// Server-sent events: "progress" again and again, "end" last.
  private func events(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    let updates = try services.jobs.watch(try context.parameter("job"))
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        // A browser that waits is not to keep the server from being stopped.
        for await job in updates.cancelOnGracefulShutdown() {
          let data = String(decoding: try JSONAnswer.data(job), as: UTF8.self)
          let name = job.state.isEnd ? "end" : "progress"
          try await writer.write(ByteBuffer(string: "event: \(name)\ndata: \(data)\n\n"))
          if job.state.isEnd { break }
        }
        try await writer.finish(nil)
      })
  }
}
