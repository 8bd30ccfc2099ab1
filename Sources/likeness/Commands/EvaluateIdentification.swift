import ArgumentParser
import Faces
import Foundation
import LikenessEvaluation
import LikenessKit

extension CountedFace: ExpressibleByArgument {}
extension IdentificationOptions.Template: ExpressibleByArgument {}

extension Evaluate {
  struct Identification: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Open-set identification: how well people are found in a gallery that does not hold all of them.",
      discussion: """
        As NIST measures it (FRVT 1:N): a part of the people is enrolled, with the first photos of \
        each. Their other photos are mated searches; all photos of everybody else are non-mated \
        ones. FNIR is the part of the mated searches that do not find their person as the nearest \
        and within the threshold. FPIR is the part of the non-mated searches with a match within \
        the threshold. A photo without a certain face fails as a mated search, matches nobody as a \
        non-mated one, and is never left out.

        Photos are searched for in DIR with all folders in it. The folder of a photo is whom it shows; where all lie in \
        DIR itself, the file's name is, without a number as in Zoe_Ball_0002.jpg. Where a photo shows several faces, the one \
        nearest to its middle counts, as in LFW.

        The gallery's own threshold is the one that a gallery of these templates has by itself, with what it says of it.
        """)

    @Argument(help: ArgumentHelp("The folder with the photos.", valueName: "dir"))
    var folder: String
    @Option(
      help: ArgumentHelp("The part of the people who are enrolled.", valueName: "fraction"))
    var enrolled = 0.5
    @Option(
      help: ArgumentHelp(
        "The maximum number of photos to enrol a person with; of several, one is left as a probe.",
        valueName: "count"))
    var template = 1
    @Option(help: "What several photos become: their mean, or all of them and the nearest counts.")
    var templates: IdentificationOptions.Template = .mean
    @Option(help: "Which people are enrolled: others for each number.")
    var seed: UInt64 = 0
    @Option(help: "Which of several faces in a photo counts.")
    var face: CountedFace = .central
    @Option(help: "Where names come from: the file's name or its folder's.")
    var nameFrom: NameSource?
    @OptionGroup var source: LabelSourceArguments
    @Option(
      help: ArgumentHelp("Draw the curve of FNIR over FPIR into this SVG file.", valueName: "file"))
    var curve: String?
    @OptionGroup var engine: EngineArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard enrolled > 0, enrolled < 1 else {
        throw ValidationError("--enrolled must lie between 0 and 1, not \(enrolled)")
      }
      guard template > 0 else {
        throw ValidationError("--template must be at least 1, not \(template)")
      }
      if nameFrom == NameSource.none {
        throw ValidationError("--name-from none leaves nobody to look for: file or folder")
      }
      if nameFrom != nil, source.labels != nil || source.labelPattern != nil {
        throw ValidationError("--name-from and labels exclude each other")
      }
      if let curve { try Evaluate.checkIsSVG(curve) }
    }

    func answer() throws {
      // Before minutes of work.
      if let curve { try OutputFile.checkWritable(URL(fileURLWithPath: curve)) }
      var options = IdentificationOptions()
      options.enrolled = enrolled
      options.photosPerTemplate = template
      options.template = templates
      options.seed = seed
      options.face = face
      options.nameSource = nameFrom
      options.labels = try source.source()
      options.limits = engine.limits
      let folder = URL(fileURLWithPath: folder)
      let evaluation = try IdentificationEvaluation(
        folder: folder, engine: try FaceEngine(engine.options()), options: options)
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let measured = try evaluation.run { progress.update($0, of: $1) }
      progress.finish()
      let report = measured.report
      if let curve {
        let drawing = DETDrawing(
          measured, title: "People found in \(Evaluate.title(of: folder))",
          subtitle:
            "\(report.enrolled) of \(report.people) people enrolled, \(report.mated) mated and "
            + "\(report.nonMated) non-mated searches")
        try OutputFile.write(drawing.svg(), to: URL(fileURLWithPath: curve))
      }
      if output.json {
        try Console.json(report)
      } else {
        Console.print(Self.text(report))
      }
      for photo in report.unreadable { Console.note("likeness: \(photo.reason)") }
      if !report.unreadable.isEmpty { throw ExitStatus.failed }
    }

    private static func text(_ report: IdentificationReport) -> String {
      var figures = Table()
      figures.add("rank-1", report.rank1.percent)
      for level in report.levels {
        let value = level.fnir.flatMap { fnir in
          level.threshold.map { "\(fnir.percent), up to \($0.digits(4))" }
        }
        figures.add(
          "FNIR at FPIR \((level.fpir * 100).significant) %",
          value ?? "too few non-mated searches")
      }
      var lines: [String] = []
      if let own = report.ownThreshold {
        figures.add(
          "the gallery's own threshold",
          "\(report.metric.rawValue) distance \(own.threshold.digits(4))")
        figures.add("  FPIR that it states", own.statedFPIR.percent)
        figures.add("  FPIR that it has", own.fpir.percent)
        figures.add(
          "  FNIR", "\(own.fnir.percent), \(own.misidentified.percent) taken for somebody else")
      } else {
        lines.append(
          "The model's metric is not cosine: its galleries have no threshold of their own.")
      }
      figures.add(
        "enrolled",
        "\(report.enrolled) of \(report.people) people, "
          + (report.photosPerTemplate == 1
            ? "with a photo each"
            : "with up to \(report.photosPerTemplate) photos each, \(report.template == .mean ? "their mean" : "of which the nearest counts")")
          + "; \(report.enrolledWithoutFace) of them without a face")
      figures.add(
        "searches",
        "\(report.mated) mated, \(report.matedWithoutFace) of them without a face; "
          + "\(report.nonMated) non-mated, \(report.nonMatedWithoutFace) without a face")
      figures.add(
        "several faces",
        Evaluate.severalFaces(
          report.severalFaces, of: report.photos, counted: report.face))
      if !report.unnamed.isEmpty {
        figures.add(
          "left out", "\(report.unnamed.count) photos of which nothing says whom they show")
      }
      if !report.unreadable.isEmpty {
        figures.add("unreadable", "\(report.unreadable.count) photos")
      }
      lines.append("In brackets: \(report.intervals).")
      return figures.text + "\n\n" + lines.joined(separator: "\n")
    }
  }
}
