import ArgumentParser
import Foundation
import GalleryCore
import GalleryMilvus
import LikenessCore
import LikenessKit

/// What the benchmark of galleries on a server needs: workers that add made-up faces, questions, and a comparison of
/// two galleries' answers.
@main
struct BenchScale: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-scale", subcommands: [Add.self, Search.self, Compare.self])

  static func gallery(_ address: String, create: Bool = false) throws -> MilvusGallery {
    try MilvusGallery(at: try MilvusAddress(address), create: create)
  }

  static func embedding(_ random: inout SeededRandom) -> Embedding {
    Embedding((0..<128).map { _ in .random(in: -0.3...0.3, using: &random) })
  }

  /// Adds photos of one face each, as a worker does.
  struct Add: ParsableCommand {
    @Argument var address: String
    @Argument var from: Int
    @Argument var to: Int
    @Option var batch = 200

    func run() throws {
      var random = SeededRandom(seed: UInt64(from))
      let thumbnail = Data((0..<4_000).map { _ in UInt8.random(in: 0...255, using: &random) })
      let photos = (from..<to).map { number in
        NewPhoto(
          digest: String(format: "%064x", number),
          file: PhotoFile(path: "/made/up/\(number).jpg", bytes: 9_000, modified: 1_700_000_000.5),
          width: 250, height: 250, turned: 0, detector: "yunet",
          faces: [
            NewFace(
              name: "Person \(number % 1_000)",
              geometry: FaceGeometry(
                x: 80.25, y: 80.5, width: 90.125, height: 90.75,
                landmarks: (0..<10).map { _ in .random(in: 0...250, using: &random) }),
              score: 0.9,
              quality: FaceQuality(
                size: 90, sharpness: 8, yaw: 0.1, pitch: 0.2, roll: 0.3, inside: 1),
              embedding: BenchScale.embedding(&random), thumbnail: thumbnail,
              labels: ["mood": number % 3 == 0 ? "glad" : "sad"])
          ])
      }
      let gallery = try BenchScale.gallery(address, create: true)
      let started = Date()
      for start in stride(from: 0, to: photos.count, by: batch) {
        _ = try gallery.add(
          Array(photos[start..<min(start + batch, photos.count)]),
          model: ModelStore.standardEmbedding)
      }
      print(Date().timeIntervalSince(started))
      try gallery.flush()
    }
  }

  /// Asks for the ten nearest, one question after the other.
  struct Search: ParsableCommand {
    @Argument var address: String
    @Argument var questions: Int
    @Flag var filtered = false

    func run() throws {
      let gallery = try BenchScale.gallery(address)
      var random = SeededRandom(seed: 99)
      var filter = FaceCondition()
      if filtered { filter.names = (0..<20).map { "Person \($0)" } }
      var times: [Double] = []
      for number in 0..<questions + 20 {
        let query = EmbeddingMatrix([BenchScale.embedding(&random)])
        let started = DispatchTime.now().uptimeNanoseconds
        let found = try gallery.nearest(query, count: 10, filter)
        let ended = DispatchTime.now().uptimeNanoseconds
        guard found[0].count == 10 else { throw ExitCode.failure }
        if number >= 20 { times.append(Double(ended - started) / 1e6) }
      }
      times.sort()
      print(times[times.count / 2], times[times.count * 99 / 100])
    }
  }

  /// Asks two galleries the same, and says how many answers are the same.
  struct Compare: ParsableCommand {
    @Argument var gallery: String
    @Argument var other: String
    @Option var questions = 200

    func run() throws {
      let (a, b) = (
        Likeness(place: try GalleryPlace(gallery), keepsOpen: true),
        Likeness(place: try GalleryPlace(other), keepsOpen: true)
      )
      var random = SeededRandom(seed: 5)
      let names = try a.names.summaries().map(\.name)
      var counts: [String: (same: Int, all: Int)] = [:]
      func count(_ kind: String, _ isSame: Bool) {
        counts[kind, default: (0, 0)].all += 1
        if isSame { counts[kind, default: (0, 0)].same += 1 }
      }
      /// Of answers at one distance the order says nothing.
      func key(_ match: Match) -> String {
        "\(match.distance) \(match.photo) \(match.ordinal) \(match.probability)"
      }
      for number in 0..<questions {
        let name = names[Int.random(in: 0..<names.count, using: &random)]
        var question = Question(
          count: 10, metric: Metric.allCases[number % Metric.allCases.count],
          grouping: number % 2 == 0 ? .name : .photo)
        if number % 4 == 3 { question.filter.minimumQuality = 0.6 }
        let own = try a.nearest(to: name, question).map(key).sorted()
        let theirs = try b.nearest(to: name, question).map(key).sorted()
        count("nearest", own == theirs)
        let other = names[Int.random(in: 0..<names.count, using: &random)]
        let apart = try a.verify(a.probe(name: name), a.probe(name: other))
        let twin = try b.verify(b.probe(name: name), b.probe(name: other))
        count("verify", apart.distance == twin.distance && apart.same == twin.same)
        guard number % 10 == 0 else { continue }
        func walked(_ likeness: Likeness) throws -> Set<String> {
          Set(
            try likeness.links.same([.name(name)])[0].found.map {
              "\($0.photo) \($0.ordinal) \(($0.probability * 1e4).rounded())"
            })
        }
        count("same", try walked(a) == walked(b))
      }
      func people(_ likeness: Likeness) throws -> Set<Set<String>> {
        Set(
          try likeness.people.list().people.map { person in
            Set(person.faces.map { "\($0.photo) \($0.ordinal)" })
          })
      }
      let (mine, theirs) = (try people(a), try people(b))
      counts["people"] = (mine.intersection(theirs).count, mine.count)
      for (kind, count) in counts.sorted(by: { $0.key < $1.key }) {
        print(kind, count.same, count.all)
      }
    }
  }
}
