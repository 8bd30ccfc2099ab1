import Foundation
import Hummingbird
import LikenessKit
import NIOCore

/// One request on its way to an answer: what was asked, by whom, and what answers it.
struct Call: Sendable {
  let request: Request
  let context: LikenessRequestContext
  let services: ServerServices
  let caller: Caller
  let subject: AuditSubject

  var likeness: Likeness { services.likeness }
  var configuration: ServerConfiguration { services.configuration }

  // MARK: Parameters

  /// A number in the path.
  /// - Throws: `ServerError` with the code `unknown_NAME`: what is no number is no thing either.
  func id(_ name: String) throws -> Int64 {
    guard let text = context.parameters.get(name), let id = Int64(text), id > 0 else {
      throw ServerError(.notFound, "unknown_\(name)", "There is no such \(name).")
    }
    return id
  }

  /// A part of the path as it was meant.
  func text(_ name: String) throws -> String {
    guard let raw = context.parameters.get(name), let text = raw.removingPercentEncoding else {
      throw ServerError.badParameter(name, "text in UTF-8")
    }
    return text
  }

  /// What stands after the question mark, where a plus is a space; the first counts where one is given twice.
  func query(_ name: String) -> String? {
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func decoded(_ part: Substring) -> String {
        let text = String(part).replacing("+", with: " ")
        return text.removingPercentEncoding ?? text
      }
      if decoded(parts[0]) == name { return parts.count == 2 ? decoded(parts[1]) : "" }
    }
    return nil
  }

  func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = query(name) else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw ServerError.badParameter(
        name, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A thing's number after the question mark, from 1 on; nil where none is given.
  func number(_ name: String) throws -> Int64? {
    try query(name).map { _ in Int64(try integer(name, default: 0, in: 1...Int.max)) }
  }

  /// Which part of a long list is wanted: so many of the ids above one.
  func page() throws -> (after: Int64, limit: Int) {
    (
      Int64(try integer("after", default: 0, in: 0...Int.max)),
      try integer("limit", default: 50, in: 1...1000)
    )
  }

  func flag(_ name: String, default standard: Bool = false) throws -> Bool {
    guard let text = query(name)?.lowercased() else { return standard }
    switch text {
    case "true", "1": return true
    case "false", "0": return false
    default: throw ServerError.badParameter(name, "true or false")
    }
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default standard: Value
  ) throws -> Value where Value.RawValue == String {
    guard let text = query(name) else { return standard }
    guard let value = Value(rawValue: text) else {
      let all = Value.allCases.map { "\($0.rawValue)" }.joined(separator: " or ")
      throw ServerError.badParameter(name, all)
    }
    return value
  }

  // MARK: Bodies

  private var mediaType: HeaderValue { HeaderValue(request.headers[.contentType] ?? "") }

  var isMultipart: Bool { mediaType.main == "multipart/form-data" }

  /// The whole body, which counts against what all requests may hold for as long as it is used.
  /// - Throws: `ServerError.tooLarge`, `.busy`, 408 where it comes too slowly, and what `use` throws
  func withBody<Result>(
    limit: Int? = nil, _ use: (Data) async throws -> Result
  ) async throws -> Result {
    let limit = min(limit ?? .max, configuration.uploadBytes)
    if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
      throw ServerError.tooLarge(limit)
    }
    let share = services.budget.share()
    let started = ContinuousClock.now
    var data = Data()
    do {
      for try await buffer in request.body {
        guard data.count + buffer.readableBytes <= limit else { throw ServerError.tooLarge(limit) }
        // As it comes, and once more for what is made of it.
        try share.add(2 * buffer.readableBytes)
        data.append(contentsOf: buffer.readableBytesView)
        // Somebody who sends a byte now and then would keep a place, and the server from being stopped.
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        guard seconds < 20 || Double(data.count) / seconds > Self.slowest else {
          throw ServerError(.requestTimeout, "too_slow", "The body comes too slowly.")
        }
      }
    } catch let error as ServerError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      // It broke off, or its chunks make no sense.
      throw ServerError(.badRequest, "bad_body", "The body did not arrive whole.")
    }
    defer { withExtendedLifetime(share) {} }
    return try await use(data)
  }

  /// Bytes a second.
  private static let slowest = 4_096.0

  /// A body in JSON.
  /// - Throws: `ServerError`
  func json<Value: Decodable & Sendable>(
    _ type: Value.Type = Value.self, limit: Int = 8_000_000
  ) async throws -> Value {
    try await withJSON(type, limit: limit) { $0 }
  }

  /// A body in JSON with photos in it, which count for as long as they are used.
  /// - Throws: `ServerError`, and what `use` throws
  func withJSON<Value: Decodable & Sendable, Result>(
    _: Value.Type, limit: Int? = nil, _ use: (Value) async throws -> Result
  ) async throws -> Result {
    guard mediaType.main == "application/json" || mediaType.main == "" else {
      throw ServerError(
        .unsupportedMediaType, "wrong_type", "The body must be application/json.")
    }
    return try await withBody(limit: limit) { data in
      // A way to another thread and back costs more than to read an embedding.
      if data.count <= Self.smallBody { return try await use(try Self.decode(Value.self, data)) }
      let value = try await services.questions.run {
        // Photos in base64 have no commas; a list without end would take long to read.
        guard data.count < 1 << 20 || data.lazy.count(where: { $0 == 0x2C }) <= Self.mostValues
        else {
          throw ServerError(
            .contentTooLarge, "too_many_values", "The body has more than \(Self.mostValues) values."
          )
        }
        return try Self.decode(Value.self, data)
      }
      return try await use(value)
    }
  }

  private static let mostValues = 300_000
  /// In bytes: read in less than a millisecond, whatever it holds.
  private static let smallBody = 16 << 10

  static func decode<Value: Decodable>(_: Value.Type, _ data: Data) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch let error as ServerError {
      throw error
    } catch let error as DecodingError {
      throw ServerError(.badRequest, "bad_json", Self.sentence(error))
    } catch {
      throw ServerError(.badRequest, "bad_json", "The body is no JSON.")
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
      return path.isEmpty ? "the body" : String(path.joined(separator: ".").prefix(100))
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context)) has no \(key.stringValue)."
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context)) is of another type than it should be."
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "The body is no JSON." : "\(place(context)) makes no sense."
    @unknown default: return "The body cannot be read."
    }
  }

  /// A body of parts.
  /// - Throws: `ServerError`
  func withForm<Result>(_ use: (MultipartForm) async throws -> Result) async throws -> Result {
    let type = mediaType
    guard type.main == "multipart/form-data" else {
      throw ServerError(
        .unsupportedMediaType, "wrong_type", "The body must be multipart/form-data.")
    }
    guard let boundary = type.parameters["boundary"], (1...200).contains(boundary.utf8.count) else {
      throw ServerError(.badRequest, "bad_multipart", "The Content-Type names no boundary.")
    }
    return try await withBody { data in
      try await use(
        try await services.questions.run { try MultipartForm(data, boundary: boundary) })
    }
  }

  // MARK: Work

  var photoLimits: PhotoLimits {
    PhotoLimits(
      maximumPixels: configuration.maximumPixels, maximumBytes: configuration.uploadBytes,
      longestSide: configuration.longestSide)
  }

  /// Faces of a photo, on the threads that look at photos.
  /// - Throws: `PhotoError` and others
  func faces(on data: Data, title: String = "the photo") async throws -> PhotoFaces {
    let (likeness, limits) = (likeness, photoLimits)
    let found = try await services.photos.run {
      try likeness.analyze(try Photo.decode(data, limits: limits, path: title))
    }
    services.metrics.count(photos: 1, faces: found.faces.count)
    return found
  }

  /// A JPEG, which a browser may keep and asks about each time: what was removed is not to be seen again.
  /// - Parameters:
  ///   - tag: what it is a picture of; numbers are never used again, so it stays the same.
  ///   - isThere: throws where it is gone.
  func picture(
    _ tag: String, _ make: @escaping @Sendable () throws -> Data,
    isThere: @escaping @Sendable () throws -> Void
  ) async throws -> Response {
    let tag = "\"\(tag)\""
    var response: Response
    if request.headers[.ifNoneMatch] == tag {
      try await services.pictures.run(isThere)
      response = Response(status: .notModified)
    } else {
      let jpeg = try await services.pictures.run(make)
      response = JSONAnswer.bytes(jpeg, type: "image/jpeg", caching: "private, no-cache")
    }
    response.headers[.eTag] = tag
    return response
  }

  /// An answer from the gallery.
  func ask<Answer: Encodable & Sendable>(
    status: HTTPResponse.Status = .ok,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(services.questions, status, body)
  }

  /// An answer that takes long the first time: on threads of its own unless it is at hand.
  func derive<Answer: Encodable & Sendable>(
    atHand isAtHand: @escaping @Sendable (Likeness) -> Bool,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    let likeness = likeness
    let isReady = try await services.questions.run { isAtHand(likeness) }
    return try await answer(isReady ? services.questions : services.derivations, .ok, body)
  }

  /// An answer that takes long each time.
  func derive<Answer: Encodable & Sendable>(
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(services.derivations, .ok, body)
  }

  /// An answer after a change of the gallery; changes come one after the other.
  func change<Answer: Encodable & Sendable>(
    status: HTTPResponse.Status = .ok,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(services.changes, status, body)
  }

  private func answer<Answer: Encodable & Sendable>(
    _ queue: WorkQueue, _ status: HTTPResponse.Status,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    let (likeness, dialect) = (likeness, context.dialect)
    // Encoded where it was made: a long answer is not to hold up those that serve connections.
    let data = try await queue.run { try JSONAnswer.data(try body(likeness), dialect) }
    return JSONAnswer.response(data, status: status)
  }
}
