import Crypto
import Foundation

/// The files of the web page, which are part of the program.
enum WebPage {
  struct File: Sendable {
    let data: Data
    let type: String
    /// Another for any other content.
    let tag: String

    init(_ bytes: [UInt8], type: String) {
      data = Data(bytes)
      self.type = type
      tag = "\"" + SHA256.hash(data: data).prefix(12).map { String($0, radix: 16) }.joined() + "\""
    }
  }

  /// By their names.
  static let files: [String: File] = [
    "index.html": File(PackageResources.index_html, type: html)
  ]

  private static let html = "text/html; charset=utf-8"
  private static let style = "text/css; charset=utf-8"
  private static let script = "text/javascript; charset=utf-8"
  private static let json = "application/json; charset=utf-8"
}
