/// How long to wait before something is tried again: longer each time, and never all clients at once.
struct RetrySchedule: Sendable {
  /// After this, no more.
  let limit: Duration
  private let started = ContinuousClock.now
  private var next = Duration.milliseconds(50)

  private static let longest = Duration.seconds(5)

  init(limit: Duration) { self.limit = limit }

  var elapsed: Duration { ContinuousClock.now - started }

  /// How long to wait now; nil where it was tried long enough.
  mutating func wait() -> Duration? {
    // "Full jitter": Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    let wait = next * Double.random(in: 0.2...1)
    guard elapsed + wait < limit else { return nil }
    next = min(Self.longest, next * 2)
    return wait
  }
}
