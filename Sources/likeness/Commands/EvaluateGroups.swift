import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit

extension Evaluate {
  struct Groups: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "False match and false non-match rates by group, such as by age or sex.",
      discussion: """
        The table is a CSV file with a header line: a column photo, which names a photo by its \
        path below DIR, from the table, or by its file's name, or a folder for all photos in it; \
        if need be a column person; and a column for each kind of group. The false match rate of a \
        group is the part of its pairs of photos of different people that are within the \
        threshold; the false non-match rate is the part of the pairs of photos of one person in it \
        that are not.

        A photo is of the person that the table names, of the folder that it names, or of whom --name-from says; where nothing \
        says, each photo counts as a person of its own, and what pairs of one person there are, count as false matches.

        The largest rate is given over the geometric mean of the groups (NIST IR 8429). Groups of fewer than \
        30 people, or without a single false match, are shown and not compared. Where a photo shows \
        several faces, the one nearest to its middle counts, as in LFW.
        """)

    @Argument(help: ArgumentHelp("The folder with the photos.", valueName: "dir"))
    var folder: String
    @Option(help: ArgumentHelp("The table of groups.", valueName: "csv"))
    var groups: String
    @Option(
      help: ArgumentHelp(
        "A column of the table whose groups are compared; by default all of them.",
        valueName: "name"))
    var column: [String] = []
    @Option(
      help: ArgumentHelp(
        "Up to which distance two faces are one person; by default the model's own threshold.",
        valueName: "distance"))
    var threshold: Float?
    @Option(
      help: ArgumentHelp(
        "Choose the threshold at this false accept rate over all pairs of different people, such as 1e-3.",
        valueName: "rate"))
    var far: Double?
    @Option(help: "Which of several faces in a photo counts.")
    var face: CountedFace = .central
    @Option(
      help: "Whom photos show where the table does not say: the file's name, or its folder's.")
    var nameFrom: NameSource = .none
    @OptionGroup var engine: EngineArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard threshold == nil || far == nil else {
        throw ValidationError("--threshold and --far exclude each other")
      }
      if let threshold, !(threshold >= 0 && threshold.isFinite) {
        throw ValidationError("--threshold must be a distance from 0, not \(threshold)")
      }
      if let far, !(far > 0 && far < 1) {
        throw ValidationError("--far must lie between 0 and 1, not \(far)")
      }
      if let twice = column.first(where: { name in column.count { $0 == name } > 1 }) {
        throw ValidationError("--column \(twice) is there twice")
      }
    }

    func answer() throws {
      var options = GroupOptions()
      if let threshold { options.threshold = .distance(threshold) }
      if let far { options.threshold = .falseAcceptRate(far) }
      options.columns = column
      options.nameSource = nameFrom == .none ? nil : nameFrom
      options.face = face
      options.limits = engine.limits
      let evaluation = try GroupEvaluation(
        folder: URL(fileURLWithPath: folder), groups: URL(fileURLWithPath: groups),
        engine: try FaceEngine(engine.options()), options: options)
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let report = try evaluation.run { progress.update($0, of: $1) }
      progress.finish()
      if output.json {
        try Console.json(report)
      } else {
        Console.print(Self.text(report))
      }
      for photo in report.unreadable { Console.note("likeness: \(photo.reason)") }
      if !report.unreadable.isEmpty { throw ExitStatus.failed }
    }

    private static func text(_ report: GroupReport) -> String {
      var figures = Table()
      figures.add(
        "threshold",
        "\(report.metric.rawValue) distance \(report.threshold.digits(4)), \(report.thresholdSource)"
      )
      figures.add(
        "photos",
        "\(report.photos), \(report.all.withoutFace) of them without a face"
          + (report.notInTable > 0
            ? "; \(report.notInTable) that the table does not name, left out" : "")
          + (report.unreadable.isEmpty ? "" : "; \(report.unreadable.count) unreadable"))
      if report.rowsWithoutPhoto > 0 {
        figures.add("table", "\(report.rowsWithoutPhoto) lines of which there is no photo")
      }
      figures.add(
        "people",
        report.hasIdentities
          ? "\(report.all.people) with a face"
          : "nothing says whom photos show: each counts as a person of its own, pairs of one person "
            + "count as false matches, and there is no false non-match rate")
      figures.add(
        "several faces",
        Evaluate.severalFaces(
          report.severalFaces, of: report.photos, counted: report.face))
      let columns = report.columns.map { column in
        table(column, report.all).text + "\n" + remarks(column).joined(separator: "\n")
      }
      return ([figures.text] + columns + ["In brackets: \(report.intervals)."])
        .joined(separator: "\n\n")
    }

    private static func table(_ column: GroupReport.Column, _ all: GroupReport.Group) -> Table {
      let hasTruePairs = all.truePairs > 0
      var table = Table(rightAligned: [1, 2, 3, 4])
      let head = [
        column.column, "photos", "people", "pairs", "false matches", "false match rate",
      ]
      table.add(head + (hasTruePairs ? ["true pairs", "false non-match rate"] : []))
      for group in column.groups + [all] {
        let cells = [
          group.group, "\(group.photos)", "\(group.people)", "\(group.falsePairs)",
          "\(group.falseMatches)", group.falseMatchRate?.percent ?? "–",
        ]
        table.add(
          cells
            + (hasTruePairs
              ? ["\(group.truePairs)", group.falseNonMatchRate?.percent ?? "–"] : []))
      }
      return table
    }

    private static func remarks(_ column: GroupReport.Column) -> [String] {
      var remarks: [String] = []
      if let ratio = column.largestToMean {
        let interval = ratio.low.flatMap { low in
          ratio.high.map { " (\(low.digits(2)) to \($0.digits(2)))" }
        }
        remarks.append(
          "largest over geometric mean: \(ratio.value.digits(2))\(interval ?? ""), of \(ratio.group)"
        )
      } else {
        remarks.append("largest over geometric mean: fewer than two groups can be compared")
      }
      if !column.notCompared.isEmpty {
        remarks.append(
          "not compared, of fewer than \(GroupReport.minimumPeople) people or without a false match: "
            + column.notCompared.joined(separator: ", "))
      }
      if column.withoutValue > 0 {
        remarks.append("without a value: \(column.withoutValue) photos")
      }
      return remarks
    }
  }
}
