import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit
import References

extension ComposeRecipe: ExpressibleByArgument {}
extension ComposeAggregate: ExpressibleByArgument {}

/// How a person and attributes are put together.
struct ComposeArguments: ParsableArguments {
  @Option(help: "How terms are combined into a query.")
  var recipe: ComposeRecipe = .discriminant
  @Option(help: "How several faces are combined into one vector; by default as the recipe does.")
  var aggregate: ComposeAggregate?

  var options: ComposeOptions {
    var options = ComposeOptions()
    options.recipe = recipe
    options.aggregate = aggregate
    return options
  }
}

struct Compose: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find this person with that expression, or whatever else faces are labelled with.",
    discussion: """
      'person:KR + expression:FE', 'photo.jpg - expression:NE + expression:HA', 'face:12 + \
      0.5*pose:left'. Labels are set with likeness label; names of people count as their label \
      person. Write spaces around + and -, and what has spaces in double quotes: 'person:"Ann Lee" \
      + expression:happy'. A quote that belongs to a key or value has a backslash before it: 'size:5\\"'.
      """)

  @Argument(help: "Terms: key:value, a photo, face:12 or a name, with + and - between them.")
  var query: String
  @Option(name: .shortAndLong, help: "The maximum number of answers.")
  var count = 10
  @Flag(help: "Take hidden faces and people for answers, too.")
  var includeHidden = false
  @OptionGroup var compose: ComposeArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count must be at least 1, not \(count)") }
  }

  private struct Answer: Encodable {
    struct Result: Encodable {
      var rank: Int
      @OrNull var name: String?
      var distance: Float
      @OrNull var probability: Float?
      var photo: String
      var face: FaceID
      var labels: [String: String]
      var doubtful: Bool

      init(_ found: ComposeMatch) {
        let match = found.match
        rank = match.rank
        name = match.name
        distance = match.distance
        probability = found.hasPerson ? match.probability : nil
        photo = match.photo
        face = match.face
        labels = match.labels
        doubtful = match.isDoubtful
      }
    }

    var query: String
    var recipe: ComposeRecipe
    var results: [Result]
  }

  func answer() throws {
    let text = try CompositionText(query)
    let likeness = Likeness(place: gallery.place, options: engine.options())
    let references = References(
      likeness, limits: engine.limits, includingDoubtful: doubtful.includeDoubtful)
    let matches = try references.matches(
      of: text, count: count, compose.options, includingHidden: includeHidden)
    if !includeHidden, !output.quiet {
      Console.noteHidden(try likeness.people.hiddenFaces().count, "face")
    }
    if output.json {
      return try Console.json(
        Answer(
          query: query, recipe: compose.recipe, results: matches.map(Answer.Result.init)))
    }
    if matches.isEmpty, !output.quiet { Console.note("no other face is in the gallery") }
    guard !matches.isEmpty else { return }
    var table = Table(rightAligned: [0, 2])
    for match in matches {
      let face = match.match
      table.add(
        "\(face.rank)", face.label, face.distance.digits(4), LabelText.text(face.labels),
        face.isDoubtful ? "\(face.photo) (doubtful)" : face.photo)
    }
    Console.print(table.text)
  }
}
