import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension Grouping: ExpressibleByArgument {}

/// How many answers, and ranked by what.
struct QuestionArguments: ParsableArguments {
  @Option(name: .shortAndLong, help: "The maximum number of answers.")
  var count = 10
  @Option(help: "The metric that ranks the answers.")
  var metric: Metric = .l2
  @Option(help: "Whether to list each name once, by its nearest photo, or every photo by itself.")
  var per: Grouping = .name
  @Flag(help: "Take hidden faces and people for answers, too.")
  var includeHidden = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count must be at least 1, not \(count)") }
  }

  /// Says how many faces could not answer since they are hidden.
  func noteHidden(_ likeness: Likeness, isQuiet: Bool) throws {
    guard !includeHidden, !isQuiet else { return }
    Console.noteHidden(try likeness.people.hiddenFaces().count, "face")
  }

  /// - Parameter doubtful: whether doubtful faces are answers.
  func question(_ doubtful: DoubtfulArguments) -> Question {
    var filter = FaceFilter()
    filter.includesDoubtful = doubtful.includeDoubtful
    filter.includesHidden = includeHidden
    return Question(count: count, metric: metric, grouping: per, filter: filter)
  }
}

/// A match as the answers in JSON give it.
struct MatchAnswer: Encodable {
  var rank: Int
  @OrNull var name: String?
  var distance: Float
  var probability: Float
  var photo: String
  var face: FaceID
  var labels: [String: String]
  var doubtful: Bool

  init(_ match: Match) {
    rank = match.rank
    name = match.name
    distance = match.distance
    probability = match.probability
    photo = match.photo
    face = match.face
    labels = match.labels
    doubtful = match.isDoubtful
  }

  /// The ranking as the tutorials print it: rank, name, distance; and how likely it is.
  static func text(_ matches: [Match], indent: String = "") -> String {
    var table = Table(rightAligned: [0, 2, 3])
    for match in matches {
      table.add(
        indent + "\(match.rank)", match.label, match.distance.digits(4),
        match.probability.percentage,
        match.isDoubtful ? "\(match.photo) (doubtful)" : match.photo)
    }
    return table.text
  }
}
