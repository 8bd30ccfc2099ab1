import Foundation
import Hummingbird
import LikenessKit
import LikenessReports

/// The links around a face, and the map of all.
struct MapRoutes {
  let services: ServerServices
  private let answers = MapAnswers()

  init(services: ServerServices) { self.services = services }

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    api.allowing(.read, services)
      .get("graph", use: graph)
      .get("map", use: map)
      .get("map/page", use: page)
  }

  // MARK: The map

  private func map(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let options = try MapOptions(QueryParameters(request))
    let (likeness, answers) = (services.likeness, answers)
    let known = try await services.questions.run(for: context.client) {
      try answers.atHand(options, likeness)
    }
    if let known { return JSONAnswer.response(known) }
    let answer = try await services.derivations.run(for: context.client) {
      guard let answer = try answers.answer(options, likeness) else { throw Self.noMap }
      return answer
    }
    return JSONAnswer.response(answer)
  }

  private func page(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let options = try MapOptions(QueryParameters(request))
    let likeness = services.likeness
    let (page, policy) = try await services.derivations.run(for: context.client) {
      guard let map = try likeness.keptMap(options) else { throw Self.noMap }
      return try map.servedPage { "/api/v1/photos/\($0)/image" }
    }
    var response = JSONAnswer.bytes(page, type: "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = policy + "; frame-ancestors 'self'"
    response.headers[.frameOptions] = "SAMEORIGIN"
    return response
  }

  /// There is none, or more faces came since than it was made of.
  private static var noMap: ServerError {
    ServerError(.notFound, "no_map", "There is no such map yet: begin a job of the kind map.")
  }

  // MARK: Links

  private struct GraphAnswer: Encodable, Sendable {
    struct Node: Encodable, Sendable {
      var face: FaceID
      var photo: PhotoID
      var title: String
      var ordinal: Int
      @OrNull var name: String?
      var hop: Int
    }

    struct Link: Encodable, Sendable {
      var from: FaceID
      var to: FaceID
      var distance: Float
      var probability: Float
    }

    var nodes: [Node]
    var links: [Link]
    var threshold: Float
    var metric: Metric
    var truncated: Bool
  }

  private func graph(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try GraphQuery(QueryParameters(request), noting: context.subject)
    let face = asked.face
    return try await services.derive(context, atHand: \.links.isGraphAtHand) { likeness in
      if try likeness.faces.entry(face).face.quality.isDoubtful {
        throw LikenessError.doubtfulFace(face)
      }
      let graph = try likeness.links.graph()
      let near = try graph.neighborhood(of: face, hops: asked.hops, limit: asked.limit)
      let photos = try likeness.photos.ofFaces(near.faces.map(\.face.id))
      let names = try likeness.faces.names(of: near.faces.map(\.face.id))
      return GraphAnswer(
        nodes: near.faces.map { found in
          .init(
            face: found.face.id, photo: found.face.photo,
            title: photos[found.face.id]?.name ?? "", ordinal: found.face.ordinal,
            name: names[found.face.id], hop: found.hop)
        },
        links: near.links.map {
          .init(
            from: graph.faces[Int($0.from)].id, to: graph.faces[Int($0.to)].id,
            distance: $0.distance, probability: $0.probability)
        }, threshold: graph.threshold, metric: graph.metric,
        truncated: near.isTruncated)
    }
  }
}
