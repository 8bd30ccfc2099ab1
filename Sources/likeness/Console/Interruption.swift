import Foundation
import LikenessKit
import Synchronization

/// How often the program was asked to stop; a signal handler can reach nothing else.
private let requests = Atomic(0)
/// Whether the first request ends it.
private let endsAtFirst = Atomic(false)
private let clearing: StaticString = "\r\u{1B}[K"
private let farewell: StaticString = "likeness: interrupted; nothing was written\n"

/// Ctrl-C and a polite kill: asks for a stop, so that what is under way is finished and kept. The
/// second one ends the program at once.
struct Interruption: Sendable {
  var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// - Parameter endsAtOnce: whether the first request ends the program, since nothing of what is under way could be kept; a
  ///   file that is being written is finished.
  init(endsAtOnce: Bool = false) {
    endsAtFirst.store(endsAtOnce, ordering: .relaxed)
    // Made now, as a signal handler must not.
    _ = (isRequested, OutputFile.isWriting, clearing, farewell)
    // Whoever started the program may have held them back, as threads of an event loop do.
    var numbers = sigset_t()
    sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&numbers, number)
      signal(number) { _ in
        let isFirst = requests.add(1, ordering: .relaxed).newValue == 1
        guard isFirst else { _exit(1) }
        guard endsAtFirst.load(ordering: .relaxed), !OutputFile.isWriting else { return }
        if isatty(STDERR_FILENO) == 1 {
          _ = write(STDERR_FILENO, clearing.utf8Start, clearing.utf8CodeUnitCount)
        }
        _ = write(STDERR_FILENO, farewell.utf8Start, farewell.utf8CodeUnitCount)
        _exit(1)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }
}
