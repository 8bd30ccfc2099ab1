import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well faces are found and told apart, on labelled photos.",
    subcommands: [LFW.self, Pairs.self, OneShot.self, Algebra.self, Detection.self])

  struct LFW: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "lfw",
      abstract: "Labeled Faces in the Wild: verification in ten folds, TAR at FAR 1e-3, rank-1.")

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
        folder: URL(fileURLWithPath: folder), engine: FaceEngine(engine.options()))
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let report = try evaluation.run(allPhotos: !pairsOnly, calibrates: calibrate) {
        progress.update($0, of: $1)
      }
      progress.finish()
      if output.json { return try Console.json(report) }
      func percent(_ value: Double) -> String { (value * 100).digits(2) + " %" }
      var table = Table()
      table.add(
        "accuracy", "\(percent(report.accuracy)) ± \((report.standardError * 100).digits(2))")
      table.add("TAR at FAR 1e-3", percent(report.tarAtFar1e3))
      if let rank1 = report.rank1 { table.add("rank-1", percent(rank1)) }
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
          "threshold \(fit.threshold), slope \(fit.slope), on \(fit.measuredOn)")
      }
      Console.print(table.text)
    }
  }
}
