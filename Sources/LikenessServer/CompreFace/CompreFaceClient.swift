import Foundation
import LikenessCore
import LikenessKit

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Why nothing can be brought over from a CompreFace server; one line each.
public enum CompreFaceImportError: ClassifiedError, Equatable {
  case badAddress(String)
  case unreachable(String, reason: String)
  /// It answers, but with an error or with something else.
  case refused(String, status: Int, message: String)
  case notCompreFace(String)

  public var kind: ErrorKind {
    switch self {
    case .badAddress: .invalidValue
    case .unreachable: .unreachable
    case .refused: .failed
    case .notCompreFace: .notSupported
    }
  }

  public var description: String {
    switch self {
    case .badAddress(let text):
      "\(text) is not an address of a server, such as http://localhost:8000"
    case .unreachable(let text, let reason): "\(text) cannot be reached: \(reason)"
    case .refused(let text, let status, let message):
      "\(text) answers \(status)\(message.isEmpty ? "" : ", \(message)")"
        + (status == 401 || status == 404 || status == 400 ? ": see to the key" : "")
    case .notCompreFace(let text): "\(text) does not answer as CompreFace does"
    }
  }
}

/// What is asked of a running CompreFace server to bring its subjects and images over.
public struct CompreFaceClient: Sendable {
  /// An image of somebody.
  public struct Example: Sendable, Hashable {
    public let id: String
    public let subject: String
  }

  private let base: URL
  private let key: String
  private let session: URLSession

  /// - Parameter key: of a recognition service.
  /// - Throws: `CompreFaceImportError.badAddress`
  public init(_ address: String, key: String) throws {
    guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), url.host != nil
    else { throw CompreFaceImportError.badAddress(address) }
    base = url
    self.key = key
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = 60
    session = URLSession(configuration: configuration)
  }

  /// All subjects, also those without an image.
  public func subjects() throws -> [String] {
    struct Answer: Decodable { var subjects: [String] }
    return try json(Answer.self, "api/v1/recognition/subjects").subjects
  }

  /// All images, page by page.
  public func examples() throws -> [Example] {
    struct Answer: Decodable {
      struct Face: Decodable {
        var imageId: String
        var subject: String
      }
      var faces: [Face]
      var totalPages: Int
    }
    var examples: [Example] = []
    var page = 0
    while true {
      let answer = try json(
        Answer.self, "api/v1/recognition/faces", ["page": "\(page)", "size": "100"])
      examples += answer.faces.map { Example(id: $0.imageId, subject: $0.subject) }
      page += 1
      if page >= min(answer.totalPages, 1_000_000) || answer.faces.isEmpty { return examples }
    }
  }

  /// The bytes of an image; nil where the server did not keep them.
  public func image(_ example: Example) throws -> Data? {
    let data = try get("api/v1/recognition/faces/\(example.id)/img")
    return data.isEmpty ? nil : data
  }

  private func json<Value: Decodable>(
    _: Value.Type, _ path: String, _ query: [String: String] = [:]
  ) throws -> Value {
    let data = try get(path, query)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let value = try? decoder.decode(Value.self, from: data) else {
      throw CompreFaceImportError.notCompreFace(base.absoluteString)
    }
    return value
  }

  private func get(_ path: String, _ query: [String: String] = [:]) throws -> Data {
    guard
      var place = URLComponents(
        url: base.appendingPathComponent(path), resolvingAgainstBaseURL: false)
    else { throw CompreFaceImportError.badAddress(base.absoluteString) }
    if !query.isEmpty {
      place.queryItems = query.map { URLQueryItem(name: $0.key, value: $0.value) }
    }
    guard let url = place.url else { throw CompreFaceImportError.badAddress(base.absoluteString) }
    var request = URLRequest(url: url)
    request.setValue(key, forHTTPHeaderField: "x-api-key")
    let (data, response): (Data, URLResponse)
    do {
      (data, response) = try blocking { [session, request] in
        try await session.data(for: request)
      }
    } catch {
      throw CompreFaceImportError.unreachable(
        base.absoluteString, reason: error.localizedDescription)
    }
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else {
      struct Answer: Decodable { var message: String? }
      let said = try? JSONDecoder().decode(Answer.self, from: data).message
      throw CompreFaceImportError.refused(
        base.absoluteString, status: status, message: said ?? "")
    }
    return data
  }
}
