import ArgumentParser

@main
struct Program: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "likeness",
    abstract: "Learn who looks like whom.",
    subcommands: [Detect.self, Crop.self, Embed.self, Evaluate.self])
}
