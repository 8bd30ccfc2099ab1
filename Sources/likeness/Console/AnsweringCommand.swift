import ArgumentParser
import Foundation
import LikenessCore

/// A command whose errors become one clear line and the exit code of their kind, see `ErrorKind.codes`.
protocol AnsweringCommand: ParsableCommand {
  func answer() throws
}

extension AnsweringCommand {
  func run() throws {
    do {
      try answer()
    } catch let code as ExitCode {
      throw code
    } catch let error as ValidationError {
      // It was found out too late for the usage of this command to be shown with it.
      Console.note("likeness: \(error.message)")
      throw ExitCode.validationFailure
    } catch {
      Console.note("likeness: \(Console.line(for: error))")
      let kind = (error as? any ClassifiedError)?.kind ?? .failed
      throw ExitCode(kind.codes.exit)
    }
  }
}
