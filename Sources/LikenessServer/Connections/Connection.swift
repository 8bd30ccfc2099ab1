import NIOCore
import Synchronization

/// A connection, and whether somebody is still at its other end.
final class Connection: Sendable {
  /// The address, or the network of an IPv6 address, that connections are counted by; nil on this machine, where they
  /// may be those of a proxy.
  let origin: String?
  private let channel: any Channel
  /// When it began to wait for a request, in nanoseconds of the monotonic clock; 0 while one is under way.
  private let waiting = Atomic(NIODeadline.now().uptimeNanoseconds)
  private let left = Atomic(false)

  init(_ channel: any Channel) {
    self.channel = channel
    origin = Self.origin(of: channel.remoteAddress)
  }

  /// Nil while a request is under way.
  var waitingSince: UInt64? {
    let since = waiting.load(ordering: .relaxed)
    return since == 0 ? nil : since
  }

  /// Whether the other end has closed it, or ended what it sends: nobody waits for an answer any more.
  var isAbandoned: Bool { left.load(ordering: .relaxed) }

  func beginRequest() { waiting.store(0, ordering: .relaxed) }

  func endRequest() {
    waiting.store(max(1, NIODeadline.now().uptimeNanoseconds), ordering: .relaxed)
  }

  func abandon() { left.store(true, ordering: .relaxed) }

  func close() { channel.close(promise: nil) }

  static func origin(of address: SocketAddress?) -> String? {
    switch address {
    case .v4(let address)?:
      let bytes = withUnsafeBytes(of: address.address.sin_addr) { [UInt8]($0) }
      return bytes[0] == 127 ? nil : "\(bytes[0]).\(bytes[1]).\(bytes[2]).\(bytes[3])"
    case .v6(let address)?:
      let bytes = withUnsafeBytes(of: address.address.sin6_addr) { [UInt8]($0) }
      let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
      if isMapped {
        return bytes[12] == 127 ? nil : "\(bytes[12]).\(bytes[13]).\(bytes[14]).\(bytes[15])"
      }
      if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] == 1 { return nil }
      // A network of this size belongs to one customer.
      return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
    default:
      return nil
    }
  }
}
