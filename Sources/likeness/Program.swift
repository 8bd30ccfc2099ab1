import ArgumentParser
import LikenessKit

@main
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likeness",
    abstract: "Learn who looks like whom.",
    version: "likeness \(LikenessVersion.current)",
    subcommands: [
      Add.self, Nearest.self, Search.self, People.self, Same.self, Graph.self, Map.self,
      Compose.self, Label.self,
      Distance.self, Verify.self, Detect.self, Crop.self, Embed.self, List.self, Info.self,
      Remove.self, Export.self, Report.self,
      Train.self, Evaluate.self, Models.self, Bench.self,
    ] + server + [Gallery.self, Manual.self])

  #if Server
    private static let server: [any ParsableCommand.Type] = [Serve.self, Keys.self, Import.self]
  #else
    private static let server: [any ParsableCommand.Type] = []
  #endif
}
