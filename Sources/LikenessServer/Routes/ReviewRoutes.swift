import Hummingbird
import LikenessKit

/// Questions that only the user can answer, and the answers, which are edits of people.
struct ReviewRoutes {
  let services: ServerServices

  func addRoutes(to api: RouterGroup<LikenessRequestContext>) {
    let review = api.group("review")
    review.allowing(.read, services).get(use: questions)
    review.allowing(.write, services).post(use: answer)
  }

  private struct QuestionsAnswer: Encodable, Sendable {
    var questions: [ReviewQuestion]
    var total: Int
  }

  private func questions(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let query = QueryParameters(request)
    let limit = try query.integer("limit", default: 20, in: 1...1000)
    let name = query["session"] ?? ""
    try ReviewAnswering.check(session: name)
    let session = services.reviews.session(name, of: context.caller?.key)
    return try await services.derive(context, atHand: \.people.areSuggestionsAtHand) { _ in
      let (questions, total) = try session.questions(count: limit)
      return QuestionsAnswer(questions: questions, total: total)
    }
  }

  private func answer(
    _ request: Request, _ context: LikenessRequestContext
  ) async throws -> Response {
    let said = try await services.body(of: request, context).json(ReviewAnswering.self)
    let session = services.reviews.session(said.session, of: context.caller?.key)
    return try await services.change(context) { _ in
      guard said.answer != .later else {
        session.pass(said.subject)
        return EditAnswer()
      }
      return EditAnswer(edit: try session.answer(said.subject, said.answer == .yes))
    }
  }
}
