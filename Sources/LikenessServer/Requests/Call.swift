import Foundation
import Hummingbird
import LikenessKit
import NIOCore

/// One request on its way to an answer: what was asked, by whom, and what answers it.
struct Call: Sendable {
  let request: Request
  let context: ServerContext
  let services: ServerServices
  let caller: Caller
  var dialect = Endpoint.Dialect.likeness

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

  /// What stands after the question mark; the last counts where one is given twice.
  func query(_ name: String) -> String? {
    request.uri.queryParameters[Substring(name)].map { String($0) }
  }

  func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = query(name) else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw ServerError.badParameter(
        name, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
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

  /// The whole body, for as long as `use` needs it.
  /// - Throws: `ServerError.tooLarge`, `.busy`, and what `use` throws
  func withBody<Result>(_ use: (Data) async throws -> Result) async throws -> Result {
    let limit = configuration.uploadBytes
    let announced = request.headers[.contentLength].flatMap { Int($0) }
    if let announced, announced > limit { throw ServerError.tooLarge(limit) }
    return try await services.budget.hold(announced ?? limit) {
      let buffer: ByteBuffer
      do {
        buffer = try await request.body.collect(upTo: limit)
      } catch let error as HTTPError where error.status == .contentTooLarge {
        throw ServerError.tooLarge(limit)
      } catch is NIOTooManyBytesError {
        throw ServerError.tooLarge(limit)
      } catch let error as CancellationError {
        throw error
      } catch {
        // It broke off, or its chunks make no sense.
        throw ServerError(.badRequest, "bad_body", "The body did not arrive whole.")
      }
      return try await use(Data(buffer: buffer, byteTransferStrategy: .copy))
    }
  }

  /// A body in JSON.
  /// - Throws: `ServerError`
  func json<Value: Decodable & Sendable>(
    _: Value.Type = Value.self
  ) async throws -> Value {
    guard mediaType.main == "application/json" || mediaType.main == "" else {
      throw ServerError(
        .unsupportedMediaType, "wrong_type", "The body must be application/json.")
    }
    return try await withBody { data in
      // Photos in base64 have no commas; a list without end would take long to read.
      guard data.count < 1 << 20 || data.lazy.count(where: { $0 == 0x2C }) <= Self.mostValues else {
        throw ServerError(
          .contentTooLarge, "too_many_values", "The body has more than \(Self.mostValues) values.")
      }
      return try await services.questions.run { try Self.decode(Value.self, data) }
    }
  }

  private static let mostValues = 300_000

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
    return try await withBody { try await use(try MultipartForm($0, boundary: boundary)) }
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

  /// An answer from the gallery.
  func ask<Answer: Encodable & Sendable>(
    status: HTTPResponse.Status = .ok,
    _ body: @escaping @Sendable (Likeness) throws -> Answer
  ) async throws -> Response {
    try await answer(services.questions, status, body)
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
    let (likeness, dialect) = (likeness, dialect)
    // Encoded where it was made: a long answer is not to hold up those that serve connections.
    let data = try await queue.run { try JSONAnswer.data(try body(likeness), dialect) }
    return JSONAnswer.response(data, status: status)
  }
}
