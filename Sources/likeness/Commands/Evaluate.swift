import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure detection and recognition on labelled photos.",
    subcommands: [
      LFW.self, Identification.self, Groups.self, Pairs.self, OneShot.self, Algebra.self,
      Detection.self,
    ])

  struct LFW: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "lfw",
      abstract: "Labeled Faces in the Wild: verification in ten folds and over all pairs, rank-1.",
      discussion: """
        Accuracy and TAR at FAR 1e-3 are of the 6,000 pairs of pairs.txt. TAR at FAR 1e-3, 1e-4 and 1e-5 over all pairs \
        is of every two photos that were looked at, by the metric of the model. Of a photo the face nearest to its \
        middle counts; its centre where none is found. Intervals are of 95 %, by the bootstrap over people: pairs share \
        photos, and photos people.
        """)

    @Argument(help: "The folder with the photos and pairs.txt.")
    var folder: String
    @Flag(help: "Look only at the photos that the pairs name: quicker, without rank-1.")
    var pairsOnly = false
    @Flag(help: "Fit threshold and probability to the development pairs.")
    var calibrate = false

    @OptionGroup var engine: EngineArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let evaluation = try LFWEvaluation(
        folder: URL(fileURLWithPath: folder), engine: FaceEngine(engine.options()),
        limits: engine.limits)
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let report = try evaluation.run(allPhotos: !pairsOnly, calibrates: calibrate) {
        progress.update($0, of: $1)
      }
      progress.finish()
      if output.json { return try Console.json(report) }
      func percent(_ value: Double) -> String { value.percent }
      var table = Table()
      table.add(
        "accuracy",
        "\(percent(report.accuracy)) ± \((report.standardError * 100).digits(2)) "
          + report.accuracyInterval.percent)
      table.add(
        "TAR at FAR 1e-3", "\(percent(report.tarAtFar1e3)) \(report.tarAtFar1e3Interval.percent)")
      if let rank1 = report.rank1, let interval = report.rank1Interval {
        table.add("rank-1", "\(percent(rank1)) \(interval.percent)")
      }
      let all = report.allPairs
      for (rate, level) in [
        ("1e-3", all.tarAtFar1e3), ("1e-4", all.tarAtFar1e4), ("1e-5", all.tarAtFar1e5),
      ] {
        let value = level.map {
          "\(Estimate(value: $0.value, low: $0.low, high: $0.high).percent), up to \($0.threshold.digits(4))"
        }
        table.add("all pairs, TAR at FAR \(rate)", value ?? "too few pairs")
      }
      table.add(
        "all pairs",
        "\(all.truePairs) of one person, \(all.falsePairs) of two, of \(all.people) people")
      table.add("threshold", "\(report.threshold.digits(4))")
      table.add(
        "with plain L2",
        "\(percent(report.l2Accuracy)) ± \((report.l2StandardError * 100).digits(2)), "
          + "TAR at FAR 1e-3 \(percent(report.l2TarAtFar1e3))"
          + (report.l2Rank1.map { ", rank-1 \(percent($0))" } ?? ""))
      table.add(
        "right face found",
        "\(percent(report.detected)): none in \(report.withoutFace), the wrong one in "
          + "\(report.wrongFace), several in \(report.severalFaces) of \(report.photos) photos")
      table.add("speed", "\(report.photosPerSecond.digits(1)) photos a second")
      if let fit = report.calibration {
        table.add(
          "calibration",
          "threshold \(fit.threshold), coefficient \(fit.coefficient), on \(fit.measuredOn)")
      }
      Console.print(table.text)
      Console.print("\nIn brackets: \(report.intervals).")
    }
  }

  /// The last folders of a path.
  static func title(of folder: URL) -> String {
    folder.standardizedFileURL.pathComponents.filter { $0 != "/" }.suffix(2).joined(separator: "/")
  }

  /// - Throws: `ValidationError`
  static func checkIsSVG(_ curve: String) throws {
    if URL(fileURLWithPath: curve).pathExtension.lowercased() != "svg" {
      throw ValidationError("--curve writes SVG: end \(curve) with .svg")
    }
  }

  static func severalFaces(_ several: Int, of photos: Int, counted face: CountedFace) -> String {
    "in \(several) of \(photos) photos; the one "
      + "\(face == .central ? "nearest to the middle" : "of the greatest area") counts"
  }
}
