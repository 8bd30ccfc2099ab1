import Foundation
import LikenessCore

/// A text that is not an address of a gallery in Milvus.
public struct MilvusAddressError: ClassifiedError, Equatable {
  public let text: String
  public let reason: String

  public var kind: ErrorKind { .invalidValue }

  public var description: String {
    "\(text) is not an address of a gallery in Milvus: \(reason)"
  }
}

/// Where a gallery lives in Milvus: `milvus://host:19530/name`, with TLS `milvus+tls://host:19530/name`.
///
/// A user and password stand before the host, or a token is given apart, so that no list of processes shows it.
public struct MilvusAddress: Sendable, Hashable {
  public static let standardPort = 19_530

  public var host: String
  public var port: Int
  public var usesTLS: Bool
  /// The name of the gallery: its collections begin with it.
  public var name: String
  /// The server's database; empty for its standard one.
  public var database: String
  /// `user:password`, or an API key; empty for none.
  public var token: String
  /// A file of certificates in PEM that are trusted instead of the system's; with TLS.
  public var trustedCertificates: String?

  private static let schemes = ["milvus": false, "milvus+tls": true]

  /// Whether a text is meant as such an address and not as a folder.
  public static func isMeant(by text: String) -> Bool {
    schemes.keys.contains { text.lowercased().hasPrefix($0 + "://") }
  }

  /// - Parameters:
  ///   - text: as above; `?database=NAME` may follow.
  ///   - environment: `LIKENESS_MILVUS_TOKEN` and `LIKENESS_MILVUS_CERTIFICATES` are taken from it.
  /// - Throws: `MilvusAddressError`
  public init(
    _ text: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(MilvusAddressError) {
    guard let parts = URLComponents(string: text),
      let usesTLS = Self.schemes[parts.scheme?.lowercased() ?? ""]
    else { throw Self.error(text, "it is not written as milvus://host:19530/name") }
    guard let host = parts.host, !host.isEmpty else {
      throw Self.error(text, "it names no host")
    }
    let name = String(parts.path.drop { $0 == "/" })
    guard Self.isName(name), name.count <= 200 else {
      throw Self.error(
        text,
        name.isEmpty
          ? "it names no gallery"
          : "a gallery's name there has letters, digits and _, and begins with no digit")
    }
    let fields = parts.queryItems ?? []
    guard fields.allSatisfy({ $0.name == "database" }), fields.count <= 1 else {
      throw Self.error(text, "only ?database=NAME may follow")
    }
    (self.host, self.usesTLS, self.name) = (host, usesTLS, name)
    // A number that no `Int` holds is not a port to `URLComponents`, and would become the standard one.
    guard let port = Self.portText(text).map({ Int($0) }) ?? Self.standardPort, 1...65_535 ~= port
    else { throw Self.error(text, "a port is a number from 1 to 65535") }
    self.port = port
    database = fields.first?.value ?? ""
    if let user = parts.user {
      token = "\(user):\(parts.password ?? "")"
    } else {
      token = environment["LIKENESS_MILVUS_TOKEN"] ?? ""
    }
    trustedCertificates = environment["LIKENESS_MILVUS_CERTIFICATES"].flatMap {
      $0.isEmpty ? nil : $0
    }
  }

  private static func error(_ text: String, _ reason: String) -> MilvusAddressError {
    MilvusAddressError(text: text, reason: reason)
  }

  /// What stands behind the host and a colon; nil for nothing.
  private static func portText(_ text: String) -> Substring? {
    guard let slashes = text.range(of: "://") else { return nil }
    let authority = text[slashes.upperBound...].prefix { !"/?#".contains($0) }
    let place = authority[
      (authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
    guard let colon = place.lastIndex(of: ":"), place[colon...].allSatisfy({ $0 != "]" }) else {
      return nil
    }
    let port = place[place.index(after: colon)...]
    return port.isEmpty ? nil : port
  }

  private static func isName(_ text: String) -> Bool {
    text.first.map { $0 == "_" || ($0.isASCII && $0.isLetter) } ?? false
      && text.allSatisfy { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
  }

  /// Without the token: for messages.
  public var text: String {
    let host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    return "\(usesTLS ? "milvus+tls" : "milvus")://\(host):\(port)/\(name)"
      + (database.isEmpty ? "" : "?database=\(database)")
  }
}
