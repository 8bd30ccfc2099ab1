import ArgumentParser
import Foundation
import LikenessCore
import LikenessKit

/// A command whose errors become one clear line and the exit code of their kind, see `ErrorKind.codes`.
protocol AnsweringCommand: ParsableCommand {
  /// Whether it says how far the making of a large gallery's index is.
  var tellsOfIndexing: Bool { get }
  func answer() throws
}

extension AnsweringCommand {
  var tellsOfIndexing: Bool {
    // Those that have the option are told by it.
    let options = Mirror(reflecting: self).children.lazy.compactMap {
      ($0.value as? OptionGroup<OutputArguments>)?.wrappedValue
    }
    return options.first.map { !$0.quiet } ?? true
  }

  private var indexReport: IndexProgress.Listener? {
    guard tellsOfIndexing else { return nil }
    let notes = IndexingNotes()
    return IndexProgress.Listener { done, total in notes.update(done, of: total) }
  }

  func run() throws {
    do {
      try IndexProgress.$report.withValue(indexReport) { try answer() }
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
