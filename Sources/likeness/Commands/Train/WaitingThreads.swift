import Foundation

/// How libtorch's threads wait for each other.
enum WaitingThreads {
  /// How often a waiting thread looks before it lets go of its processor.
  private static let variable = "GOMP_SPINCOUNT"

  /// Has waiting threads sleep, by beginning the program again with what libgomp reads when it is loaded, which is before
  /// anything of the program runs.
  ///
  /// By default they turn round and round for milliseconds, and on a busy machine take the processor from those they wait
  /// for: two threads beside other work took 24 to 34 s instead of 7 to 8.
  static func sleep() {
    guard getenv(variable) == nil else { return }
    setenv(variable, "1000", 1)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    // Comes back only where it failed; then the threads wait as they do.
    execv("/proc/self/exe", &arguments)
    for argument in arguments { free(argument) }
  }
}
