import Faces
import Foundation
import LikenessCore
import LikenessKit

/// How a server listens, what it takes and what it keeps.
public struct ServerConfiguration: Sendable {
  public var host = "127.0.0.1"
  /// 0 for any that is free.
  public var port = 8080
  /// PEM files; both or none.
  public var certificate: URL?
  public var privateKey: URL?
  /// How many photos are looked at side by side.
  public var jobs = 1
  /// How many photos may wait for that; more are refused.
  public var queue = 64
  /// The largest request, in bytes.
  public var uploadBytes = 25_000_000
  /// What all requests that are being read may hold together, in bytes; clients that hold little may have a quarter more.
  public var uploadBudget = 256_000_000
  /// The most connections at once; nil for as many as the process may have descriptors for, less a quarter.
  public var maximumConnections: Int?
  /// How long the first request of a connection may take to arrive, in seconds.
  public var requestHeadSeconds = 20.0
  /// The most pixels that an uploaded image may claim.
  public var maximumPixels = 100_000_000
  /// The most memory that decoding an uploaded image may take, in bytes.
  public var decodingBytes = 1_000_000_000
  /// How long decoding an image may take, in seconds.
  public var decodingSeconds = 30.0
  /// The longer side to which photos are shrunk while loading.
  public var longestSide = PhotoLimits.default.longestSide
  public var filesPerRequest = 64
  /// Whether uploaded photos and pictures of their faces are kept, or embeddings only.
  public var storesPhotos = true
  /// What `/api/v1/info` tells.
  public var version = LikenessVersion.current

  public init() {}

  /// Whether only programs of this machine can connect.
  public var isLoopback: Bool {
    LocalName.matches(host.contains(":") ? "[\(host)]" : host) && !host.isEmpty
  }
}

/// Why a server cannot start; one line each.
public enum ServerStartError: ClassifiedError {
  case needsKey(host: String)
  case cannotListen(host: String, port: Int, reason: String)
  case badCertificate(path: String, reason: String)

  public var kind: ErrorKind {
    switch self {
    case .needsKey, .badCertificate: .invalidInput
    case .cannotListen: .unavailable
    }
  }

  public var description: String {
    switch self {
    case .needsKey(let host):
      "others could reach \(host) without a key"
    case .cannotListen(let host, let port, let reason):
      "cannot listen on \(host):\(port): \(reason)"
    case .badCertificate(let path, let reason):
      "\(path) cannot be used for TLS: \(reason)"
    }
  }
}
