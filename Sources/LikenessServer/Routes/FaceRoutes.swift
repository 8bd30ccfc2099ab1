import Foundation
import Hummingbird
import LikenessKit

/// Faces: list, show, name, label, remove.
enum FaceRoutes {
  static var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/api/v1/faces", .read, list),
      Endpoint(.get, "/api/v1/faces/:face", .read) { call in
        let id = try call.id("face")
        let withEmbedding = try call.flag("embedding")
        return try await call.ask { likeness in
          FaceAnswer(
            try likeness.faceEntry(id),
            embedding: withEmbedding ? try likeness.embedding(ofFace: id) : nil)
        }
      },
      Endpoint(.patch, "/api/v1/faces/:face", .write, change),
      Endpoint(.delete, "/api/v1/faces/:face", .write) { call in
        let id = try call.id("face")
        return try await call.change { ReceiptAnswer(try $0.remove(face: id)) }
      },
      Endpoint(.get, "/api/v1/faces/:face/thumbnail", .read, isAudited: false) { call in
        let id = try call.id("face")
        let likeness = call.likeness
        return try await call.picture("face-\(id)") {
          guard let jpeg = try likeness.thumbnail(ofFace: id) else {
            throw ServerError(.notFound, "no_image", "No picture of this face is kept.")
          }
          return jpeg
        } isThere: {
          _ = try likeness.faceEntry(id)
        }
      },
      Endpoint(.get, "/api/v1/names", .read) { call in
        try await call.ask { NamesAnswer(names: try $0.names()) }
      },
      Endpoint(.get, "/api/v1/labels", .read) { call in
        try await call.ask { LabelsAnswer(labels: try $0.labelCounts()) }
      },
    ]
  }

  private struct NamesAnswer: Encodable, Sendable { var names: [NameSummary] }
  private struct LabelsAnswer: Encodable, Sendable { var labels: [LabelCount] }

  private struct FacePage: Encodable, Sendable {
    var faces: [FaceAnswer]
    @OrNull var next: Int64?
    var total: Int
  }

  private static func list(_ call: Call) async throws -> Response {
    let (after, limit) = try call.page()
    var filter = FaceFilter()
    if let name = call.query("name") { filter.names = [name] }
    if let person = try call.number("person") { filter.people = [person] }
    if let label = call.query("label") {
      guard let colon = label.firstIndex(of: ":") else {
        throw ServerError.badParameter("label", "a key and a value with a colon between them")
      }
      filter.labels = [String(label[..<colon]): String(label[label.index(after: colon)...])]
    }
    return try await call.ask { [filter] likeness in
      let page = try likeness.faces(after: after, limit: limit, filter: filter)
      return FacePage(faces: page.items.map { FaceAnswer($0) }, next: page.next, total: page.total)
    }
  }

  private struct Change: Decodable, Sendable {
    enum CodingKeys: String, CodingKey, CaseIterable { case name, labels, doubtful }

    /// Nil leaves it; nil within takes it away.
    var name: PersonName??
    var labels: [String: String?]
    /// Whether somebody says that it is a face.
    var isConfirmed: Bool

    init(from decoder: any Decoder) throws {
      try decoder.refuseOthers(than: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name =
        fields.contains(.name) ? .some(try fields.decode(PersonName?.self, forKey: .name)) : nil
      labels = try fields.decodeIfPresent([String: String?].self, forKey: .labels) ?? [:]
      let doubtful = try fields.decodeIfPresent(Bool.self, forKey: .doubtful)
      isConfirmed = doubtful == false
      guard doubtful != true else { throw ServerError.badParameter("doubtful", "false") }
      guard fields.contains(.name) || fields.contains(.labels) || isConfirmed else {
        throw ServerError(
          .badRequest, "bad_json", "Say a name or labels, or that the face is not doubtful.")
      }
    }
  }

  private static func change(_ call: Call) async throws -> Response {
    let id = try call.id("face")
    let change = try await call.json(Change.self)
    return try await call.change { likeness in
      if change.isConfirmed { try likeness.confirm(face: id) }
      if let name = change.name { try likeness.setName(name?.text, ofFace: id) }
      if !change.labels.isEmpty { try likeness.setLabels(change.labels, ofFace: id) }
      return FaceAnswer(try likeness.faceEntry(id))
    }
  }
}
