import ArgumentParser

/// Prepares a workload, and does it unless told not to: the difference of the two is what the work itself takes.
@main
struct BenchInstructions: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "bench-instructions")

  @Argument(help: "The workload; without one, their names are printed.")
  var workload: String?
  @Flag(help: "Prepare only.")
  var prepareOnly = false

  func run() throws {
    guard let workload else {
      for workload in workloads { print(workload.name) }
      return
    }
    guard let kind = workloads.first(where: { $0.name == workload }) else {
      throw ValidationError("there is no workload \(workload)")
    }
    let prepared = try kind.init()
    if !prepareOnly { try prepared.run() }
  }
}
