import Foundation
import Hummingbird
import LikenessKit

/// Examples are the faces of the gallery that have a name.
struct CompreFaceExamples {
  let services: ServerServices

  func addRoutes(to faces: RouterGroup<LikenessRequestContext>) {
    faces.allowing(.read, services)
      .get(use: list)
      .get(":image/img", use: image)
    faces.allowing(.write, services)
      .post(use: add)
      .delete(use: removeAll)
      .delete(":image", use: remove)
      .post("delete", use: removeSome)
  }

  /// Made to be put into pages: the key is in the address.
  func addPictures(to group: RouterGroup<LikenessRequestContext>) {
    group.add(middleware: Audit(log: services.audit))
      .add(middleware: Identity(services: services, isInAddress: true))
      .add(middleware: Authorization(rights: .read))
      .get(":key/images/:image", use: image)
  }

  private func add(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    guard let text = query["subject"] else {
      throw ServerError(
        .badRequest, "missing_parameter", "Required String parameter 'subject' is not present")
    }
    let name = try CompreFaceSubjects.name(text)
    let options = try CompreFaceOptions(query)
    let likeness = services.likeness
    let subject = try await services.questions.run(for: context.client) {
      try likeness.names.spelling(of: name) ?? name
    }
    let photo = try await services.body(of: request, context).photos(["file"])[0]
    let added = try await services.add(
      PhotoUpload(data: photo, title: "photo.jpg", name: subject), for: context.client,
      // An example shows its subject, whatever its file says.
      nameSource: .none
    ) { prepared in
      let prepared = prepared.keepingFaces(ofScore: options.minimumScore)
      if !prepared.isKnown { try Self.checkSingle(prepared.faces) }
      return prepared
    }
    // A photo that was there already may have doubtful finds as well.
    let faces = try await services.questions.run(for: context.client) {
      try likeness.faces.entries(added.faces).filter { !$0.face.quality.isDoubtful }.map(\.face.id)
    }
    try Self.checkSingle(faces.count)
    let face = faces[0]
    if let other = added.keptName {
      throw ServerError(
        .conflict, "name_kept",
        "The image is an example of \(other) already. Delete it there, or rename the subject.")
    }
    return try await services.change(context, status: .created) { likeness in
      try likeness.names.assign(subject, to: face)
      return CompreFaceExample(face: face, subject: subject)
    }
  }

  private static func checkSingle(_ faces: Int) throws {
    guard faces > 0 else {
      throw ServerError(kind: .noFace, "no_face", "No face is found in the given image")
    }
    guard faces == 1 else {
      throw ServerError(.badRequest, "several_faces", "Found more than one face in the given image")
    }
  }

  private struct ExamplePage: Encodable, Sendable {
    var faces: [CompreFaceExample]
    var pageNumber: Int
    var pageSize: Int
    var totalPages: Int
    var totalElements: Int
  }

  private func list(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    let page = try query.integer("page", default: 0, in: 0...1_000_000_000)
    let size = try query.integer("size", default: 20, in: 1...10_000)
    let subject = query["subject"]
    return try await services.ask(context) { likeness in
      let (faces, total) = try likeness.names.faces(
        named: subject.map { try likeness.names.spelling(of: $0) ?? $0 }, offset: page * size,
        limit: size)
      return ExamplePage(
        faces: faces.map { CompreFaceExample(face: $0.face, subject: $0.name) }, pageNumber: page,
        pageSize: size,
        totalPages: (total + size - 1) / size, totalElements: total)
    }
  }

  /// All faces of a subject, which goes with them; without one all faces that have a name.
  private func removeAll(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let subject = QueryParameters(request)["subject"]
    if subject == nil {
      guard context.caller?.rights == .admin else {
        throw ServerError(.forbidden, "not_allowed", "To remove all takes a key that may admin.")
      }
    }
    return try await services.change(context) { likeness in
      let names =
        try subject.map { [try likeness.names.spelling(of: $0)].compactMap(\.self) }
        ?? likeness.names.all()
      return CompreFaceSubjects.Deleted(
        deleted: try likeness.remove(Removal(names: names)).faces.count)
    }
  }

  private func remove(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let face = try CompreFaceExample.face(of: try context.parameter("image"))
    return try await services.change(context) { likeness in
      let entry = try likeness.faces.entry(face)
      _ = try Self.remove([entry], likeness)
      return CompreFaceExample(face: face, subject: entry.name ?? "")
    }
  }

  private func removeSome(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let ids = try await services.body(of: request, context).json([String].self)
    guard ids.count <= 10_000 else {
      throw ServerError(.badRequest, "bad_parameter", "At most 10000 images at once.")
    }
    // Those that are not there are passed over.
    var seen: Set<FaceID> = []
    let faces = ids.compactMap { try? CompreFaceExample.face(of: $0) }
      .filter { seen.insert($0).inserted }
    return try await services.change(context) { likeness in
      try Self.remove(try likeness.faces.entries(faces), likeness)
    }
  }

  /// Removes faces; their subjects stay, as CompreFace has it, though nothing may be left of them.
  private static func remove(
    _ entries: [FaceEntry], _ likeness: Likeness
  ) throws -> [CompreFaceExample] {
    _ = try likeness.faces.remove(entries.map(\.face.id))
    for name in Set(entries.compactMap(\.name)) where try likeness.names.spelling(of: name) == nil {
      try likeness.names.add(name)
    }
    return entries.map { CompreFaceExample(face: $0.face.id, subject: $0.name ?? "") }
  }

  /// The photo of an example; the face alone where photos are not kept.
  private func image(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter("image")
    let likeness = services.likeness
    let limits = services.pictureLimits()
    let jpeg = try await services.pictures.run(for: context.client) {
      // Nothing, where CompreFace has nothing.
      guard let face = try? CompreFaceExample.face(of: id),
        let entry = try likeness.faces.entries([face]).first
      else { return Data() }
      do {
        return try likeness.photos.decoded(entry.face.photo, limits: limits).jpegData()
      } catch is PhotoError {
        return try likeness.faces.thumbnail(of: face) ?? Data()
      }
    }
    return JSONAnswer.bytes(jpeg, type: "image/jpeg")
  }
}
