import Foundation
import Hummingbird

/// Reads the body of a request, within the limits that its context says.
struct BodyReader: Sendable {
  private let request: Request
  private let context: LikenessRequestContext
  /// Where long bodies are taken apart.
  private let queue: WorkQueue

  fileprivate init(_ request: Request, _ context: LikenessRequestContext, _ queue: WorkQueue) {
    (self.request, self.context, self.queue) = (request, context, queue)
  }

  private var mediaType: HeaderValue { HeaderValue(request.headers[.contentType] ?? "") }

  var isMultipart: Bool { mediaType.main == "multipart/form-data" }

  /// A form, or the same in JSON.
  /// - Throws: `ServerError`
  func formOrJSON<Value: FormDecodable & Decodable & Sendable>(
    _: Value.Type = Value.self
  ) async throws -> Value {
    if isMultipart { return try Value(form: try await form()) }
    return try await json(Value.self, limit: .max)
  }

  /// A body of parts.
  /// - Throws: `ServerError`
  func form() async throws -> MultipartForm {
    let type = mediaType
    guard type.main == "multipart/form-data" else {
      throw ServerError(
        .unsupportedMediaType, "wrong_type", "The body must be multipart/form-data.")
    }
    guard let boundary = type.parameters["boundary"], (1...200).contains(boundary.utf8.count) else {
      throw ServerError(.badRequest, "bad_multipart", "The Content-Type names no boundary.")
    }
    let data = try await data(limit: .max)
    return try await queue.run(for: context.client) { try MultipartForm(data, boundary: boundary) }
  }

  /// A body in JSON.
  /// - Parameter limit: in bytes, where less is enough than a request may have.
  /// - Throws: `ServerError`
  func json<Value: Decodable & Sendable>(
    _: Value.Type = Value.self, limit: Int = 8_000_000
  ) async throws -> Value {
    try checkType()
    let data = try await data(limit: limit)
    // A way to another thread and back costs more than to read an embedding.
    if data.count <= Self.smallBody { return try Self.decode(Value.self, data) }
    return try await queue.run(for: context.client) {
      try Self.checkValues(data)
      return try Self.decode(Value.self, data)
    }
  }

  /// Photos in base64 have no commas; a list without end would take long to read.
  /// - Throws: `ServerError` with the code `too_many_values`
  static func checkValues(_ data: Data) throws {
    guard data.count < 1 << 20 || data.lazy.count(where: { $0 == 0x2C }) < maximumValues else {
      throw ServerError(
        .contentTooLarge, "too_many_values", "The body has more than \(maximumValues) values.")
    }
  }

  /// A short body in JSON; nil where there is none.
  /// - Throws: `ServerError`
  func optionalJSON<Value: Decodable>(_: Value.Type = Value.self) async throws -> Value? {
    let data = try await data(limit: Self.smallBody)
    guard !data.isEmpty else { return nil }
    try checkType()
    return try Self.decode(Value.self, data)
  }

  private func checkType() throws {
    guard mediaType.main == "application/json" || mediaType.main == "" else {
      throw ServerError(
        .unsupportedMediaType, "wrong_type", "The body must be application/json.")
    }
  }

  private static let maximumValues = 300_000
  /// In bytes: read in less than a millisecond, whatever it holds.
  private static let smallBody = 16 << 10

  /// The whole body, which counts against what all requests may hold until this one is answered.
  /// - Throws: `ServerError.tooLarge`, `.busy`, 408 where it comes too slowly
  private func data(limit: Int) async throws -> Data {
    let limit = min(limit, context.maxUploadSize)
    if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
      throw ServerError.tooLarge(limit)
    }
    let started = ContinuousClock.now
    var data = Data()
    do {
      for try await buffer in request.body {
        guard data.count + buffer.readableBytes <= limit else { throw ServerError.tooLarge(limit) }
        // As it comes, and once more for what is made of it.
        try context.memory?.add(2 * buffer.readableBytes, for: context.client)
        data.append(contentsOf: buffer.readableBytesView)
        // Somebody who sends a byte now and then would keep a place, and the server from being stopped.
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        guard !Self.isTooSlow(data.count, seconds) else {
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
    return data
  }

  /// Whether so many bytes in so many seconds keep others waiting: less than 4 KB a second, after the first 20.
  static func isTooSlow(_ bytes: Int, _ seconds: Double) -> Bool {
    seconds >= 20 && Double(bytes) < seconds * 4_096
  }

  /// - Throws: `ServerError`
  static func decode<Value: Decodable>(_: Value.Type, _ data: Data) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch let error as ServerError {
      throw error
    } catch let error as DecodingError {
      if case .dataCorrupted(let context) = error, context.codingPath.isEmpty, isJSON(data) {
        throw ServerError(
          .badRequest, "bad_number", "A number is out of range, or not whole where it has to be.")
      }
      throw ServerError(.badRequest, "bad_json", sentence(error))
    } catch {
      throw ServerError(.badRequest, "bad_json", "The body is not valid JSON.")
    }
  }

  /// Whether it is JSON with a number that is not of the type that is read: `JSONDecoder` calls that no JSON either.
  private static func isJSON(_ data: Data) -> Bool {
    do {
      _ = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      return true
    } catch {
      // It knows no number beyond those of `Double`.
      return "\(error)".contains("is not representable")
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
        ? "The body is not valid JSON." : "\(place(context)) makes no sense."
    @unknown default: return "The body cannot be read."
    }
  }
}

/// What can be read of a form as well as of JSON.
protocol FormDecodable {
  /// - Throws: `ServerError`
  init(form: MultipartForm) throws
}

extension ServerServices {
  func body(of request: Request, _ context: LikenessRequestContext) -> BodyReader {
    BodyReader(request, context, questions)
  }
}
