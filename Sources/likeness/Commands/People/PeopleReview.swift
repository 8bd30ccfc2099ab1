import ArgumentParser
import Foundation
import LikenessKit

extension People {
  struct Review: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Answer what only you can say about faces and people, one question after the other.",
      discussion: """
        The most useful question comes first: the one whose answer settles most faces and is least \
        sure. Answer with one key: y for yes, n for no, s to skip the question, q to stop. Answers \
        are changes of people as all others: likeness people undo takes them back.
        """)

    @Option(name: .shortAndLong, help: "The maximum number of questions.")
    var count = 100
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var questions: [ReviewQuestion]
      var total: Int
    }

    func validate() throws {
      guard count > 0 else { throw ValidationError("--count must be at least 1, not \(count)") }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let session = likeness.people.review()
      if output.json {
        let (questions, total) = try session.questions(count: count)
        return try Console.json(Answer(questions: questions, total: total))
      }
      let keys = try KeyReader()
      var asked = 0
      while asked < count {
        let (questions, total) = try session.questions(count: 1)
        guard let question = questions.first else { break }
        asked += 1
        Console.print(
          "\(try Self.text(question, likeness))\n\(total) left  [y]es [n]o [s]kip [q]uit ",
          terminator: "")
        let key = keys.next(among: "ynsq")
        Console.print(key.map { "\($0)" } ?? "")
        switch key {
        case "y", "n":
          if let edit = try session.answer(question.id, key == "y") {
            Console.print("  \(edit.text)")
          }
        case "s": session.pass(question.id)
        default: return
        }
      }
      if asked == 0, !output.quiet { Console.note("nothing is in doubt") }
    }

    /// The question, and where the faces are that it is about.
    private static func text(_ question: ReviewQuestion, _ likeness: Likeness) throws -> String {
      let titles = zip(question.people, question.names).map { id, name in
        id.reference + (name.map { " \($0)" } ?? "")
      }
      let places = try likeness.photos.ofFaces(question.faces)
      let lines = question.faces.map {
        "  \($0.reference) in \(places[$0]?.path ?? "a photo that is gone")"
      }
      let photo =
        question.photo.map { $0.reference + (question.title.map { " (\($0))" } ?? "") }
        ?? "one photo"
      let chance =
        "\(question.probability.percentage) likely, \(question.settles) \(question.settles == 1 ? "face" : "faces")"
      let asked =
        switch question.kind {
        case .same: "Are \(titles[0]) and \(titles[1]) one person?"
        case .twice: "Is \(titles[0]) in \(photo) twice, once as \(titles[1])?"
        case .face: "Is this a face?"
        case .person: "Is this \(titles[0])?"
        case .name:
          "Is this \(question.names.first.flatMap { $0 } ?? "somebody"), whom the file of \(photo) names?"
        }
      return ([asked + " (\(chance))"] + lines).joined(separator: "\n")
    }
  }
}

/// Reads single keys from standard input, without their being shown where it is a terminal.
private final class KeyReader {
  private let before: termios?

  init() throws {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
      before = nil
      return
    }
    before = settings
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
  }

  deinit {
    if var before { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
  }

  /// The next of some keys; nil at the end of the input.
  func next(among keys: String) -> Character? {
    var byte: UInt8 = 0
    while read(STDIN_FILENO, &byte, 1) == 1 {
      // Control-D.
      if byte == 4 { return nil }
      let key = Character(Unicode.Scalar(byte)).lowercased()
      if let key = keys.first(where: { String($0) == key }) { return key }
    }
    return nil
  }
}
