#if Server
  import ArgumentParser
  import Faces
  import Foundation
  import LikenessCore
  import LikenessKit
  import LikenessServer
  import Logging

  struct Serve: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Serve a gallery as a web page and an API.",
      discussion: """
        Open the address in a browser. Programs find the API's description at /openapi.json, and \
        those made for CompreFace their own addresses. Only this machine can connect unless --host \
        says otherwise, which requires a key (likeness keys add NAME). Ctrl-C finishes the requests \
        under way and stops.
        """)

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
      case error, warning, notice, info, debug

      var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .notice }
    }

    enum LogFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "The address to listen on; any other than 127.0.0.1 requires a key.")
    var host = "127.0.0.1"
    @Option(help: "The port; 0 for any free one.")
    var port = 8080
    @Option(
      help: ArgumentHelp("A certificate for https, with its chain, in PEM.", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "file"))
    var privateKey: String?
    @Flag(
      help: "Keep embeddings of uploaded photos only: neither the photos nor pictures of faces.")
    var noStorePhotos = false
    @Option(help: "The largest upload, in megabytes.")
    var maxUpload = 25
    @Option(help: "How many photos may wait to be processed; further requests are told to retry.")
    var queue = 64
    @Option(help: "What to log: error, warning, notice, info for each request, debug.")
    var logLevel: LogLevel = .notice
    @Option(help: "The log as text or as lines of JSON.")
    var logFormat: LogFormat = .text
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var engine: EngineArguments

    /// Its standard error is a log.
    var tellsOfIndexing: Bool { false }

    func validate() throws {
      guard (0...65535).contains(port) else {
        throw ValidationError("--port must be from 0 to 65535, not \(port)")
      }
      guard (1...1000).contains(maxUpload) else {
        throw ValidationError("--max-upload must be from 1 to 1000, not \(maxUpload)")
      }
      guard (1...100_000).contains(queue) else {
        throw ValidationError("--queue must be from 1 to 100000, not \(queue)")
      }
      guard (certificate == nil) == (privateKey == nil) else {
        throw ValidationError("--certificate and --private-key go together")
      }
    }

    func answer() throws {
      var configuration = ServerConfiguration()
      (configuration.host, configuration.port) = (host, port)
      configuration.certificate = certificate.map { URL(fileURLWithPath: $0) }
      configuration.privateKey = privateKey.map { URL(fileURLWithPath: $0) }
      configuration.storesPhotos = !noStorePhotos
      configuration.uploadBytes = maxUpload * 1_000_000
      configuration.uploadBudget = max(256, 4 * maxUpload) * 1_000_000
      configuration.queue = queue
      configuration.longestSide = engine.limits.longestSide
      let options = engine.options()
      configuration.jobs = options.jobs
      var logger = Logger(label: "likeness") { [logFormat, logLevel] label in
        switch logFormat {
        case .text: StreamLogHandler.standardError(label: label)
        case .json: JSONLogHandler(level: logLevel.level)
        }
      }
      logger.logLevel = logLevel.level
      let likeness = Likeness(place: gallery.place, options: options, keepsOpen: true)
      Console.noteIfUncalibrated(likeness, isQuiet: false)
      let server: LikenessServer
      do {
        server = try LikenessServer(
          likeness, configuration,
          logger: logger)
      } catch let error as ServerStartError {
        guard case .needsKey = error else { throw error }
        throw ValidationError(Console.line(for: error))
      }
      _ = try blocking { try await server.run { Console.note("listening on \($0)") } }
      // All that was asked for is done or, where that would take long, not waited for. Threads that still let go of
      // something would take the networks' libraries down beside the program's own end, which glibc does not survive.
      _exit(0)
    }
  }
#endif
