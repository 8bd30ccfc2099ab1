import Foundation
import Hummingbird
import LikenessCore
import LikenessKit
import NIOCore

/// Photos: add, list, show, remove.
struct PhotoRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let photos = api.group("photos")
    photos.allowing(.read, services)
      .get(use: list)
      .get(":photo", use: show)
      .get("archive", use: archive)
      .get(":photo/image") { request, context in
        let side = try QueryParameters(request).integer("side", default: 1600, in: 16...4096)
        return try await picture(request, context, side: side)
      }
      .get(":photo/sidecar", use: sidecar)
    photos.allowing(.read, services, isAudited: false)
      .get(":photo/thumbnail") { request, context in
        try await picture(request, context, side: 320)
      }
    photos.allowing(.write, services)
      .post(use: add)
      .post(":photo/faces", use: addFace)
      .post(":photo/tag", use: tag)
      .delete(":photo", use: remove)
  }

  private struct PhotoPage: Encodable, Sendable {
    var photos: [PhotoAnswer]
    @OrNull var next: PhotoID?
    var total: Int
  }

  private func list(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try PhotoListQuery(QueryParameters(request))
    return try await services.ask(context) { likeness in
      let (photos, last) = (likeness.photos, asked.page.after)
      let page =
        if let query = asked.query {
          try photos.page(
            query, after: last == PhotoID(0) ? nil : last, limit: asked.page.limit)
        } else {
          try photos.page(after: last, limit: asked.page.limit)
        }
      return PhotoPage(
        photos: page.items.map { PhotoAnswer($0) }, next: page.next, total: page.total)
    }
  }

  private func show(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    return try await services.ask(context) { likeness in
      let (photo, faces) = try likeness.photos.entry(id)
      return PhotoAnswer(
        photo, items: faces.map { FaceAnswer($0) },
        candidates: try likeness.regions.candidates(of: id))
    }
  }

  private func remove(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    return try await services.change(context) { ReceiptAnswer(try $0.photos.remove(id)) }
  }

  /// Encoded anew: no place where it was taken, no serial number of a camera.
  private func picture(
    _ request: Request, _ context: LikenessRequestContext, side: Int
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    let likeness = services.likeness
    let limits = services.pictureLimits(longestSide: max(side, 64))
    return try await services.picture(for: request, context) {
      // One that was removed is not shown again, nor is a face that was covered in it, whatever a browser kept.
      "photo-\(id)-\(try likeness.photos.entry(id).photo.photo.digest.prefix(16))-\(side)"
    } make: { [limits] in
      try likeness.photos.decoded(id, limits: limits).fitted(longestSide: side).jpegData(
        quality: 85)
    }
  }

  // MARK: Names for other programs

  /// What became of a photo's names. Where its files are is not said.
  private struct TagAnswer: Encodable, Sendable {
    enum Status: String, Encodable, Sendable { case written, unchanged, unnamed, skipped }

    struct Renaming: Encodable, Sendable {
      var from: String
      var to: String
    }

    var photo: PhotoID
    var status: Status
    @OrNull var reason: String?
    var faces: Int
    var renamed: [Renaming]

    init(_ summary: TagSummary, of photo: PhotoID) {
      self.photo = photo
      let reason = summary.skipped.first?.reason
      self.reason = reason
      status =
        if reason != nil {
          .skipped
        } else if summary.written > 0 {
          .written
        } else if summary.unnamed > 0 {
          .unnamed
        } else {
          .unchanged
        }
      faces = summary.faces
      renamed = summary.renamed.map { Renaming(from: $0.from, to: $0.to) }
    }
  }

  /// Writes the names of a photo's faces beside it or, for a key that may admin, into it.
  private func tag(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    let asked = try await services.body(of: request, context).json(TagRequest.self)
    if asked.place == .file, context.caller?.rights != .admin {
      throw ServerError(
        .forbidden, "not_allowed", "To write into photos takes a key that may admin.")
    }
    return try await services.change(context) { [limits = services.pictureLimits()] likeness in
      _ = try likeness.photos.entry(id)
      return TagAnswer(
        try likeness.regions.write(
          [id], to: asked.place, limits: limits, isDryRun: asked.isDryRun), of: id)
    }
  }

  /// The names of a photo's faces, to be put beside the photo by whoever has it.
  private func sidecar(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    let (likeness, limits) = (services.likeness, services.pictureLimits())
    let data = try await services.pictures.run(for: context.client) {
      try likeness.regions.sidecar(of: id, limits: limits)
    }
    return JSONAnswer.bytes(data, type: "application/rdf+xml")
  }

  // MARK: Downloads

  /// Photos as one ZIP file, which is sent while it is made.
  ///
  /// Who may change the gallery gets photos that it keeps as they came; else a photo is encoded anew, as everywhere:
  /// without the place where it was taken.
  private func archive(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let asked = try ArchiveQuery(QueryParameters(request), noting: context.subject)
    let mayHaveOriginals = (context.caller?.rights ?? .read) >= .write
    let (services, likeness) = (services, services.likeness)
    // What is not there is said before anything is sent.
    let titles = try await services.questions.run(for: context.client) {
      try asked.photos.map { try likeness.photos.entry($0).photo.photo.name }
    }
    let body = ResponseBody { writer in
      var archive = ZipArchive()
      var missing: [String] = []
      for (photo, title) in zip(asked.photos, titles) {
        do {
          let file = try await services.pictures.run(for: context.client) {
            try Self.download(
              photo, title, likeness, services.pictureLimits(longestSide: 4096),
              asIs: mayHaveOriginals)
          }
          try await writer.write(ByteBuffer(bytes: archive.add(file.name, file.data)))
        } catch let error as any ClassifiedError {
          missing.append("photo:\(photo) \(title): \(ServerError(error).message)")
        }
      }
      if !missing.isEmpty {
        let text = Data((missing.joined(separator: "\n") + "\n").utf8)
        try await writer.write(ByteBuffer(bytes: archive.add("missing.txt", text)))
      }
      try await writer.write(ByteBuffer(bytes: archive.end()))
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/zip", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"photos.zip\"",
      ], body: body)
  }

  private static func download(
    _ id: PhotoID, _ title: String, _ likeness: Likeness, _ limits: PhotoLimits, asIs: Bool
  ) throws -> (name: String, data: Data) {
    if asIs, let data = try likeness.photos.keptFile(id) { return (title, data) }
    let photo = try likeness.photos.decoded(id, limits: limits)
    let stem = (title as NSString).deletingPathExtension
    return ("\(stem).jpg", try photo.fitted(longestSide: limits.longestSide).jpegData(quality: 92))
  }

  // MARK: Adding

  /// What became of one uploaded file.
  private struct AddedAnswer: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
      case added
      case already
      case noFace = "no_face"
      case unreadable
    }

    var file: String
    var status: Status
    @OrNull var photo: PhotoID?
    @OrNull var reason: String?
    var faces: [FaceAnswer] = []
  }

  private struct AddAnswer: Encodable, Sendable {
    var photos: [AddedAnswer]
    var added: Int
    var already: Int
    var noFace: Int
    var unreadable: Int
    /// Finds in all photos that are likely no faces.
    var doubtful: Int

    init(_ photos: [AddedAnswer]) {
      self.photos = photos
      doubtful = photos.flatMap(\.faces).count(where: \.doubtful)
      func count(_ status: AddedAnswer.Status) -> Int { photos.count { $0.status == status } }
      (added, already) = (count(.added), count(.already))
      (noFace, unreadable) = (count(.noFace), count(.unreadable))
    }
  }

  private func add(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let form = try PhotoForm(
      try await services.body(of: request, context).form(),
      maximumFiles: services.configuration.filesPerRequest)
    var answers: [AddedAnswer] = []
    for file in form.files {
      do {
        answers.append(try await add(file, of: form, context.client))
      } catch let error as PhotoError {
        answers.append(
          AddedAnswer(file: file.title, status: .unreadable, reason: ServerError(error).message))
        // One bad file among others is not a reason to refuse them.
        if form.files.count == 1 { throw error }
      }
    }
    let answer = AddAnswer(answers)
    if answer.unreadable == form.files.count {
      throw ServerError(
        .unprocessableContent, "unreadable_photo", answers.compactMap(\.reason).first ?? "")
    }
    return try JSONAnswer.response(answer)
  }

  /// Adds a face that no detector found.
  private func addFace(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let id = try context.parameter(PhotoID.self)
    let drawn = try await services.body(of: request, context).json(DrawnFaceRequest.self)
    let entry = try await services.addFace(
      in: drawn.box, of: id, name: drawn.name, for: context.client)
    context.subject.note(entry.face.id)
    return try JSONAnswer.response(FaceAnswer(entry), status: .created)
  }

  private func add(
    _ file: MultipartForm.Part, of form: PhotoForm, _ client: Client
  ) async throws -> AddedAnswer {
    let title = file.title
    let added = try await services.add(
      PhotoUpload(data: file.data, title: title, name: form.name, labels: form.labels), for: client)
    let likeness = services.likeness
    let faces = try await services.questions.run(for: client) {
      try likeness.faces.entries(added.faces).map { FaceAnswer($0) }
    }
    let doubtful = faces.count(where: \.doubtful)
    let hasFace = doubtful < faces.count
    return AddedAnswer(
      file: title, status: !hasFace ? .noFace : added.isNew ? .added : .already,
      photo: added.photo,
      reason: !hasFace
        ? LikenessError.noFaceInWords(doubtful: doubtful)
        : added.keptName.map { "It is here as \($0) already, and keeps that name." },
      faces: faces)
  }
}
