import ArgumentParser

@main
struct Likeness: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn who looks like whom.",
    subcommands: [Evaluate.self])
}
