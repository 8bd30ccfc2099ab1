import ArgumentParser
import Foundation
import LikenessEvaluation
import LikenessKit

struct Card: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "How far the gallery's names can be trusted, and what to do about it.",
    discussion: """
      Each face with a name is looked for among all others, as if it were new: how often it is found, by label and by age, who \
      is taken for whom, and which faces are too poor to be judged. Labels such as age and origin are given with likeness label, and dates of \
      birth with likeness people dates.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Also write it as a page, one HTML file.", valueName: "file"))
  var output: String?
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var arguments: OutputArguments

  func answer() throws {
    let page = output.map { URL(fileURLWithPath: $0) }
    if let page { try OutputFile.checkWritable(page) }
    let likeness = Likeness(place: gallery.place, keepsOpen: true)
    let card = try likeness.accuracyCard()
    Console.noteIfUncalibrated(likeness, isQuiet: arguments.quiet)
    if let page {
      try OutputFile.write(try likeness.page(of: card), to: page)
      if !arguments.quiet { Console.note("written to \(page.path)") }
    }
    if arguments.json { return try Console.json(card) }
    Console.print(
      "\(counted(card.namedFaces, "face")) with a name, \(card.all.people) names, threshold \(card.threshold.digits(3))"
    )
    var table = Table(rightAligned: [1, 2, 3, 4, 5, 6])
    table.add("", "names", "faces", "right", "wrong", "unknown", "sureness")
    add(card.all, "all", to: &table)
    for column in card.columns {
      for group in column.groups { add(group, "\(column.column) \(group.group)", to: &table) }
    }
    Console.print(table.text)
    for pair in card.confusions.prefix(Self.shown) {
      Console.print(
        "\(pair.first) and \(pair.second): \(counted(pair.mistaken, "face")) mistaken, nearest \(pair.distance.digits(3)); \(pair.advice)"
      )
    }
    if card.confusions.count > Self.shown, !arguments.quiet {
      Console.note("likeness: \(card.confusions.count - Self.shown) other pairs; --json shows all")
    }
    for line in card.advice { Console.print("- \(line)") }
  }

  private static let shown = 5

  private func add(_ group: AccuracyCard.Group, _ title: String, to table: inout Table) {
    func part(_ estimate: Estimate?) -> String {
      estimate.map {
        "\((100 * $0.value).digits(1)) % (\((100 * $0.low).digits(1))–\((100 * $0.high).digits(1)))"
      } ?? "-"
    }
    table.add(
      title, "\(group.people)", "\(group.faces)", part(group.rightRate), part(group.wrongRate),
      "\(group.unknown)", group.sureness.map { "\((100 * $0).digits(0)) %" } ?? "-")
  }
}
