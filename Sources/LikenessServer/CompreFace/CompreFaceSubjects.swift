import Foundation
import Hummingbird
import LikenessKit

/// Subjects are the names of the gallery: those that faces were added by, and those that people were given.
enum CompreFaceSubjects {
  static var endpoints: [Endpoint] {
    [
      .compreFace(.post, "/recognition/subjects", .write) { call in
        let name = try await call.json(Naming.self).subject
        return try await call.change(status: .created) { likeness in
          guard try likeness.subject(name) == nil else {
            throw ServerError(.badRequest, "name_taken", "Subject \(name) already exists")
          }
          try likeness.addName(name)
          return Subject(subject: name)
        }
      },
      .compreFace(.get, "/recognition/subjects", .read) { call in
        try await call.ask { Subjects(subjects: try $0.subjects()) }
      },
      .compreFace(.put, "/recognition/subjects/:subject", .write) { call in
        let old = try call.text("subject")
        let new = try await call.json(Naming.self).subject
        return try await call.change { likeness in
          let known = try known(old, likeness)
          // A name that differs from another's in its case only is that other's.
          let other = try likeness.subject(new)
          try likeness.renameSubject(known, to: other == known ? new : other ?? new)
          return Updated(updated: true)
        }
      },
      .compreFace(.delete, "/recognition/subjects/:subject", .write) { call in
        let name = try call.text("subject")
        return try await call.change { likeness in
          let found = try known(name, likeness)
          _ = try likeness.removeSubjects([found])
          return Subject(subject: found)
        }
      },
      .compreFace(.delete, "/recognition/subjects", .admin) { call in
        try await call.change { likeness in
          let all = try likeness.subjects()
          _ = try likeness.removeSubjects(all)
          return Deleted(deleted: all.count)
        }
      },
    ]
  }

  struct Subject: Encodable, Sendable { var subject: String }
  private struct Subjects: Encodable, Sendable { var subjects: [String] }
  private struct Updated: Encodable, Sendable { var updated: Bool }
  struct Deleted: Encodable, Sendable { var deleted: Int }

  private struct Naming: Decodable, Sendable {
    enum CodingKeys: String, CodingKey { case subject }
    var subject: String

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      subject = try CompreFaceSubjects.name(
        try fields.decodeIfPresent(String.self, forKey: .subject))
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
  static func known(_ name: String, _ likeness: Likeness) throws -> String {
    guard let found = try likeness.subject(name) else {
      throw ServerError(.notFound, "unknown_name", "Subject \(name) is not found")
    }
    return found
  }
}
