import Foundation
import LikenessKit
import TestSupport
import Testing

/// Runs what `Documentation/Tutorials` says, as it stands there.
@Suite(.serialized) struct TutorialPagesTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Documentation/Tutorials").standardizedFileURL

  static let pages: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted()
  }()

  /// The blocks of code of a page in some language, each as it stands.
  private static func blocks(_ page: String, _ language: String) throws -> [String] {
    let text = try String(contentsOf: folder.appendingPathComponent(page), encoding: .utf8)
    var blocks: [String] = []
    var open: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let lines = open {
        if line == "```" {
          blocks.append(lines.joined(separator: "\n"))
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```\(language)" {
        open = []
      }
    }
    return blocks
  }

  @Test func `there is a page for each text, and the index names it`() throws {
    #expect(Self.pages.count == 5)
    let index = try String(
      contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    for page in Self.pages { #expect(index.contains("(\(page))")) }
  }

  /// In a folder where PHOTOS are the samples and JAFFE drawn faces of four people.
  @Test(arguments: pages) func `what a page says runs`(_ page: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let files = FileManager.default
      try files.createSymbolicLink(
        at: folder.appendingPathComponent("PHOTOS"), withDestinationURL: Samples.folder)
      let drawn = folder.appendingPathComponent("JAFFE")
      try files.createDirectory(at: drawn, withIntermediateDirectories: false)
      try CartoonFace.write(CartoonFace.album(people: 4, takes: 2), to: drawn, side: 128)
      // Models that are made here go as they came.
      let models = folder.appendingPathComponent("models")
      try files.createDirectory(at: models, withIntermediateDirectories: false)
      for name in try files.contentsOfDirectory(atPath: StandardFolders.models.path) {
        try files.createSymbolicLink(
          at: models.appendingPathComponent(name),
          withDestinationURL: StandardFolders.models.appendingPathComponent(name))
      }
      let program = ProgramRun.product("likeness").path
      var distances = ""
      for block in try Self.blocks(page, "sh") {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.currentDirectoryURL = folder
        process.arguments = [
          "-euo", "pipefail", "-c", "likeness() { '\(program)' \"$@\"; }\n\(block)",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
          "LIKENESS_MODELS": models.path
        ]) { $1 }
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let answer = String(
          decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(block)\n\(answer.suffix(2000))")
        if block.contains("likeness distance obama biden") { distances = answer }
      }
      if page == "similar-faces.md" { try expectWhatThePageTells(distances) }
    }
  }

  /// Where the processor computes in bf16, the detector does, and a box that lies a pixel elsewhere moves dlib's embedding by
  /// 0.03.
  private func expectWhatThePageTells(_ output: String) throws {
    #expect(output.contains("l2 2.2361  l1 5.0000"))
    let l2 = output.matches(of: /l2 ([0-9.]+)/).compactMap { Double($0.output.1) }
    try #require(l2.count == 3, "\(output)")
    #expect(abs(l2[0] - 0.85) < 0.025 && abs(l2[1] - 0.34) < 0.025, "\(output)")
  }

  /// What takes too long to run has options that there are.
  @Test func `long commands name options that there are`() throws {
    var checked = 0
    for page in Self.pages {
      for line in try Self.blocks(page, "sh long").joined(separator: "\n").split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        try #require(words.first == "likeness")
        let named = words.dropFirst().prefix { [words[1], "oneshot", "algebra"].contains($0) }
        let command = Array(named)
        let help = try ProgramRun(command + ["--help"])
        #expect(help.status == 0, "\(line)")
        for option in words where option.hasPrefix("--") {
          #expect(help.output.contains(option), "\(line): \(option)")
          checked += 1
        }
      }
    }
    #expect(checked > 20)
  }
}
