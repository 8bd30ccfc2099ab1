import Foundation
import Hummingbird
import LikenessKit

/// The keys of the server, by the rules of `likeness keys`: list, make, revoke.
struct KeyRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    api.group("keys").allowing(.admin, services)
      .get(use: list)
      .post(use: make)
      .delete(":key", use: revoke)
  }

  private struct KeyAnswer: Encodable, Sendable {
    var name: String
    var rights: Rights
    @OrNull var rate: Double?
    var created: String
    /// Its text, only where it was just made.
    var key: String?

    init(_ key: APIKey, text: String? = nil) {
      (name, rights, rate) = (key.name, key.rights, key.rate)
      created = key.created.formatted(.iso8601)
      self.key = text
    }
  }

  private struct KeysAnswer: Encodable, Sendable { var keys: [KeyAnswer] }

  private func list(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    try JSONAnswer.response(KeysAnswer(keys: try services.keys.all().map { KeyAnswer($0) }))
  }

  private func make(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let wanted = try await services.body(of: request, context).json(NewKey.self)
    context.subject.note(key: wanted.name)
    let (key, text) = try services.keys.add(wanted.name, rights: wanted.rights, rate: wanted.rate)
    return try JSONAnswer.response(KeyAnswer(key, text: text), status: .created)
  }

  private func revoke(_ request: Request, _ context: LikenessRequestContext) throws -> Response {
    let key = try services.keys.remove(try context.parameter("key"))
    return try JSONAnswer.response(KeyAnswer(key))
  }
}
