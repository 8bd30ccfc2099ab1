import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "The models in use: where they come from, what may be done with them; and models of your own.",
    subcommands: [List.self, Verify.self, Add.self, Join.self, Calibrate.self, Remove.self],
    defaultSubcommand: List.self)

  struct List: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Each model: what it is, how it is fed, its licence and source.")

    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      private enum Key: CodingKey { case calibrated }
      var manifest: ModelManifest

      /// The manifest, and what is left out of it where there is nothing.
      func encode(to encoder: any Encoder) throws {
        try manifest.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(manifest.verification != nil, forKey: .calibrated)
      }
    }

    func answer() throws {
      let manifests = try ModelStore().manifests()
      if output.json { return try Console.json(manifests.map { Answer(manifest: $0) }) }
      var table = Table()
      table.add(
        "name", "kind", "numbers", "metric", "alignment", "precision", "calibrated", "licence",
        "source")
      for model in manifests {
        let isEmbedding = model.kind == .embedding
        table.add(
          model.name, model.kind.rawValue, model.output.dimensions.map { "\($0)" } ?? "–",
          model.output.metric?.rawValue ?? "–",
          isEmbedding ? Self.alignment(model) : "–", Self.precision(model),
          isEmbedding ? model.verification == nil ? "no" : "yes" : "–", model.licence,
          model.source)
      }
      Console.print(table.text)
    }

    private static func alignment(_ model: ModelManifest) -> String {
      model.members.map { "of \($0.count)" } ?? (model.input.alignment ?? .dlib).rawValue
    }

    /// In what it runs by itself, where the processor can.
    private static func precision(_ model: ModelManifest) -> String {
      guard [.embedding, .detector].contains(model.kind) else { return "–" }
      return model.members != nil ? "theirs" : model.isAccurateInBF16 == true ? "bf16" : "f32"
    }
  }

  struct Verify: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every model file against its checksum, your own as well.")

    @OptionGroup var output: OutputArguments

    func answer() throws {
      let manifests = try ModelStore().manifests()
      if output.json { return try Console.json(manifests) }
      for model in manifests { Console.print("\(model.name): unaltered") }
    }
  }

  struct Join: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Combine several models into one: their embeddings concatenated, each normalized to length 1.",
      discussion: """
        Networks make different errors, so two together are mostly more accurate than either, at \
        the cost of both. Calibrate the join for probabilities of its own.
        """)

    @Argument(help: "The new model's name.")
    var name: String
    @Argument(help: "At least two embedding models.")
    var members: [String]
    @Flag(help: "Replace a model of this name.")
    var replace = false
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard members.count > 1 else { throw ValidationError("a join takes two models at least") }
    }

    func answer() throws {
      let manifest = try ModelStore().join(name, of: members, replacing: replace)
      if output.json { return try Console.json(manifest) }
      Console.print(
        "\(name): \(manifest.output.dimensions ?? 0) numbers of \(members.joined(separator: " and "))"
      )
      Console.noteCalibration(of: name, output)
    }
  }

  struct Remove: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove a model of your own, with its file.",
      discussion:
        "A gallery made with it keeps its embeddings, and says what is missing when it is to look at photos."
    )

    @Argument(help: "The model.")
    var name: String
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var removed: String
    }

    func answer() throws {
      try ModelStore().remove(name)
      if output.json { return try Console.json(Answer(removed: name)) }
      Console.print("\(name): removed")
    }
  }
}

extension Console {
  /// Says how a new model gets probabilities of its own.
  static func noteCalibration(of model: String, _ output: OutputArguments) {
    guard !output.quiet else { return }
    note(
      "likeness: not calibrated: likeness models calibrate \(model) --pairs DIR measures what its distances mean"
    )
  }

  /// Says where what the distances of a gallery's model mean is not measured.
  static func noteIfUncalibrated(_ likeness: Likeness, isQuiet: Bool) {
    guard !isQuiet, let model = likeness.networks.uncalibratedModel else { return }
    let verification = likeness.networks.verification
    note(
      "likeness: the model \(model) is not calibrated, so probabilities and thresholds are those measured on "
        + "\(verification.measuredOn): likeness models calibrate \(model) --pairs DIR")
  }
}
