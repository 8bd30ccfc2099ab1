import Foundation
import Hummingbird
import LikenessKit
import LikenessReports
import NIOCore
import ServiceLifecycle

/// Long work: begin it, watch it, stop it.
enum JobRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/api/v1/jobs", .read) { call in
        try JSONAnswer.response(JobsAnswer(jobs: call.services.jobs.all))
      },
      Endpoint(.post, "/api/v1/jobs", .write, start),
      Endpoint(.get, "/api/v1/jobs/:job", .read) { call in
        try JSONAnswer.response(try call.services.jobs.job(try call.text("job")))
      },
      Endpoint(.delete, "/api/v1/jobs/:job", .write) { call in
        try JSONAnswer.response(try call.services.jobs.cancel(try call.text("job")))
      },
      Endpoint(.get, "/api/v1/jobs/:job/events", .read, events),
    ]
  }

  private struct JobsAnswer: Encodable, Sendable { var jobs: [Job] }

  private struct Query: Decodable, Sendable {
    enum Kind: String, Decodable { case people, graph, map }
    enum CodingKeys: String, CodingKey, CaseIterable { case kind, again, method, dimensions }
    var kind: Kind
    var again: Bool
    var map = MapOptions()

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      guard let kind = Kind(rawValue: try fields.decode(String.self, forKey: .kind)) else {
        throw ServerError.badParameter("kind", "people, graph or map")
      }
      self.kind = kind
      again = fields.contains(.again) ? try fields.decode(Bool.self, forKey: .again) : false
      map.isMadeAgain = again
      if fields.contains(.method) {
        guard let method = MapMethod(rawValue: try fields.decode(String.self, forKey: .method))
        else { throw ServerError.badParameter("method", "tsne or pca") }
        map.method = method
      }
      if fields.contains(.dimensions) {
        map.dimensions = try fields.decode(Int.self, forKey: .dimensions)
        guard (2...3).contains(map.dimensions) else {
          throw ServerError.badParameter("dimensions", "2 or 3")
        }
      }
    }
  }

  private static func start(_ call: Call) async throws -> Response {
    let query = try await call.json(Query.self)
    let again = query.again
    let job: Job
    switch query.kind {
    case .people:
      job = try call.services.jobs.start("people", anew: again) { likeness, handle in
        _ = try likeness.people(again: again) { try handle.step($0, $1) }
      }
    case .graph:
      job = try call.services.jobs.start("graph", anew: again) { likeness, handle in
        _ = try likeness.graph(again: again) { try handle.step($0, $1) }
      }
    case .map:
      let options = query.map
      let kind = "map \(options.method.rawValue) \(options.dimensions)"
      job = try call.services.jobs.start(kind, anew: again) { likeness, handle in
        _ = try likeness.map(options, isCancelled: handle.isCancelled) {
          handle.progress($0.done, $0.total)
        }
      }
    }
    return try JSONAnswer.response(job, status: .accepted)
  }

  /// Server-sent events: "progress" again and again, "end" last.
  private static func events(_ call: Call) async throws -> Response {
    let updates = try call.services.jobs.watch(try call.text("job"))
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
