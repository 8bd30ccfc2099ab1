import Foundation
import Hummingbird
import NIOCore

/// Answers as bytes of JSON.
enum JSONAnswer {
  static let contentType = "application/json; charset=utf-8"

  static func data(
    _ value: some Encodable, _ dialect: Dialect = .likeness
  ) throws -> Data {
    let encoder = JSONEncoder()
    if dialect == .compreFace { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }

  static func response(_ data: Data, status: HTTPResponse.Status = .ok) -> Response {
    bytes(data, type: contentType, status: status)
  }

  static func response(
    _ value: some Encodable, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    response(try data(value), status: status)
  }

  static func bytes(
    _ data: Data, type: String, status: HTTPResponse.Status = .ok, caching: String = "no-store"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: caching],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
