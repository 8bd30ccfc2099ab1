import Foundation
import Hummingbird
import LikenessKit

/// Answers, each made on the threads for its kind of work.
extension ServerServices {
  /// An answer from the gallery.
  func ask<Answer: Encodable & Sendable>(
    _ context: LikenessRequestContext, _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(context, on: questions, body)
  }

  /// An answer that takes long the first time: on threads of its own unless it is at hand.
  func derive<Answer: Encodable & Sendable>(
    _ context: LikenessRequestContext,
    atHand isAtHand: @escaping @Sendable (Likeness) -> Bool,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    let likeness = likeness
    let (asked, isReady) = try await questions.run(for: context.client) {
      (try? likeness.gallery.revision(), isAtHand(likeness))
    }
    return try await answer(context, on: isReady ? questions : derivations) { likeness in
      guard let asked else { return try body(likeness) }
      return try likeness.gallery.answering(since: asked) { try body(likeness) }
    }
  }

  /// An answer that takes long each time.
  func derive<Answer: Encodable & Sendable>(
    _ context: LikenessRequestContext, _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(context, on: derivations, body)
  }

  /// An answer after a change of the gallery; changes come one after the other.
  func change<Answer: Encodable & Sendable>(
    _ context: LikenessRequestContext, status: HTTPResponse.Status = .ok,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    let caller = context.caller?.key
    return try await answer(context, status: status, on: changes) { likeness in
      // Who edits people, for the history.
      try PeopleEditor.$current.withValue(caller) { try body(likeness) }
    }
  }

  private func answer<Answer: Encodable & Sendable>(
    _ context: LikenessRequestContext, status: HTTPResponse.Status = .ok, on queue: WorkQueue,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    let (likeness, dialect) = (likeness, context.dialect)
    // Encoded where it was made: a long answer is not to hold up those that serve connections.
    let data = try await queue.run(for: context.client) {
      try JSONAnswer.data(try body(likeness), dialect)
    }
    return JSONAnswer.response(data, status: status)
  }

  /// A JPEG, which a browser may keep and asks about each time: what was removed is not to be seen again.
  /// - Parameters:
  ///   - tag: what it is a picture of, down to its content; throws where it is gone.
  func picture(
    for request: Request, _ context: LikenessRequestContext,
    tag: @escaping @Sendable () throws -> String, make: @escaping @Sendable () throws -> Data
  ) async throws -> Response {
    let known = request.headers[.ifNoneMatch]
    let (tag, jpeg) = try await pictures.run(for: context.client) {
      let tag = "\"\(try tag())\""
      return (tag, tag == known ? nil : try make())
    }
    var response =
      jpeg.map { JSONAnswer.bytes($0, type: "image/jpeg", caching: "private, no-cache") }
      ?? Response(status: .notModified)
    response.headers[.eTag] = tag
    return response
  }
}
