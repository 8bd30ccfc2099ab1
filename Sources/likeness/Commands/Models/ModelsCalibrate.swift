import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit

extension Models {
  struct Calibrate: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Measure what a model's distances mean, on photos of people you know.",
      discussion: """
        --pairs is a folder with a folder for each person, of which all pairs of photos count; the folder of \
        Labeled Faces in the Wild, of which the development pairs do; or a list of pairs in the format of LFW's \
        pairs.txt, beside the folders of people or with --photos. Ten people with fifty pairs of one person are \
        the least; a thousand of each kind tell whether bf16 changes nothing, where the processor has it: whether \
        accuracy and TAR at FAR 1e-3 lose no more than a tenth of a percent, or than chance explains.

        The threshold, probabilities and distribution of impostors are written to the model's \
        manifest. Models installed by set-up cannot be calibrated.
        """)

    @Argument(help: "The model.")
    var name: String
    @Option(help: ArgumentHelp("The photos, or a list of pairs.", valueName: "path"))
    var pairs: String
    @Option(
      help: ArgumentHelp(
        "The folder of the folders of people that a list names.", valueName: "dir"))
    var photos: String?
    @Option(
      help: "How many photos to process in parallel; by default one for each available processor.")
    var jobs: Int?
    @OptionGroup var output: OutputArguments

    func validate() throws {
      if let jobs, !(1...1024).contains(jobs) {
        throw ValidationError("--jobs must be from 1 to 1024, not \(jobs)")
      }
    }

    func answer() throws {
      var options = FaceEngineOptions()
      options.jobs = jobs ?? ProcessorQuota.count
      let calibration = try ModelCalibration(
        name, pairs: URL(fileURLWithPath: pairs), images: photos.map { URL(fileURLWithPath: $0) },
        options: options)
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let report: CalibrationReport
      do {
        defer { progress.finish() }
        report = try calibration.run { progress.update($0, of: $1) }
      }
      if output.json { return try Console.json(report) }
      if !output.quiet, let first = report.skipped.first {
        Console.note(
          "likeness: left out \(report.skipped.count) photos, first \(first.photo): \(first.reason)"
        )
      }
      show(report)
    }

    private func show(_ report: CalibrationReport) {
      func percent(_ part: Double) -> String { "\((100 * part).digits(2)) %" }
      let fit = report.verification
      var table = Table()
      table.add("model", report.model)
      table.add(
        "measured on", "\(fit.measuredOn): \(report.photos) photos of \(report.people) people")
      table.add(
        "same person",
        "cosine distance up to \(fit.threshold.digits(3)), where the chance is even; coefficient \(fit.coefficient.digits(1))"
      )
      table.add(
        "accuracy",
        "\(percent(report.accuracyAtThreshold)) at that threshold, \(percent(report.f32.accuracy)) at the best for "
          + "these \(report.genuinePairs + report.impostorPairs) pairs")
      table.add(
        "TAR at FAR 1e-3",
        "\(percent(report.f32.tarAtFar1e3)) of \(report.genuinePairs) pairs, over \(report.measuredImpostorPairs) impostor pairs"
      )
      if let impostors = fit.impostors {
        table.add(
          "impostors",
          "cosine distance \((1 - impostors.median).digits(3)) in the middle, width \(impostors.width.digits(3)); "
            + "measured down to 1 pair in \(Int(pow(10, -(impostors.tail.last?.logarithm ?? 0)).rounded()))"
        )
      }
      if let bf16 = report.bf16 {
        let verdict =
          switch report.isAccurateInBF16 {
          case true?: "it changes nothing, and is used"
          case false?: "it loses too much, and is not used"
          case nil: "too few pairs to tell, so it is not used"
          }
        table.add(
          "bf16",
          "accuracy \(percent(bf16.accuracy)), TAR \(percent(bf16.tarAtFar1e3)): \(verdict)")
      }
      Console.print(table.text)
    }
  }
}
