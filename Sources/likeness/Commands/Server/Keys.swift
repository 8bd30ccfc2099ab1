#if Server
  import ArgumentParser
  import Foundation
  import LikenessServer

  extension Rights: ExpressibleByArgument {}

  struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Create, list and revoke the API keys of a gallery's server.",
      subcommands: [Add.self, List.self, Remove.self])

    struct Add: AnsweringCommand {
      static let configuration = CommandConfiguration(
        abstract: "Create a key and print it once: the server keeps only its hash.",
        discussion: """
          Once there is a key, every request needs one. A running server picks up changes within a second.
          """)

      @Argument(help: "The key's name in lists and logs.")
      var name: String
      @Option(help: "read: view and search. write: also add, name and remove. admin: everything.")
      var rights: Rights = .read
      @Option(help: "The average number of requests per second it may make.")
      var rate: Double?
      @OptionGroup var gallery: GalleryArguments
      @OptionGroup var output: OutputArguments

      func validate() throws {
        if let rate, !APIKey.rates.contains(rate) {
          throw ValidationError("--rate must be from 0.001 to 1000000, not \(rate)")
        }
      }

      private struct Answer: Encodable {
        var name: String
        var key: String
        var rights: Rights
      }

      func answer() throws {
        let key = try APIKeyFile(gallery: gallery.place.localFolder).add(
          name, rights: rights, rate: rate
        ).text
        if output.json { return try Console.json(Answer(name: name, key: key, rights: rights)) }
        Console.print(key)
      }
    }

    struct List: AnsweringCommand {
      static let configuration = CommandConfiguration(
        abstract: "Show the keys, without their text.")

      @OptionGroup var gallery: GalleryArguments
      @OptionGroup var output: OutputArguments

      private struct Answer: Encodable {
        var name: String
        var rights: Rights
        var rate: Double?
        var created: String
      }

      func answer() throws {
        let keys = try APIKeyFile(gallery: gallery.place.localFolder).keys()
        if output.json {
          return try Console.json(
            keys.map {
              Answer(
                name: $0.name, rights: $0.rights, rate: $0.rate,
                created: $0.created.formatted(.iso8601))
            })
        }
        guard !keys.isEmpty else { return Console.note("likeness: there are no keys") }
        var table = Table()
        for key in keys {
          table.add(
            key.name, key.rights.rawValue,
            key.rate.map { "\($0.digits(1)) a second" } ?? "any rate",
            key.created.formatted(.iso8601))
        }
        Console.print(table.text)
      }
    }

    struct Remove: AnsweringCommand {
      static let configuration = CommandConfiguration(abstract: "Revoke a key.")

      @Argument(help: "The key's name.")
      var name: String
      @OptionGroup var gallery: GalleryArguments

      func answer() throws { try APIKeyFile(gallery: gallery.place.localFolder).remove(name) }
    }
  }
#endif
