import ArgumentParser

enum ExitStatus {
  /// Something went wrong.
  static let failed = ExitCode(1)
  /// There is nothing to answer with: no face, unknown name.
  static let nothing = ExitCode(2)
}
