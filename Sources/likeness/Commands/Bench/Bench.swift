import ArgumentParser

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a large gallery of made-up faces, to try what one takes.",
    subcommands: [Photos.self, Gallery.self], defaultSubcommand: Photos.self)
}
