import Foundation
import Hummingbird
import LikenessKit
import LikenessReports

/// The links around a face, and the map of all.
struct MapRoutes {
  let services: ServerServices

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
    return try await services.derive(context) { MapAnswer(try Self.map(options, $0), options) }
  }

  private func page(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let options = try MapOptions(QueryParameters(request))
    let likeness = services.likeness
    let (page, policy) = try await services.derivations.run(for: context.client) {
      try Self.map(options, likeness).servedPage { "/api/v1/photos/\($0)/image" }
    }
    var response = JSONAnswer.bytes(page, type: "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = policy + "; frame-ancestors 'self'"
    response.headers[.frameOptions] = "SAMEORIGIN"
    return response
  }

  /// The map that is kept, with a place for every face.
  private static func map(_ options: MapOptions, _ likeness: Likeness) throws -> FaceMap {
    guard try likeness.hasMap(options) else {
      throw ServerError(
        .notFound, "no_map", "There is no such map yet: begin a job of the kind map.")
    }
    return try likeness.map(options)
  }

  private struct MapAnswer: Encodable, Sendable {
    struct Point: Encodable, Sendable {
      var face: FaceID
      var photo: PhotoID
      @OrNull var name: String?
      @OrNull var person: String?
      var position: [Float]
      var placed: Bool
    }

    var method: MapMethod
    var dimensions: Int
    var facts: [FaceMap.Fact]
    /// How many faces are not on it since the user hid them.
    var hidden: Int
    var points: [Point]

    init(_ map: FaceMap, _ options: MapOptions) {
      (method, dimensions, facts) = (options.method, options.dimensions, map.facts)
      hidden = map.hidden
      points = map.faces.enumerated().map { row, face in
        Point(
          face: face.id, photo: face.photoID ?? PhotoID(0), name: face.name, person: face.person,
          position: map.point(row), placed: face.isPlaced)
      }
    }
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
