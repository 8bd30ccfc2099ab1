import ArgumentParser
import Foundation

/// Times what the atlas is made of, a section at a time, and prints a line of JSON for each figure.
@main
struct BenchAtlas: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-atlas", subcommands: [BenchTSNE.self, BenchPCA.self, BenchClusters.self])
}

/// What all sections are told.
struct Subject: ParsableArguments {
  @Option(help: "The vectors, an .npy file.")
  var data: String
  @Option(help: "The .npy file that the points go to.")
  var out: String
  @Option(help: "How many threads.")
  var threads = 2
}

/// Prints a figure of ours.
func printFigure(_ kind: String, _ figures: [String: Any]) throws {
  let line = figures.merging(["system": "Likeness", "kind": kind]) { first, _ in first }
  let data = try JSONSerialization.data(withJSONObject: line, options: .sortedKeys)
  print(String(decoding: data, as: UTF8.self))
}

/// The most memory that this process has had, in bytes.
var peakMemory: Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}

/// What a body returns, and how long it took, in seconds.
func timed<Result>(_ body: () throws -> Result) rethrows -> (Result, Double) {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try body()
  return (result, (clock.now - start) / .seconds(1))
}
