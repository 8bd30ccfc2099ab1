import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit

extension DetectionLabelFormat: ExpressibleByArgument {}
extension DetectionMatch: ExpressibleByArgument {}

extension Evaluate {
  struct Detection: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recall and precision of detection on labelled photos.",
      discussion: """
        Photos are searched for in DIR with all folders in it. Labels lie beside them or in --labels: YOLO's text \
        files, Pascal VOC's XML files, or a list as WIDER FACE's. A label file has the photo's path, or its name \
        where only one has it. Labels are of the photo upright, as it is shown. Photos without labels are \
        counted and left out; a photo with an empty YOLO file shows nobody.

        A label counts as found where the middle of a face lies within 0.4 of its widths of its own middle and the \
        face is 0.5 to 1.9 times as wide, the width being that of the square of the same area; with --match iou \
        where they overlap by half or more. The surest face chooses first, and a label is found once. Labels under \
        8 px, invalid and difficult ones do not count: they are neither missed nor false.

        Times are medians, and those of one photo at a time only with --jobs 1.
        """)

    @Argument(help: ArgumentHelp("The folder with the photos.", valueName: "dir"))
    var folder: String
    @Option(
      help: ArgumentHelp(
        "The folder with the labels, or WIDER FACE's list; by default they lie beside the photos.",
        valueName: "path"))
    var labels: String?
    @Option(help: "How labels are written; by default what there is for these photos.")
    var format: DetectionLabelFormat?
    @Option(help: "When a face counts as a label's.")
    var match: DetectionMatch = .middle
    @Flag(help: "The photos show no people: report in which of them faces are found.")
    var noPeople = false
    @Option(
      help: ArgumentHelp("Draw the precision-recall curve into this SVG file.", valueName: "file"))
    var curve: String?
    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("Write every face that was found into this CSV file.", valueName: "file"))
    var output: String?
    @OptionGroup var engine: EngineArguments
    @OptionGroup var answers: OutputArguments

    func validate() throws {
      if noPeople, labels != nil || format != nil || curve != nil {
        throw ValidationError(
          "--no-people takes no labels: leave out --labels, --format and --curve")
      }
      if let curve { try Evaluate.checkIsSVG(curve) }
    }

    func answer() throws {
      // Before minutes of work.
      for path in [curve, output].compactMap({ $0 }) {
        try OutputFile.checkWritable(URL(fileURLWithPath: path))
      }
      let unreadable = noPeople ? try answerWithoutPeople() : try answerWithLabels()
      for photo in unreadable { Console.note("likeness: \(photo.reason)") }
      if !unreadable.isEmpty { throw ExitStatus.failed }
    }

    private func answerWithLabels() throws -> [DetectionReport.LeftOut] {
      let folder = URL(fileURLWithPath: folder)
      let evaluation = try DetectionEvaluation(
        folder: folder, labels: labels.map { URL(fileURLWithPath: $0) }, format: format,
        engine: try FaceEngine(engine.options()), limits: engine.limits)
      var progress = ProgressBar(unit: "photos", isQuiet: answers.quiet)
      let measured = try evaluation.run(match: match) { progress.update($0, of: $1) }
      progress.finish()
      let report = measured.report
      try write(measured.table)
      if let curve {
        let drawing = PrecisionRecallDrawing(
          measured.curve,
          title: "Faces found in \(Evaluate.title(of: folder))",
          subtitle: "\(report.labels) labelled faces in \(report.photos) photos, "
            + "\(report.found + report.others) detections by \(engine.detector.rawValue)")
        try OutputFile.write(drawing.svg(), to: URL(fileURLWithPath: curve))
      }
      if answers.json {
        try Console.json(report)
      } else {
        Console.print(Self.text(report))
      }
      return report.unreadable
    }

    private func answerWithoutPeople() throws -> [DetectionReport.LeftOut] {
      let engine = try FaceEngine(engine.options())
      var progress = ProgressBar(unit: "photos", isQuiet: answers.quiet)
      let measured = try DetectionEvaluation.falseDetections(
        folder: URL(fileURLWithPath: folder), engine: engine, limits: self.engine.limits
      ) { progress.update($0, of: $1) }
      progress.finish()
      try write(measured.table)
      if answers.json {
        try Console.json(measured.report)
      } else {
        Console.print(Self.text(measured.report))
      }
      return measured.report.unreadable
    }

    private func write(_ table: DetectionTable) throws {
      guard let output else { return }
      try OutputFile.write(table.csv(), to: URL(fileURLWithPath: output))
    }

    private static func text(_ report: DetectionReport) -> String {
      var widths = Table(rightAligned: [1, 2, 3])
      widths.add("width of the label", "labels", "found", "recall")
      for row in report.widths {
        let name =
          row.to.map { "\(Int(row.from)) to \(Int($0)) px" } ?? "\(Int(row.from)) px and more"
        widths.add(name, "\(row.labels)", "\(row.found)", percent(row.recall))
      }
      widths.add("all", "\(report.labels)", "\(report.found)", percent(report.recall))
      var figures = Table()
      figures.add("others", "\(report.others) detections that match no label")
      figures.add("precision", percent(report.precision))
      figures.add("average precision", percent(report.averagePrecision))
      figures.add(
        "doubtful",
        "\(report.doubtful.found) of those found, \(report.doubtful.others) of the others")
      figures.add(
        "ignored",
        "\(report.ignoredLabels) labels (under 8 px, invalid, difficult or empty) with "
          + "\(report.ignoredDetections) detections")
      figures.add("photos", photos(report))
      return [widths.text, figures.text, timings(report.timings)].filter { !$0.isEmpty }
        .joined(separator: "\n\n") + list(report.withoutLabels)
    }

    private static func photos(_ report: DetectionReport) -> String {
      var parts = ["\(report.photos) with labels"]
      if !report.withoutLabels.isEmpty {
        parts.append("\(report.withoutLabels.count) without, left out")
      }
      if !report.unreadable.isEmpty { parts.append("\(report.unreadable.count) unreadable") }
      if report.labelsWithoutPhoto > 0 {
        parts.append("labels of \(report.labelsWithoutPhoto) others that are not here")
      }
      return parts.joined(separator: "; ")
    }

    /// Photos that were left out: the first of them, as there may be thousands.
    private static func list(_ photos: [DetectionReport.LeftOut]) -> String {
      guard !photos.isEmpty else { return "" }
      let shown = photos.prefix(10).map { "\n  \($0.photo): \($0.reason)" }.joined()
      let rest = photos.count - 10
      return "\n\nleft out:" + shown + (rest > 0 ? "\n  and \(rest) more, which --json lists" : "")
    }

    private static func text(_ report: FalseDetectionReport) -> String {
      func part(_ count: Int) -> String {
        "\(count) of \(report.photos) photos"
          + (report.photos > 0 ? ", \(percent(Double(count) / Double(report.photos)))" : "")
      }
      var figures = Table()
      figures.add("with a face", part(report.withFace))
      figures.add("with one that is not doubtful", part(report.withCertainFace))
      if !report.unreadable.isEmpty {
        figures.add("unreadable", "\(report.unreadable.count) photos")
      }
      var list = Table(rightAligned: [1, 2, 3])
      if !report.found.isEmpty { list.add("photo", "faces", "not doubtful", "highest score") }
      for photo in report.found {
        list.add(photo.photo, "\(photo.faces)", "\(photo.certain)", photo.highestScore.digits(2))
      }
      return [figures.text, list.text, timings(report.timings)].filter { !$0.isEmpty }
        .joined(separator: "\n\n")
    }

    private static func timings(_ sizes: [PhotoTimings.Summary]) -> String {
      guard !sizes.isEmpty else { return "" }
      var table = Table(rightAligned: [1, 2, 3])
      table.add("size of the photo", "photos", "decode, ms", "detect, ms")
      func megapixels(_ value: Double) -> String { value.digits(value < 1 ? 1 : 0) }
      for size in sizes {
        let name =
          size.upToMegapixels.map { "up to \(megapixels($0)) MP" }
          ?? "over \(megapixels(size.overMegapixels)) MP"
        table.add(name, "\(size.photos)", size.decode.digits(1), size.detect.digits(1))
      }
      return table.text
    }

    private static func percent(_ value: Double?) -> String {
      value.map { ($0 * 100).digits(1) + " %" } ?? "–"
    }
  }
}
