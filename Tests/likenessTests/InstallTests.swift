import Foundation
import LikenessKit
import TestSupport
import Testing

/// What `make install` puts in place, and what it is called.
@Suite struct InstallTests {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  private func contents(of path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test func theVersionIsTheSameEverywhere() throws {
    let run = try ProgramRun(["--version"])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output == "likeness \(LikenessVersion.current)\n")
    #expect(LikenessVersion.current.wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
    #expect(try contents(of: "CHANGELOG.md").contains("\n## [\(LikenessVersion.current)] - "))
    let document = try JSONSerialization.jsonObject(
      with: Data(try contents(of: "Sources/LikenessServer/OpenAPI/openapi.json").utf8))
    let info = try #require((document as? [String: Any])?["info"] as? [String: Any])
    #expect(info["version"] as? String == LikenessVersion.current)
  }

  @Test(arguments: [
    ("bash", "complete -o filenames -F _likeness likeness"), ("zsh", "#compdef likeness"),
    ("fish", "complete -c 'likeness'"),
  ])
  func completionsAreWritten(shell: String, mark: String) throws {
    let run = try ProgramRun(["--generate-completion-script", shell])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.contains(mark))
    for word in ["nearest", "include-doubtful", "calibrate"] {
      #expect(run.output.contains(word), "\(word)")
    }
    #expect(!run.output.contains("\0"))
  }

  @Test func theManPageHasEveryCommand() throws {
    let run = try ProgramRun(["manual"])
    #expect(run.status == 0 && run.errors.isEmpty)
    let page = run.output
    #expect(page.hasPrefix(".TH LIKENESS 1 \"\" \"likeness \(LikenessVersion.current)\""))
    let commands = ["add", "nearest", "search", "people merge", "graph export", "models calibrate"]
    for command in commands { #expect(page.contains("\n.SS \"likeness \(command)\"\n")) }
    #expect(page.contains("\\fB\\-\\-include\\-doubtful\\fR"))
    for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "FILES"] {
      #expect(page.contains("\n.SH \(heading)\n"))
    }
    // What help does not show is not in the manual either.
    #expect(!page.contains("likeness bench photos") && !page.contains("likeness manual"))
    #expect(page.contains("\n.SS \"likeness bench gallery\"\n"))
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("likeness.1")
      try page.write(to: file, atomically: true, encoding: .utf8)
      guard let groff = Self.program("groff") else { return }
      let process = Process()
      process.executableURL = groff
      process.arguments = ["-man", "-Tascii", "-k", "-ww", file.path]
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      // The page is longer than a pipe holds, the warnings are not.
      try process.run()
      let text = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let warnings = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(warnings.isEmpty, "\(warnings.prefix(500))")
      #expect(text.contains("find out who looks like whom"))
    }
  }

  private static func program(_ name: String) -> URL? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
