import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension AlgebraEvaluation.Mode: ExpressibleByArgument {}
extension NonNegativity: ExpressibleByArgument {}

extension Evaluate {
  struct Algebra: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "This person with that expression, on JAFFE or another labelled folder.",
      discussion: """
        Protocol a is the published one: the first photo of each person with each expression is looked for, \
        and is in what it is looked for with. In protocol b nothing is seen of what is looked for: a model that was \
        trained on these photos must be another for each fold, trained with --hold-out cells:0 and so on, and is \
        named with {fold} for that number, as in --model jaffe-{fold}.
        """)

    @Argument(help: "The folder with the photos.")
    var folder: String
    @Option(name: .customLong("protocol"), help: "The published one, or with held-out cells.")
    var mode: AlgebraEvaluation.Mode = .heldOut
    @Option(help: "The key of the attribute.")
    var attribute = "expression"
    @Option(help: "How mercari gets rid of negative numbers; face-minimum is the published way.")
    var nonNegativity: NonNegativity = .faceMinimum
    @Flag(
      help:
        "Take photos whole instead of their faces, for a model that was trained with --crop whole."
    )
    var whole = false
    @OptionGroup var source: LabelSourceArguments
    @OptionGroup var compose: ComposeArguments
    @OptionGroup var engine: EngineArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      if mode == .published, engine.model?.contains("{fold}") == true {
        throw ValidationError("protocol a has no folds: name one model, without {fold}")
      }
    }

    func answer() throws {
      let labels = try source.source() ?? .pattern(try LabelPattern("jaffe"))
      let dataset = try AlgebraDataset(
        folder: URL(fileURLWithPath: folder), labels: labels, attribute: attribute)
      var options = compose.options
      options.nonNegativity = nonNegativity
      var withoutFace = 0
      var known: (model: String?, vectors: [FaceVector])?
      var report = try AlgebraEvaluation(dataset).run(mode, options) { fold in
        let model = engine.model?.replacing("{fold}", with: "\(fold.number)")
        if let known, known.model == model { return known.vectors }
        let found = try vectors(dataset, model)
        withoutFace = found.withoutFace
        known = (model, found.vectors)
        return found.vectors
      }
      report.withoutFace = withoutFace
      if output.json { return try Console.json(report) }
      Console.print(Self.text(report, dataset.values))
    }

    private func vectors(
      _ dataset: AlgebraDataset, _ model: String?
    ) throws -> (vectors: [FaceVector], withoutFace: Int) {
      var options = engine.options()
      options.model = model
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      defer { progress.finish() }
      return try dataset.vectors(try FaceEngine(options), areWhole: whole) {
        progress.update($0, of: $1)
      }
    }

    private static func text(_ report: AlgebraReport, _ values: [String]) -> String {
      func percent(_ value: Double) -> String { (value * 100).digits(1) + " %" }
      var table = Table()
      table.add("score", percent(report.score))
      table.add("right person", percent(report.person))
      table.add("right attribute", percent(report.attribute))
      table.add("asked for", "\(report.cells) cells among \(report.photos) photos")
      table.add("recipe", "\(report.recipe.rawValue), \(report.aggregate.rawValue)")
      if report.withoutFace > 0 { table.add("without a face", "\(report.withoutFace) photos") }
      var confusion = Table(rightAligned: Set(1...values.count))
      confusion.add(["asked \\ found"] + values)
      for asked in values {
        confusion.add([asked] + values.map { "\(report.confusion[asked]?[$0] ?? 0)" })
      }
      return table.text + "\n\n" + confusion.text
    }
  }
}
