import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit
import Projection

/// A command whose errors become one clear line and the right exit code:
/// 0 answered, 1 failed, 2 nothing to answer with, 64 wrong usage.
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
      Console.note("likeness: \(Self.line(error))")
      if case ComposeError.syntax = error { throw ExitCode.validationFailure }
      throw ExitCode(Self.hasNothingToAnswerWith(error) ? 2 : 1)
    }
  }

  private static func line(_ error: any Error) -> String {
    // Foundation's errors describe themselves with all of their innards.
    let text = error is CocoaError ? error.localizedDescription : "\(error)"
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private static func hasNothingToAnswerWith(_ error: any Error) -> Bool {
    switch error {
    case LikenessError.noFace, LikenessError.onlyDoubtful, LikenessError.doubtfulFace,
      LikenessError.unknownName, LikenessError.ambiguousName,
      LikenessError.unknownProbe, LikenessError.unknownPhoto, LikenessError.unknownFace,
      LikenessError.notEmbedded,
      LikenessError.emptyGallery, LikenessError.unknownPerson, LikenessError.severalPeople,
      LikenessError.noLabels, LikenessError.tooFewPairs, is ComposeError,
      is AlgebraError, DetectionLabelError.noLabels, DetectionLabelError.noPhotos,
      GalleryError.missing, ProjectionError.tooFewFaces, ProjectionError.allEqual:
      true
    default:
      false
    }
  }
}
