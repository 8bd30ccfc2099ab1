import Foundation

/// Locks for the links of nodes; several nodes share one.
final class NodeLocks: @unchecked Sendable {
  // The locks guard themselves.
  private static let count = 1024
  private let locks = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: NodeLocks.count)

  init() {
    for index in 0..<Self.count { pthread_mutex_init(locks + index, nil) }
  }

  deinit {
    for index in 0..<Self.count { pthread_mutex_destroy(locks + index) }
    locks.deallocate()
  }

  /// Runs a body with exclusive access to the links of three nodes.
  func locked<Result>(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ body: () -> Result) -> Result {
    // Always in the same order, and none twice, so that there is no deadlock.
    var (x, y, z) = (Int(a) % Self.count, Int(b) % Self.count, Int(c) % Self.count)
    if x > y { swap(&x, &y) }
    if y > z { swap(&y, &z) }
    if x > y { swap(&x, &y) }
    pthread_mutex_lock(locks + x)
    if y != x { pthread_mutex_lock(locks + y) }
    if z != y { pthread_mutex_lock(locks + z) }
    defer {
      if z != y { pthread_mutex_unlock(locks + z) }
      if y != x { pthread_mutex_unlock(locks + y) }
      pthread_mutex_unlock(locks + x)
    }
    return body()
  }
}
