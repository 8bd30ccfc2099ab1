#if Server
  import ArgumentParser
  import Foundation

  struct Health: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ask a running server whether it is well.",
      discussion: """
        For health checks of containers and monitors: exit code 0 if the server answers, else 1. No key \
        is needed.
        """)

    @Argument(help: "The server's address.")
    var address = "http://127.0.0.1:8080"
    @Option(help: "For how many seconds to wait for an answer.")
    var timeout = 5
    @OptionGroup var output: OutputArguments

    private struct Answer: Codable {
      var status: String
    }

    func validate() throws {
      guard (1...600).contains(timeout) else {
        throw ValidationError("--timeout must be from 1 to 600, not \(timeout)")
      }
    }

    func answer() throws {
      let data = try HTTPFetch.get("health", at: address, patience: Double(timeout))
      guard let answer = try? JSONDecoder().decode(Answer.self, from: data), answer.status == "ok"
      else {
        Console.note("likeness: \(address) does not answer as a Likeness server does")
        throw ExitStatus.failed
      }
      if output.json { return try Console.json(answer) }
      Console.print("\(address): \(answer.status)")
    }
  }
#endif
