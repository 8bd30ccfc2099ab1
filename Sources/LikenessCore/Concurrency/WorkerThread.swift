import Foundation

/// A thread that can be waited for.
///
/// Foundation's cannot: it lets go of what its block holds, and of its thread-local values, some time after the
/// block's end. For a network that is while the program may be leaving and its libraries are being torn down.
package struct WorkerThread {
  private let handle: pthread_t

  /// - Throws: `POSIXError` where the system has no more threads.
  package init(stackSize: Int, _ body: @escaping @Sendable () -> Void) throws {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    let held = Unmanaged.passRetained(Body(body))
    var handle = pthread_t()
    let status = pthread_create(&handle, &attributes, { runBody($0) }, held.toOpaque())
    guard status == 0 else {
      held.release()
      throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EAGAIN)
    }
    self.handle = handle
  }

  /// Returns when the thread has ended and let go of everything; to be called once.
  package func join() { pthread_join(handle, nil) }
}

private final class Body: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runBody(_ body: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let body else { return nil }
  Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
  return nil
}
