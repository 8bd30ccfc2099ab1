import ArgumentParser
import Faces
import Foundation
import LikenessKit

extension Bench {
  struct Photos: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Time the way from photo to embedding.", shouldDisplay: false)

    @Option(help: ArgumentHelp("A file with the path of a photo in each line.", valueName: "file"))
    var photos: String
    @OptionGroup var engine: EngineArguments
    @Flag(help: "Answer in JSON.")
    var json = false

    private struct Answer: Encodable {
      var photos: Int
      var faces: Int
      var seconds: Double
      var photosPerSecond: Double
      var precision: String
      var jobs: Int
      /// Milliseconds a photo.
      var stages: [String: Double]
    }

    func answer() throws {
      let list = try String(contentsOfFile: photos, encoding: .utf8)
      let urls = list.split(whereSeparator: \.isNewline).map { URL(fileURLWithPath: String($0)) }
      let engine = try FaceEngine(engine.options())
      // Caches and lazy tables are filled first, as for the peer.
      try engine.preload()
      try engine.analyze(Array(urls.prefix(5)), limits: self.engine.limits) { _, _ in }
      var faces = 0
      var decode = 0.0
      var timings = StageTimings()
      let started = DispatchTime.now().uptimeNanoseconds
      try engine.analyze(urls, limits: self.engine.limits) { _, analysis in
        let found = try analysis.result.get()
        faces += found.faces.count
        decode += analysis.decodeSeconds + found.timings.decode
        timings.detect += found.timings.detect
        timings.landmarks += found.timings.landmarks
        timings.embed += found.timings.embed
      }
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
      let perPhoto = 1000 / Double(max(1, urls.count))
      let answer = Answer(
        photos: urls.count, faces: faces, seconds: seconds,
        photosPerSecond: Double(urls.count) / seconds, precision: engine.precision.rawValue,
        jobs: engine.options.jobs,
        stages: [
          "decode": decode * perPhoto, "detect": timings.detect * perPhoto,
          "landmarks": timings.landmarks * perPhoto, "embed": timings.embed * perPhoto,
        ])
      if json { return try Console.json(answer) }
      Console.print(
        "\(answer.photos) photos, \(faces) faces, \(answer.photosPerSecond.digits(1)) photos a second, "
          + "\(answer.precision), \(answer.jobs) at a time")
      for (stage, time) in answer.stages.sorted(by: { $0.key < $1.key }) {
        Console.print("  \(stage) \(time.digits(2)) ms a photo")
      }
    }
  }
}
