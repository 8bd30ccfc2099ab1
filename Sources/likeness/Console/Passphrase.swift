import ArgumentParser
import Foundation
import LikenessKit

/// The terminal as it was before a passphrase was asked for; a signal handler can reach nothing else.
nonisolated(unsafe) private var terminalBefore = termios()

/// A passphrase that the user types or has in a file. It is not an argument, which others could see in the list of processes.
enum Passphrase {
  /// The first line of a file.
  /// - Throws: `ValidationError`
  static func read(from path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ValidationError("the file of the passphrase, \(path), cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ValidationError("the file of the passphrase, \(path), is not text in UTF-8")
    }
    let line = text.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: \.isNewline)[0]
    guard !line.isEmpty else {
      throw ValidationError("the first line of \(path), which is the passphrase, is empty")
    }
    return String(line)
  }

  /// Asks on the terminal, which does not show what is typed.
  /// - Parameter isNew: asks twice, since nobody can look it up later.
  /// - Throws: `ValidationError`
  static func ask(isNew: Bool) throws -> String {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0, isatty(terminal) == 1 else {
      if terminal >= 0 { close(terminal) }
      throw ValidationError(
        "there is no terminal to ask for the passphrase on: name a file with --passphrase-file")
    }
    defer { close(terminal) }
    let text = ask("Passphrase: ", terminal)
    guard !text.isEmpty else { throw ValidationError("the passphrase is empty") }
    if isNew, ask("The same again: ", terminal) != text {
      throw ValidationError("the two passphrases differ")
    }
    return text
  }

  private static func ask(_ prompt: String, _ terminal: Int32) -> String {
    _ = prompt.withCString { write(terminal, $0, strlen($0)) }
    guard tcgetattr(terminal, &terminalBefore) == 0 else { return "" }
    var silent = terminalBefore
    silent.c_lflag &= ~tcflag_t(ECHO)
    // A shell that shows nothing that is typed is not to be left behind.
    let former = signal(SIGINT) { _ in
      let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
      tcsetattr(terminal, TCSANOW, &terminalBefore)
      _exit(1)
    }
    tcsetattr(terminal, TCSAFLUSH, &silent)
    defer {
      tcsetattr(terminal, TCSAFLUSH, &terminalBefore)
      signal(SIGINT, former)
      _ = "\n".withCString { write(terminal, $0, 1) }
    }
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while Foundation.read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
