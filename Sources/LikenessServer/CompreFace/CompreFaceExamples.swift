import Foundation
import Hummingbird
import LikenessKit

/// Examples are the faces of the gallery that have a name.
enum CompreFaceExamples {
  static var endpoints: [Endpoint] {
    [
      .compreFace(.post, "/recognition/faces", .write, add),
      .compreFace(.get, "/recognition/faces", .read, list),
      .compreFace(.delete, "/recognition/faces", .write, removeAll),
      .compreFace(.delete, "/recognition/faces/:image", .write) { call in
        let face = try CompreFaceExample.face(of: try call.text("image"))
        return try await call.change { likeness in
          let entry = try likeness.faceEntry(face)
          _ = try remove([entry], likeness)
          return CompreFaceExample(face: face, subject: entry.name ?? "")
        }
      },
      .compreFace(.post, "/recognition/faces/delete", .write) { call in
        let ids = try await call.json([String].self)
        // Those that are not there are passed over.
        guard ids.count <= 10_000 else {
          throw ServerError(.badRequest, "bad_parameter", "At most 10000 images at once.")
        }
        let faces = ids.compactMap { try? CompreFaceExample.face(of: $0) }
        return try await call.change { likeness in
          try remove(try likeness.faceEntries(faces), likeness)
        }
      },
      .compreFace(.get, "/recognition/faces/:image/img", .read) { call in try await image(call) },
      // Made to be put into pages: the key is in the address.
      Endpoint(
        .get, "/static/:key/images/:image", nil, isAudited: true, dialect: .compreFace
      ) { call in
        if call.services.needsKey {
          let key = try call.services.keys.key(try call.text("key"))
          try call.services.keys.count(key)
        }
        return try await image(call)
      },
    ]
  }

  private static func add(_ call: Call) async throws -> Response {
    guard let text = call.query("subject") else {
      throw ServerError(
        .badRequest, "missing_parameter", "Required String parameter 'subject' is not present")
    }
    let name = try CompreFaceSubjects.name(text)
    let options = try CompreFaceOptions(call)
    let likeness = call.likeness
    let subject = try await call.services.questions.run { try likeness.subject(name) ?? name }
    let added = try await call.withPhotos(["file"]) { photos in
      try await call.services.add(
        PhotoUpload(data: photos[0], title: "photo.jpg", name: subject), call.photoLimits
      ) { prepared in
        let prepared = prepared.keepingFaces(ofScore: options.minimumScore)
        if !prepared.isKnown { try checkSingle(prepared.faces) }
        return prepared
      }
    }
    // A photo that was there already may have doubtful finds as well.
    let faces = try await call.services.questions.run {
      try likeness.faceEntries(added.faces).filter { !$0.face.quality.isDoubtful }.map(\.face.id)
    }
    try checkSingle(faces.count)
    let face = faces[0]
    return try await call.change(status: .created) { likeness in
      try likeness.setSubject(subject, ofFace: face)
      return CompreFaceExample(face: face, subject: subject)
    }
  }

  private static func checkSingle(_ faces: Int) throws {
    guard faces > 0 else {
      throw ServerError(.badRequest, "no_face", "No face is found in the given image")
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

  private static func list(_ call: Call) async throws -> Response {
    let page = try call.integer("page", default: 0, in: 0...1_000_000_000)
    let size = try call.integer("size", default: 20, in: 1...10_000)
    let subject = call.query("subject")
    return try await call.ask { likeness in
      let (faces, total) = try likeness.namedFaces(
        subject: subject.map { try likeness.subject($0) ?? $0 }, offset: page * size, limit: size)
      return ExamplePage(
        faces: faces.map { CompreFaceExample(face: $0.face, subject: $0.name) }, pageNumber: page,
        pageSize: size, totalPages: (total + size - 1) / size, totalElements: total)
    }
  }

  /// All faces of a subject, which goes with them; without one all faces that have a name.
  private static func removeAll(_ call: Call) async throws -> Response {
    let subject = call.query("subject")
    if subject == nil {
      guard call.caller.rights == .admin else {
        throw ServerError(.forbidden, "not_allowed", "To remove all takes a key that may admin.")
      }
    }
    return try await call.change { likeness in
      let names =
        try subject.map { [try likeness.subject($0)].compactMap(\.self) } ?? likeness.subjects()
      return CompreFaceSubjects.Deleted(deleted: try likeness.removeSubjects(names))
    }
  }

  /// Removes faces; their subjects stay, as CompreFace has it, though nothing may be left of them.
  private static func remove(
    _ entries: [FaceEntry], _ likeness: Likeness
  ) throws -> [CompreFaceExample] {
    _ = try likeness.remove(faces: entries.map(\.face.id))
    for name in Set(entries.compactMap(\.name)) where try likeness.subject(name) == nil {
      try likeness.addName(name)
    }
    return entries.map { CompreFaceExample(face: $0.face.id, subject: $0.name ?? "") }
  }

  /// The photo of an example; the face alone where photos are not kept.
  private static func image(_ call: Call) async throws -> Response {
    let id = try call.text("image")
    let likeness = call.likeness
    let jpeg = try await call.services.pictures.run {
      // Nothing, where CompreFace has nothing.
      guard let face = try? CompreFaceExample.face(of: id),
        let entry = try likeness.faceEntries([face]).first
      else { return Data() }
      do {
        return try likeness.photo(entry.face.photo).jpegData()
      } catch is PhotoError {
        return try likeness.thumbnail(ofFace: face) ?? Data()
      }
    }
    return JSONAnswer.bytes(jpeg, type: "image/jpeg")
  }
}
