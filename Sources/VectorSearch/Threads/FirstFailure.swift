import LikenessCore

/// The first error of several threads.
final class FirstFailure: Sendable {
  private let failure = Guarded<IndexError?>(nil)

  func record(_ body: () throws(IndexError) -> Void) {
    do {
      try body()
    } catch {
      failure.withLock { $0 = $0 ?? error }
    }
  }

  func rethrow() throws(IndexError) {
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}
