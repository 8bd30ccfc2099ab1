import ArgumentParser
import Foundation

/// Prints the man page, which `make install` puts in place.
struct Manual: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print this program's man page.", shouldDisplay: false)

  func run() throws {
    Console.print(try ManualPage(Data(Program._dumpHelp().utf8)).text, terminator: "")
  }
}
