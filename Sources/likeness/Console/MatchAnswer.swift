import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension Grouping: ExpressibleByArgument {}

/// How many answers, and ranked by what.
struct QuestionArguments: ParsableArguments {
  @Option(name: .shortAndLong, help: "The maximum number of answers.")
  var count = 10
  @Option(help: "The metric that ranks the answers. (default: l2)")
  var metric: Metric?
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
    return Question(count: count, metric: metric ?? .l2, grouping: per, filter: filter)
  }
}

/// A match as the answers in JSON give it.
struct MatchAnswer: Encodable {
  var rank: Int
  @OrNull var name: String?
  @OrNull var person: PersonID?
  var distance: Float
  var probability: Float
  var photo: String
  var face: FaceID
  var labels: [String: String]
  var doubtful: Bool

  init(_ match: Match) {
    rank = match.rank
    name = match.name
    person = match.person
    distance = match.distance
    probability = match.probability
    photo = match.photo
    face = match.face
    labels = match.labels
    doubtful = match.isDoubtful
  }

  /// The ranking as the tutorials print it: rank, name, distance; and how likely it is.
  /// - Parameters:
  ///   - metric: that of the distances, as the user asked for it; nil for the one of decisions, if there were any, else L2.
  ///   - decisive: the metric of a decision that is shown with the ranking, which then names its metric.
  static func text(
    _ matches: [Match], metric: Metric? = nil, otherwise decisive: Metric? = nil,
    indent: String = ""
  ) -> String {
    var table = Table(rightAligned: [0, 2, 3])
    let showsDecisive = metric == nil && decisive != nil
    if let name = metric ?? decisive, decisive != nil, !matches.isEmpty {
      table.add(indent + "", "", name.rawValue, "", "")
    }
    for match in matches {
      table.add(
        indent + "\(match.rank)", match.label,
        (showsDecisive ? match.decisiveDistance : match.distance).digits(4),
        match.probability.percentage,
        match.isDoubtful ? "\(match.photo) (doubtful)" : match.photo)
    }
    return table.text
  }
}
