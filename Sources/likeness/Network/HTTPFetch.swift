import Foundation
import LikenessCore

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Why nothing came from an address; one line each.
enum HTTPFetchError: ClassifiedError, Equatable {
  case badAddress(String)
  case unreachable(String, reason: String)
  /// It answers with an error.
  case refused(String, status: Int)

  var kind: ErrorKind {
    switch self {
    case .badAddress: .invalidInput
    case .unreachable: .unreachable
    case .refused: .failed
    }
  }

  var description: String {
    switch self {
    case .badAddress(let text): "\(text) is not an address such as http://localhost:8080"
    case .unreachable(let text, let reason): "\(text) cannot be reached: \(reason)"
    case .refused(let text, let status): "\(text) answers \(status)"
    }
  }
}

/// What an address answers to GET.
enum HTTPFetch {
  /// - Parameters:
  ///   - path: what is below the address.
  ///   - patience: how many seconds nothing may come.
  /// - Throws: `HTTPFetchError`
  static func get(_ path: String, at address: String, patience: TimeInterval) throws -> Data {
    guard let base = URL(string: address), let scheme = base.scheme?.lowercased(),
      ["http", "https"].contains(scheme), base.host?.isEmpty == false
    else { throw HTTPFetchError.badAddress(address) }
    let url = base.appendingPathComponent(path)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = patience
    let session = URLSession(configuration: configuration)
    defer { session.invalidateAndCancel() }
    let (data, response): (Data, URLResponse)
    do {
      (data, response) = try blocking { try await session.data(from: url) }
    } catch {
      throw HTTPFetchError.unreachable(url.absoluteString, reason: error.localizedDescription)
    }
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    guard status == 200 else { throw HTTPFetchError.refused(url.absoluteString, status: status) }
    return data
  }
}
