import Foundation
import Synchronization

/// How often the program was asked to stop; a signal handler can reach nothing else.
private let requests = Atomic(0)

/// Ctrl-C and a polite kill: asks for a stop, so that what is under way is finished and kept. The
/// second one ends the program at once.
struct Interruption: Sendable {
  var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  init() {
    // Whoever started the program may have held them back, as threads of an event loop do.
    var numbers = sigset_t()
    sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&numbers, number)
      signal(number) { _ in
        if requests.add(1, ordering: .relaxed).newValue > 1 { _exit(1) }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }
}
