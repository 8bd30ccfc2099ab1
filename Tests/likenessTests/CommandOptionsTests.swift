import Foundation
import Testing

@testable import likeness

/// What the README says of options that nearly every command has.
@Suite struct CommandOptionsTests {
  private struct Dump: Decodable { var command: Command }

  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable { var name: String }
    var names: [Name]?
  }

  /// The commands without subcommands that do not have an option; of subcommands that all lack it, their command.
  private func commands(
    without option: String, in command: Command, _ title: String = ""
  ) -> [String] {
    let subcommands = (command.subcommands ?? []).filter { $0.commandName != "help" }
    guard !subcommands.isEmpty else {
      let names = (command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name)
      return names.contains(option) ? [] : [title]
    }
    let lacking = subcommands.map { subcommand in
      commands(
        without: option, in: subcommand,
        title.isEmpty ? subcommand.commandName : "\(title) \(subcommand.commandName)")
    }
    let isOnNone = zip(subcommands, lacking).allSatisfy { subcommand, found in
      found == [title + " " + subcommand.commandName]
    }
    return isOnNone && !title.isEmpty ? [title] : lacking.flatMap(\.self)
  }

  @Test(arguments: [
    ("json", ["export", "graph export", "report", "serve", "keys remove", "demo"], [String]()),
    (
      "gallery", ["gallery copy"],
      // Those that use no gallery.
      [
        "bench", "crop", "demo", "detect", "embed", "health", "models", "evaluate lfw",
        "evaluate identification",
        "evaluate groups", "evaluate algebra", "evaluate detection",
      ]
    ),
  ])
  func theReadmeSaysWhichCommandsLackAnOption(
    _ option: String, _ exceptions: [String], _ others: [String]
  ) throws {
    let program = try JSONDecoder().decode(Dump.self, from: Data(Program._dumpHelp().utf8)).command
    let lacking = commands(without: option, in: program).filter { $0 != "manual" }
    #expect(Set(lacking) == Set(exceptions + others))
    let readme = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../README.md"), encoding: .utf8)
    let sentence = try #require(readme.range(of: "`--\(option)"))
    let rest = readme[sentence.lowerBound...].prefix { $0 != "." }
    for command in exceptions { #expect(rest.contains("`\(command)`"), "\(command)") }
    #expect(rest.count { $0 == "`" } == 2 * (exceptions.count + 1))
  }

  @Test func whoIsQuietTellsNothingOfIndexing() throws {
    #expect(try Nearest.parse(["ann"]).tellsOfIndexing)
    #expect(try !Nearest.parse(["ann", "--quiet"]).tellsOfIndexing)
    #expect(try Export.parse([]).tellsOfIndexing)
  }
}
