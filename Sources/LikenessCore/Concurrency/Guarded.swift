import Foundation

/// A value that one thread at a time looks at.
///
/// As `Synchronization.Mutex`, on the system's own lock, which the thread sanitizer understands: it takes
/// what a `Mutex` guards on Linux for a race.
package final class Guarded<Value>: @unchecked Sendable {
  // `value` is touched only while `lock` is held.
  @usableFromInline var value: Value
  @usableFromInline let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  @inlinable
  package init(_ value: Value) {
    self.value = value
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  @inlinable
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }
}
