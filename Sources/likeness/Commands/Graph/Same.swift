import ArgumentParser
import Foundation
import LikenessKit
import References

struct Same: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "All photos of a person, each with the chain of links that explains it.",
    discussion: """
      Follows the links of the similarity graph, by the most probable chain to each photo. Each \
      step of a chain shows the cosine distance of its two faces; the probability is that of all \
      steps being right. If graph build --distance made the links, steps show the distance in its \
      metric, and the probability is still the model's own estimate from the cosine distance.

      A hidden face that is asked for itself is shown: by its number or photo, by a name that it goes by, or as the one \
      that person:7 begins at. Other hidden faces are left out, and are no steps of a chain, unless --include-hidden is \
      given.
      """)

  @Argument(
    help: ArgumentHelp(
      "A name in the gallery, person:7 as in people, a photo, or a face: face:12 as in list faces, PHOTO#2 for the second of a photo.",
      valueName: "name|person|photo|face"))
  var query: String
  @Flag(help: "Find hidden faces and people, too.")
  var includeHidden = false
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    var query: String
    var people: [SamePerson]
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    var bar = ProgressBar(unit: "faces", isQuiet: output.quiet)
    let starts = try References(likeness, limits: engine.limits).same(query)
    let people = try likeness.links.same(starts, includingHidden: includeHidden) {
      bar.update($0, of: $1)
    }
    bar.finish()
    Console.noteIfUncalibrated(likeness, isQuiet: output.quiet)
    if !output.quiet { Console.noteHidden(people.reduce(0) { $0 + $1.hidden }, "face") }
    if output.json { return try Console.json(Answer(query: query, people: people)) }
    for person in people {
      if people.count > 1 || person.found.isEmpty { Console.print(Self.heading(person)) }
      guard !person.found.isEmpty else { continue }
      var table = Table(rightAligned: [0])
      for found in person.found {
        table.add(found.probability.percentage, found.photo, Self.chain(found))
      }
      Console.print(table.text)
    }
    if let rule = people.first?.rule {
      Console.print(
        "linked by your own rule, \(rule.inWords); the percentages are the model's own estimate")
    }
  }

  private static func heading(_ person: SamePerson) -> String {
    person.found.isEmpty
      ? "\(person.query): nobody in the gallery is linked to it" : "\(person.query):"
  }

  /// `← 0.031 ← b.jpg ← 0.044 ← a.jpg`, to be read on from the photo.
  private static func chain(_ found: SamePerson.Finding) -> String {
    guard !found.chain.isEmpty else { return "asked for" }
    return found.chain.map { step in
      let file = URL(fileURLWithPath: step.photo).lastPathComponent
      return "← \(step.told ? "told" : step.distance.digits(3)) ← \(file)"
    }.joined(separator: " ")
  }
}
