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
      throw error
    } catch {
      Console.note("likeness: \(Console.line(for: error))")
      let kind = (error as? any ClassifiedError)?.kind ?? .failed
      throw ExitCode(kind.codes.exit)
    }
  }
}
