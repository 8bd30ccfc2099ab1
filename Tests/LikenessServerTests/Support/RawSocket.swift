import Foundation

/// A connection to a server on this machine, over which a test sends what it likes.
final class RawSocket: Sendable {
  struct Failure: Error {
    let code: Int32
  }

  private let file: Int32

  /// - Parameter port: of `localhost`, by whichever of its addresses answers.
  init(port: Int) throws {
    var wanted = addrinfo()
    wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo("localhost", "\(port)", &wanted, &found) == 0 else {
      throw Failure(code: ENOENT)
    }
    defer { freeaddrinfo(found) }
    var connected: Int32 = -1
    var failure = ENOENT
    var next = found
    while let address = next?.pointee, connected < 0 {
      let new = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
      if connect(new, address.ai_addr, address.ai_addrlen) == 0 {
        connected = new
      } else {
        failure = errno
        close(new)
      }
      next = address.ai_next
    }
    guard connected >= 0 else { throw Failure(code: failure) }
    file = connected
    // Tests beside this one keep the threads that the server would answer on.
    var time = timeval(tv_sec: 120, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(file, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { close(file) }

  /// - Throws: `Failure` where the server has closed it.
  func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Foundation.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw Failure(code: errno) }
      bytes = bytes.dropFirst(sent)
    }
  }

  /// Sends a text again and again, on a thread of its own.
  /// - Returns: how many times it could.
  func sends(_ text: String, atMost count: Int) async -> Int {
    await Self.onThread { [self] in
      for number in 0..<count {
        do { try send(text) } catch { return number }
      }
      return count
    }
  }

  /// What comes until the server closes the connection or, if given, a text has come; waited for on a thread of its own.
  /// - Throws: `Failure` where nothing comes for 20 seconds.
  func received(until end: String? = nil) async throws -> String {
    try await Self.onThread { [self] in
      Result { () throws -> String in
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4_096)
        while true {
          let count = recv(file, &part, part.count, 0)
          if count < 0, errno == ECONNRESET { break }
          guard count >= 0 else { throw Failure(code: errno) }
          if count == 0 { break }
          bytes += part.prefix(count)
          if let end, String(decoding: bytes, as: UTF8.self).contains(end) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
      }
    }.get()
  }

  private static func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: work()) }
    }
  }
}
