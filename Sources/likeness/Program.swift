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
      FaceCommands.self, Remove.self, Import.self, Export.self, Report.self,
      Card.self,
      Train.self, Evaluate.self, Models.self, Bench.self, Demo.self,
    ] + server + [Gallery.self, Manual.self])

  static func main() {
    // Swift's own arguments have lost the bytes of paths that are not UTF-8.
    let arguments = CommandLine.unsafeArgv
    main(
      joiningNumbersBelowZero(
        (1..<max(1, Int(CommandLine.argc))).compactMap { arguments[$0] }.map { argument in
          PathText.text(
            ofTyped: UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
        }))
  }

  /// Makes `--count -1` one argument, `--count=-1`: alone, what begins with a dash is taken for an option, so that the one
  /// before would be said to have no value.
  static func joiningNumbersBelowZero(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for (place, argument) in arguments.enumerated() {
      if argument == "--" { return joined + arguments[place...] }
      if let option = joined.last, option.hasPrefix("-"), !option.contains("="),
        argument.hasPrefix("-"), Double(argument) != nil, Double(option) == nil,
        option.hasPrefix("--") || option.count == 2
      {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  #if Server
    private static let server: [any ParsableCommand.Type] = [Serve.self, Health.self, Keys.self]
  #else
    private static let server: [any ParsableCommand.Type] = []
  #endif
}
