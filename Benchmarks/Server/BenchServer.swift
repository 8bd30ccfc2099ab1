import ArgumentParser
import Foundation
import LikenessCore
import LikenessKit

/// What the server's benchmark needs besides the server: a large gallery, what to ask it, and the same questions
/// without a server.
@main
struct BenchServer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-server", subcommands: [Make.self, Shrink.self, InProcess.self])

  /// Makes a gallery of made-up faces, and bodies of requests.
  struct Make: ParsableCommand {
    @Argument var gallery: String
    @Argument var count: Int
    /// Where bodies of searches by embedding go, one a line.
    @Argument var bodies: String
    @Option var seed: UInt64 = 1

    func run() throws {
      var made = MadeGallery(faces: count, people: max(1, count / 5), named: 1, seed: seed)
      // Of the size of a real one, so that the database is as large as a real one's.
      made.thumbnailBytes = 4_000
      try Likeness(gallery: URL(fileURLWithPath: gallery)).gallery.make(made)
      // Other faces of the people who are there.
      let lines = (0..<min(500, count)).map { number in
        let face = made.spread.face(count + number, ofPerson: number % made.people, seed: seed)
        let values = face.values.map { "\($0)" }.joined(separator: ",")
        return "{\"embedding\":[\(values)],\"count\":10}"
      }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(
        to: URL(fileURLWithPath: bodies))
    }
  }

  /// Makes a photo smaller.
  struct Shrink: ParsableCommand {
    @Argument var photo: String
    @Argument var to: String
    @Argument var side: Int

    func run() throws {
      try Photo.load(contentsOf: URL(fileURLWithPath: photo)).fitted(longestSide: side).jpegData()
        .write(to: URL(fileURLWithPath: to))
    }
  }

  /// Asks the same questions without a server, one after the other.
  struct InProcess: ParsableCommand {
    @Argument var gallery: String
    @Argument var bodies: String
    @Argument var photos: [String] = []
    @Option var seconds = 10.0

    private struct Body: Decodable { var embedding: [Float] }

    func run() throws {
      var options = FaceEngineOptions()
      options.jobs = 1
      let likeness = Likeness(
        gallery: URL(fileURLWithPath: gallery), options: options, keepsOpen: true)
      let embeddings = try String(contentsOfFile: bodies, encoding: .utf8)
        .split(separator: "\n").map {
          Embedding(try JSONDecoder().decode(Body.self, from: Data($0.utf8)).embedding)
        }
      var next = 0
      try measure("embedding") {
        _ = try likeness.search(embeddings[next % embeddings.count], Question(count: 10))
        next += 1
      }
      for photo in photos {
        let data = try Data(contentsOf: URL(fileURLWithPath: photo))
        let name = URL(fileURLWithPath: photo).deletingPathExtension().lastPathComponent
        try measure("photo-\(name)") {
          _ = try likeness.search(try likeness.analyze(try Photo.decode(data)), Question(count: 10))
        }
        try measure("verify-\(name)") {
          let url = URL(fileURLWithPath: photo)
          let a = Probe.photo(url, try likeness.analyze(try Photo.decode(data)))
          let b = Probe.photo(url, try likeness.analyze(try Photo.decode(data)))
          _ = try likeness.verify(a, b)
        }
      }
    }

    /// Prints a name, the median and the 99th percentile in milliseconds, and how many a second.
    private func measure(_ name: String, _ body: () throws -> Void) throws {
      // The first loads networks and index.
      for _ in 0..<3 { try body() }
      var times: [Double] = []
      let clock = ContinuousClock()
      let end = clock.now + .seconds(seconds)
      while clock.now < end { times.append(try clock.measure(body) / .milliseconds(1)) }
      times.sort()
      func quantile(_ part: Double) -> Double {
        times[min(times.count - 1, Int(part * Double(times.count)))]
      }
      let total = times.reduce(0, +)
      print(
        String(
          format: "%@ %.3f %.3f %.1f", name, quantile(0.5), quantile(0.99),
          Double(times.count) / total * 1000))
    }
  }
}
