import Hummingbird

/// A method and a path that the server answers.
struct Endpoint: Sendable {
  let method: HTTPRequest.Method
  let path: String
  /// What the caller must be allowed; nil for anybody.
  let rights: Rights?
  /// Whether it tells of people, so that the audit log has it.
  let isAudited: Bool
  var dialect = LikenessRequestContext.Dialect.likeness
  let answer: @Sendable (Call) async throws -> Response

  init(
    _ method: HTTPRequest.Method, _ path: String, _ rights: Rights?, isAudited: Bool? = nil,
    dialect: LikenessRequestContext.Dialect = .likeness, _ answer: @escaping @Sendable (Call) async throws -> Response
  ) {
    (self.method, self.path, self.rights) = (method, path, rights)
    (self.dialect, self.answer) = (dialect, answer)
    self.isAudited = isAudited ?? (rights != nil)
  }
}
