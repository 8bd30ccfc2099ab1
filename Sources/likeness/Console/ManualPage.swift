import Foundation
import LikenessKit

/// The man page of the program, in the macros of man(7): every command with its options, as ArgumentParser describes them.
struct ManualPage {
  /// What `--experimental-dump-help` prints.
  private struct Dump: Decodable { var command: Command }

  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool
    var arguments: [Argument]?
    var subcommands: [Command]?

    /// Those that help lists, without the flags that every command has.
    var shownArguments: [Argument] {
      (arguments ?? []).filter { $0.shouldDisplay && !["help", "version"].contains($0.valueName) }
    }

    var shownCommands: [Command] {
      (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }
  }

  private struct Argument: Decodable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: Kind
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var defaultValue: String?
    var allValues: [String]?
    var abstract: String?
  }

  private let command: Command

  /// - Parameter dump: what ArgumentParser tells of the program, as JSON.
  init(_ dump: Data) throws {
    command = try JSONDecoder().decode(Dump.self, from: dump).command
  }

  var text: String {
    var lines = [
      #".TH LIKENESS 1 "" "likeness \#(LikenessVersion.current)" "User Commands""#,
      ".SH NAME", #"likeness \- find out who looks like whom"#,
      ".SH SYNOPSIS", ".B likeness", #".I command"#, #"[\fIoptions\fR]"#,
      ".SH DESCRIPTION",
      Self.escaped(
        "Finds the faces in photos, turns each into an embedding, keeps them in a gallery, and answers: who looks most like"
          + " this person, whether two photos show the same one, where else a face is. Results go to standard output,"
          + " progress and notes to standard error. Every command has --help; likeness --version shows the version."
      ),
      ".SH COMMANDS",
    ]
    for command in command.shownCommands { lines += Self.section(command, after: "likeness") }
    lines += Self.closing
    return lines.joined(separator: "\n") + "\n"
  }

  /// A command, and after it its subcommands.
  private static func section(_ command: Command, after path: String) -> [String] {
    let name = "\(path) \(command.commandName)"
    let arguments = command.shownArguments
    var lines = [#".SS "\#(escaped(name))""#]
    if command.shownCommands.isEmpty || !arguments.isEmpty {
      lines.append(synopsis(name, arguments))
    }
    for text in [command.abstract, command.discussion] {
      for paragraph in (text ?? "").split(separator: "\n\n") where !paragraph.isEmpty {
        lines += [".PP", escaped(String(paragraph))]
      }
    }
    for argument in arguments { lines += entry(argument) }
    for subcommand in command.shownCommands { lines += section(subcommand, after: name) }
    return lines
  }

  private static func synopsis(_ name: String, _ arguments: [Argument]) -> String {
    var words = [#"\fB\#(escaped(name))\fR"#]
    if arguments.contains(where: { $0.kind != .positional }) { words.append(#"[\fIoptions\fR]"#) }
    for argument in arguments where argument.kind == .positional {
      let value =
        #"\fI\#(escaped(argument.valueName ?? "value"))\fR"# + (argument.isRepeating ? " ..." : "")
      words.append(argument.isOptional ? "[\(value)]" : value)
    }
    return words.joined(separator: " ")
  }

  private static func entry(_ argument: Argument) -> [String] {
    let value = #"\fI\#(escaped(argument.valueName ?? "value"))\fR"#
    var head = value
    if argument.kind != .positional {
      head = (argument.names ?? []).map {
        #"\fB\#(escaped(($0.kind == "long" ? "--" : "-") + $0.name))\fR"#
      }.joined(separator: ", ")
      if argument.kind == .option { head += " " + value }
    }
    var text = argument.abstract ?? ""
    var notes: [String] = []
    if let values = argument.allValues, !values.isEmpty {
      notes.append("values: " + values.joined(separator: ", "))
    }
    if argument.kind != .flag, let value = argument.defaultValue {
      notes.append("default: \(value)")
    }
    if !notes.isEmpty { text += (text.isEmpty ? "" : " ") + "(\(notes.joined(separator: "; ")))" }
    return [".TP", head, escaped(text)]
  }

  private static let closing = [
    ".SH EXIT STATUS",
    ".TP", "0", "Answered.",
    ".TP", "1", "Failed.",
    ".TP", "2", "There was nothing to answer with: no face in the photo, or an unknown name.",
    ".TP", "64", "Wrong usage.",
    ".SH ENVIRONMENT",
    ".TP", "XDG_DATA_HOME",
    #"Where galleries and models are kept, in a folder likeness; else ~/.local/share."#,
    ".TP", "LIKENESS_MODELS", "The folder of the models; those of a package are found without it.",
    ".TP", "LIKENESS_OPENVINO", "The folder of OpenVINO's libraries.",
    ".TP", "LIKENESS_SAMPLES", "The folder of the sample photos of likeness demo.",
    ".TP", "LIKENESS_MILVUS_TOKEN", "The token for a Milvus server.",
    ".TP", "LIKENESS_MILVUS_CERTIFICATES",
    "A PEM file of the authorities to trust for milvus+tls.",
    ".SH FILES",
    ".TP", #"\fI~/.local/share/likeness/default\fR"#,
    #"The gallery, unless \fB\-\-gallery\fR names one."#,
    ".TP", #"\fI~/.local/share/likeness/models\fR"#, "The models, each with its manifest.",
  ]

  /// Text of which troff takes nothing for its own.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : String($0) }
      .joined(separator: "\n")
  }
}
