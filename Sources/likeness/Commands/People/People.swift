import ArgumentParser
import Clustering
import Foundation
import LikenessKit

extension ClusteringAlgorithm: ExpressibleByArgument {}

struct People: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "The people of the gallery: the faces of each grouped together, with or without a name.",
    discussion: """
      There is nothing to tune. New photos join the existing people. What you say about people \
      with the subcommands takes precedence over any clustering, and undo reverts it.

      Refer to a person by the number in the list, person:7, or by name. Refer to a face by its \
      number in list faces, face:12, by its photo if it is the only face there, or \
      by PHOTO#2 for the second face of a photo.

      likeness people review asks what only you can say, the most useful question first. \
      likeness people --merge-suggestions shows pairs who may be one person; likeness people show \
      --help has all options of the list.
      """,
    subcommands: [
      Show.self, Name.self, Merge.self, Split.self, Not.self, Hide.self, Cover.self, Dates.self,
      Review.self, Undo.self, History.self,
    ],
    defaultSubcommand: Show.self)

  struct Show: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the people, those with most faces first; or pairs who may be one person.",
      discussion: """
        Hidden people and faces are left out unless --include-hidden is given. With people or \
        faces, it shows these again, after likeness people hide.
        """)

    @Argument(help: "People to show again, by number or name; none to list all.")
    var people: [String] = []
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp("Single faces to show again.", valueName: "face"))
    var face: [String] = []
    @Option(
      help: ArgumentHelp(
        "The clustering algorithm. A different one than last time starts over; the others are for comparison.",
        valueName: "name"))
    var algorithm: ClusteringAlgorithm?
    @Flag(help: "Cluster all faces again, not only new ones.")
    var again = false
    @Flag(help: "Show pairs of people who may be one person, the likeliest first.")
    var mergeSuggestions = false
    @Option(name: .shortAndLong, help: "The maximum number of pairs, with --merge-suggestions.")
    var count = 20
    @Option(help: "Leave out people with fewer faces.")
    var minFaces = 1
    @Flag(help: "List hidden people and faces, too.")
    var includeHidden = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard count > 0 else { throw ValidationError("--count must be at least 1, not \(count)") }
      guard minFaces > 0 else {
        throw ValidationError("--min-faces must be at least 1, not \(minFaces)")
      }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      guard people.isEmpty, face.isEmpty else {
        return try EditAnswer.hiding(likeness, people, face, false).show(output)
      }
      if mergeSuggestions { return try suggest(likeness) }
      Console.noteIfUncalibrated(likeness, isQuiet: output.quiet)
      var list = try likeness.people.list(
        algorithm: algorithm, again: again, includingHidden: includeHidden)
      list.people.removeAll { $0.faces.count < minFaces }
      if !list.kept, !output.quiet {
        Console.note(
          "likeness: the gallery cannot be changed now, so these people are not kept")
      }
      if !output.quiet { Console.noteHidden(list.hidden, "person") }
      if output.json { return try Console.json(list) }
      guard !list.people.isEmpty else {
        if !output.quiet { Console.note("nobody to show: likeness add finds faces in photos") }
        return
      }
      var table = Table(rightAligned: [2, 3])
      for person in list.people {
        let photos = Self.photos(person)
        table.add(
          person.id.reference, Self.title(person),
          counted(person.faces.count, "face"),
          counted(photos.count, "photo"), Self.some(photos))
      }
      Console.print(table.text)
    }

    private struct SuggestionAnswer: Encodable {
      var suggestions: [MergeSuggestion]
    }

    private func suggest(_ likeness: Likeness) throws {
      let all = try likeness.people.suggestions(
        count: .max, algorithm: algorithm, again: again
      ).filter { min($0.first.faces.count, $0.second.faces.count) >= minFaces }
      let suggestions = Array(all.prefix(count))
      if output.json { return try Console.json(SuggestionAnswer(suggestions: suggestions)) }
      guard !suggestions.isEmpty else {
        if !output.quiet { Console.note("no two people look alike enough to be worth a look") }
        return
      }
      var table = Table(rightAligned: [0, 1])
      for suggestion in suggestions {
        func title(_ person: Person, _ face: FaceID) -> String {
          let photo = person.faces.first { $0.face == face }.map { " \(Self.file($0.photo))" } ?? ""
          return person.id.reference + (person.name.map { " \($0)" } ?? "")
            + " (\(counted(person.faces.count, "face")), nearest:\(photo))"
        }
        table.add(
          "\((suggestion.probability * 100).digits(0)) %", counted(suggestion.links, "link"),
          title(suggestion.first, suggestion.faces[0]),
          title(suggestion.second, suggestion.faces[1]))
      }
      Console.print(table.text)
      if !output.quiet {
        Console.note(
          "likeness people merge makes two of them one; likeness people not FACE PERSON keeps them apart"
        )
      }
    }

    /// The name, with what else the user said of the person.
    private static func title(_ person: Person) -> String {
      let said = [person.dates.text, person.hidden ? "hidden" : ""].filter { !$0.isEmpty }
      return (person.name ?? "–") + (said.isEmpty ? "" : " (\(said.joined(separator: ", ")))")
    }

    /// The paths of a person's photos, each once.
    private static func photos(_ person: Person) -> [String] {
      var seen: Set<String> = []
      return person.faces.map(\.photo).filter { seen.insert($0).inserted }
    }

    private static func file(_ path: String) -> String {
      URL(fileURLWithPath: path).lastPathComponent
    }

    private static func some(_ photos: [String]) -> String {
      photos.prefix(3).map(file).joined(separator: ", ")
        + (photos.count > 3 ? ", …" : "")
    }
  }
}
