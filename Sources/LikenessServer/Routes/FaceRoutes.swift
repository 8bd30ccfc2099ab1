import Hummingbird
import LikenessKit

/// Faces: list, show, name, label, remove.
struct FaceRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let faces = api.group("faces")
    faces.allowing(.read, services)
      .get(use: list)
      .get(":face", use: show)
    faces.allowing(.read, services, isAudited: false)
      .get(":face/thumbnail", use: thumbnail)
    faces.allowing(.write, services)
      .patch(":face", use: change)
      .delete(":face", use: remove)
    api.allowing(.read, services)
      .get("names") { _, context in
        try await services.ask(context) { NamesAnswer(names: try $0.names.summaries()) }
      }
      .get("labels") { _, context in
        try await services.ask(context) { LabelsAnswer(labels: try $0.labels.counts()) }
      }
  }

  private struct NamesAnswer: Encodable, Sendable { var names: [NameSummary] }
  private struct LabelsAnswer: Encodable, Sendable { var labels: [LabelCount] }

  private struct FacePage: Encodable, Sendable {
    var faces: [FaceAnswer]
    @OrNull var next: FaceID?
    var total: Int
  }

  private func list(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try FaceListQuery(QueryParameters(request))
    return try await services.ask(context) { likeness in
      let page = try likeness.faces.page(
        after: asked.page.after, limit: asked.page.limit, filter: asked.filter)
      return FacePage(faces: page.items.map { FaceAnswer($0) }, next: page.next, total: page.total)
    }
  }

  private func show(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(FaceID.self)
    let withEmbedding = try QueryParameters(request).flag("embedding")
    return try await services.ask(context) { likeness in
      FaceAnswer(
        try likeness.faces.entry(id),
        embedding: withEmbedding ? try likeness.faces.embedding(of: id) : nil)
    }
  }

  private func thumbnail(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(FaceID.self)
    let likeness = services.likeness
    return try await services.picture(for: request, context) {
      _ = try likeness.faces.entry(id)
      // A face that was covered beside it changes its picture with that of the photo.
      return "face-\(id)-\(try likeness.photos.ofFaces([id])[id]?.digest.prefix(16) ?? "")"
    } make: {
      guard let jpeg = try likeness.faces.thumbnail(of: id) else {
        throw ServerError(.notFound, "no_image", "No picture of this face is kept.")
      }
      return jpeg
    }
  }

  private func change(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(FaceID.self)
    let change = try await services.body(of: request, context).json(FaceChange.self)
    return try await services.change(context) { likeness in
      if change.isConfirmed { try likeness.faces.confirm(id) }
      if let name = change.name { try likeness.faces.setName(name?.text, of: id) }
      if !change.labels.isEmpty { try likeness.labels.set(change.labels, ofFace: id) }
      return FaceAnswer(try likeness.faces.entry(id))
    }
  }

  private func remove(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(FaceID.self)
    let shared = try QueryParameters(request).sharedPhotos()
    return try await services.change(context) {
      ReceiptAnswer(try $0.faces.remove(id, sharedPhotos: shared))
    }
  }
}
