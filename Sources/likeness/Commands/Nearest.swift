import ArgumentParser
import Foundation
import LikenessKit
import References

struct Nearest: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Who looks most like somebody in the gallery: rank, name, distance, probability.")

  @Argument(help: "A name in the gallery, or person:7, face:12.")
  var name: String
  @OptionGroup var question: QuestionArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    var query: String
    var results: [MatchAnswer]
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let matches = try likeness.gallery.withSession {
      let matches = try References(likeness).nearest(to: name, question.question(doubtful))
      Console.noteIfUncalibrated(likeness, isQuiet: output.quiet)
      try question.noteHidden(likeness, isQuiet: output.quiet)
      return matches
    }
    if output.json {
      return try Console.json(Answer(query: name, results: matches.map(MatchAnswer.init)))
    }
    if matches.isEmpty, !output.quiet { Console.note("nobody else is in the gallery") }
    if !matches.isEmpty { Console.print(MatchAnswer.text(matches)) }
  }
}
