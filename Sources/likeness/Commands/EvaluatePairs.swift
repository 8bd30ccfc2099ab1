import ArgumentParser
import Foundation
import LikenessEvaluation
import LikenessKit

/// Whose embeddings are measured, and by what.
struct HeadEvaluationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Also measure a head made with likeness train --head.", valueName: "name")
  )
  var head: String?
  @Option(
    help: ArgumentHelp(
      "Leave out everybody in this list of pairs, such as the one that a head learnt from.",
      valueName: "file"))
  var leaveOut: [String] = []
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  var leftOutPeople: Set<String> {
    get throws {
      try leaveOut.reduce(into: []) {
        $0.formUnion(try PairList(contentsOf: URL(fileURLWithPath: $1)).people)
      }
    }
  }
}

extension Evaluate {
  struct Pairs: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Pairs of a gallery's photos: verification by the plain distance and by a head.",
      discussion: """
        LIST is in the format of LFW's pairs.txt; photos are found by their files' names, such as \
        Zoe_Ball_0002.jpg. Thresholds are those of the other folds.
        """)

    @Argument(help: "The list of pairs.")
    var list: String
    @OptionGroup var arguments: HeadEvaluationArguments

    func answer() throws {
      let report = try Likeness(place: arguments.gallery.place).evaluate(
        PairList(contentsOf: URL(fileURLWithPath: list)), head: arguments.head,
        leavingOut: arguments.leftOutPeople)
      if arguments.output.json { return try Console.json(report) }
      var table = Table(rightAligned: [1, 2, 3, 4])
      table.add("", "accuracy", "at its own threshold", "TAR at FAR 1e-3", "TAR at FAR 1e-2")
      func add(_ title: String, _ scores: PairReport.Scores) {
        table.add(
          title, "\(percent(scores.accuracy)) ± \((scores.standardError * 100).digits(2))",
          percent(scores.accuracyAtOwnThreshold), percent(scores.tarAtFar1e3),
          percent(scores.tarAtFar1e2))
      }
      add("plain \(report.metric.rawValue)", report.plain)
      if let head = report.head, let name = report.headName { add("head \(name)", head) }
      Console.print(table.text)
      Console.print(
        "\(report.pairs) pairs in \(report.folds) folds, \(report.truePairs) of them of one person; "
          + "\(report.missing) without a photo in the gallery, \(report.leftOut) left out")
    }
  }

  struct OneShot: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "oneshot",
      abstract: "One-shot recognition: people of whom a single photo is enrolled.",
      discussion: """
        The photo with the lowest number of each person is enrolled, and all others are probes. \
        Photos are identified by their file names, such as Zoe_Ball_0002.jpg; others by the name \
        they were added by, in the order of their paths.
        """)

    @OptionGroup var arguments: HeadEvaluationArguments

    func answer() throws {
      var options = FaceEngineOptions()
      options.jobs = ProcessorQuota.count
      let likeness = Likeness(place: arguments.gallery.place, options: options)
      let people = try arguments.leftOutPeople
      let reports = try [nil, arguments.head].enumerated().compactMap { place, head in
        guard place == 0 || head != nil else { return nil as OneShotReport? }
        var progress = ProgressBar(unit: "photos", isQuiet: arguments.output.quiet)
        defer { progress.finish() }
        return try likeness.evaluateOneShot(head: head, leavingOut: people) {
          progress.update($0, of: $1)
        }
      }
      if arguments.output.json { return try Console.json(reports) }
      var table = Table(rightAligned: [1, 2])
      table.add("", "rank-1", "rank-5")
      for (place, report) in reports.enumerated() {
        table.add(
          "\(place == 0 ? "plain" : "head") \(report.by)", percent(report.rank1),
          percent(report.rank5))
      }
      Console.print(table.text)
      if let report = reports.first {
        Console.print(
          "\(report.people) people enrolled with one photo each, \(report.probes) photos look for them"
        )
      }
    }
  }
}

private func percent(_ value: Double) -> String { value.percent }
