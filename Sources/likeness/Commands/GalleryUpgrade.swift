import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension Gallery {
  struct Upgrade: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give a gallery another model: embed its faces again.",
      discussion: """
        The faces are embedded from the photos that the gallery keeps, or from the files where \
        they lie. Names, people, merges, splits, labels and the numbers of faces stay; the gallery \
        answers by its old embeddings until the new ones are whole, and is never half of each. An \
        interrupted upgrade resumes where it stopped.

        A face whose photo is gone or has changed is kept without an embedding: it is listed, but \
        answers no question. If more than 1 % of the faces would be left so, the gallery keeps its \
        model unless --allow-missing is given. Once a photo is back (likeness add tells the \
        gallery where it lies now), the same command embeds its faces.
        """)

    @Option(help: ArgumentHelp("The model. (default: sface)", valueName: "name"))
    var model: String?
    @Flag(help: "Change the model also where more than 1 % of the faces cannot be embedded.")
    var allowMissing = false
    @Option(
      help:
        "The number format of the networks. (default: bf16 where the processor has it and the model is as accurate in it, else f32)"
    )
    var precision: Precision?
    @Flag(
      help:
        "Average each embedding with that of the mirrored face: more accurate, at twice the time.")
    var mirror = false
    @Option(
      help: "How many photos to process in parallel; by default one for each available processor.")
    var jobs: Int?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      if let jobs, !(1...1024).contains(jobs) {
        throw ValidationError("--jobs must be from 1 to 1024, not \(jobs)")
      }
    }

    func answer() throws {
      var engine = FaceEngineOptions()
      engine.precision = precision
      engine.averagesMirrored = mirror
      engine.jobs = jobs ?? ProcessorQuota.count
      let likeness = Likeness(place: gallery.place, options: engine)
      var options = UpgradeOptions()
      options.allowsMissing = allowMissing
      let interruption = Interruption()
      var bar = ProgressBar(unit: "faces", isQuiet: output.quiet)
      let summary: UpgradeSummary
      do {
        summary = try likeness.upgrade.run(
          to: model, options, isCancelled: { interruption.isRequested },
          progress: { bar.update($0, of: $1) },
          waiting: { if !output.quiet { Console.note("likeness: waiting, since \($0)") } })
      } catch {
        bar.finish()
        throw error
      }
      bar.finish()
      if output.json {
        try Console.json(summary)
      } else {
        show(summary)
      }
      switch summary.outcome {
      case .done, .nothingToDo: break
      case .refused:
        Console.note("likeness: \(Self.refusal(summary))")
        throw ExitStatus.failed
      case .interrupted:
        Console.note("likeness: interrupted; run the same command again to go on")
        throw ExitStatus.failed
      }
    }

    private func show(_ summary: UpgradeSummary) {
      if !output.quiet {
        for face in summary.missing.prefix(20) {
          Console.note(
            "likeness: face \(face.face)\(face.name.map { " (\($0))" } ?? "") of \(face.photo) "
              + "cannot be embedded: \(face.reason)")
        }
        if summary.missing.count > 20 {
          Console.note("… and \(summary.missing.count - 20) more: see --json")
        }
      }
      let missing = summary.missing.count
      switch summary.outcome {
      case .done:
        Console.print(
          "the gallery has embeddings of \(summary.model) now: \(summary.embedded) made"
            + (summary.earlier > 0 ? ", \(summary.earlier) made earlier" : "")
            + (summary.atFormerPlace > 0
              ? ", \(summary.atFormerPlace) of them where the face was and is not found any more"
              : "")
            + Self.left(missing) + "; \(summary.seconds.digits(1)) s")
      case .nothingToDo:
        Console.print(
          "nothing to do: the gallery has embeddings of \(summary.model)"
            + Self.left(missing))
      case .refused, .interrupted: break
      }
    }

    private static func left(_ missing: Int) -> String {
      switch missing {
      case 0: ""
      case 1: "; 1 face is kept without one"
      default: "; \(missing) faces are kept without one"
      }
    }

    private static func refusal(_ summary: UpgradeSummary) -> String {
      let missing = "\(summary.missing.count) of \(summary.faces) faces cannot be embedded"
      if summary.missing.count >= summary.faces {
        return "\(missing): the gallery keeps \(summary.formerModel)"
      }
      return
        "\(missing), so the gallery keeps \(summary.formerModel) for now: bring their photos back, or "
        + "run the command again with --allow-missing to keep them without an embedding"
    }
  }
}
