import ArgumentParser
import Foundation
import LikenessCore
import LikenessKit

@main
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likeness",
    abstract: "Learn who looks like whom.",
    version: "likeness \(LikenessVersion.current)",
    subcommands: [
      Add.self, Nearest.self, Search.self, People.self, Same.self, Graph.self, Map.self,
      Compose.self, Label.self, Tag.self,
      Distance.self, Verify.self, Detect.self, Crop.self, Embed.self, List.self, Info.self,
      FaceCommands.self, Remove.self, Export.self, Report.self,
      Train.self, Evaluate.self, Models.self, Bench.self,
    ] + server + [Gallery.self, Manual.self])

  static func main() {
    // Swift's own arguments have lost the bytes of paths that are not UTF-8.
    let arguments = CommandLine.unsafeArgv
    main(
      (1..<max(1, Int(CommandLine.argc))).compactMap { arguments[$0] }.map { argument in
        PathText.text(
          ofTyped: UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      })
  }

  #if Server
    private static let server: [any ParsableCommand.Type] = [Serve.self, Keys.self, Import.self]
  #else
    private static let server: [any ParsableCommand.Type] = []
  #endif
}
