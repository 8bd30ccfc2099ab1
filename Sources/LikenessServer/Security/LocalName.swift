/// Names by which only this machine reaches itself.
enum LocalName {
  /// Whether a name with or without a port is one of them.
  static func matches(_ authority: String) -> Bool {
    var host = authority.lowercased()
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      guard host[host.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber }) else {
        return false
      }
      host = String(host[..<colon])
    }
    if ["", "localhost", "[::1]"].contains(host) { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
