import Foundation
import Hummingbird
import LikenessKit

/// Subjects are the names of the gallery: those that faces were added by, and those that people were given.
struct CompreFaceSubjects {
  let services: ServerServices

  func addRoutes(to subjects: RouterGroup<LikenessRequestContext>) {
    subjects.allowing(.read, services).get { _, context in
      try await services.ask(context) { Subjects(subjects: try $0.names.all()) }
    }
    subjects.allowing(.write, services)
      .post(use: add)
      .put(":subject", use: rename)
      .delete(":subject", use: remove)
    subjects.allowing(.admin, services).delete(use: removeAll)
  }

  struct Subject: Encodable, Sendable { var subject: String }
  private struct Subjects: Encodable, Sendable { var subjects: [String] }
  private struct Updated: Encodable, Sendable { var updated: Bool }
  struct Deleted: Encodable, Sendable { var deleted: Int }

  struct Naming: Decodable, Sendable {
    enum CodingKeys: String, CodingKey { case subject }
    var subject: String

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      subject = try CompreFaceSubjects.name(
        try fields.decodeIfPresent(String.self, forKey: .subject))
    }
  }

  private func add(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let name = try await services.body(of: request, context).json(Naming.self).subject
    return try await services.change(context, status: .created) { likeness in
      guard try likeness.names.spelling(of: name) == nil else {
        throw ServerError(.badRequest, "name_taken", "Subject \(name) already exists")
      }
      try likeness.names.add(name)
      return Subject(subject: name)
    }
  }

  private func rename(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let old = try context.parameter("subject")
    let new = try await services.body(of: request, context).json(Naming.self).subject
    return try await services.change(context) { likeness in
      let known = try Self.known(old, likeness)
      // A name that differs from another's in its case only is that other's.
      let other = try likeness.names.spelling(of: new)
      try likeness.names.rename(known, to: other == known ? new : other ?? new)
      return Updated(updated: true)
    }
  }

  private func remove(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let name = try context.parameter("subject")
    return try await services.change(context) { likeness in
      let found = try Self.known(name, likeness)
      try likeness.remove(Removal(names: [found]))
      return Subject(subject: found)
    }
  }

  private func removeAll(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    try await services.change(context) { likeness in
      let all = try likeness.names.all()
      try likeness.remove(Removal(names: all))
      return Deleted(deleted: all.count)
    }
  }

  /// A name as CompreFace allows it.
  static func name(_ text: String?) throws -> String {
    let name = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else {
      throw ServerError(.badRequest, "empty_name", "Subject cannot be empty")
    }
    guard name.unicodeScalars.count <= 50, !name.contains(where: { ";/\\".contains($0) }) else {
      throw ServerError(.badRequest, "bad_name", "Subject has 1 to 50 letters and none of ; / \\")
    }
    return try PersonName(name).text
  }

  /// The subject of a name, whatever its case.
  private static func known(_ name: String, _ likeness: Likeness) throws -> String {
    guard let found = try likeness.names.spelling(of: name) else {
      throw ServerError(.notFound, "unknown_name", "Subject \(name) is not found")
    }
    return found
  }
}
