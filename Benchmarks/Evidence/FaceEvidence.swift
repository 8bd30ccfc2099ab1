import ArgumentParser
import Faces
import Foundation

/// Writes what is known of each find in photos, sure or not, as `Scripts/fit-confidence.py` wants it: a line of JSON a photo.
@main
struct FaceEvidence: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "face-evidence", abstract: "Write what the confidence in each find is made of.")

  @Argument(help: "A file that names a photo a line.")
  var list: String
  @Option(help: "Minimum detection score, from 0 to 1.")
  var minimumScore: Float = 0.3
  @Option(help: "Quarter turns clockwise before a photo is looked at.")
  var quarterTurns = 0

  private struct Row: Encodable {
    struct Find: Encodable {
      var box: [Double]
      var score: Float
      var agreement: Float
      var close: Float
      var appearance: [Float]
      var confidence: Double
    }
    var photo: String
    var width: Int
    var height: Int
    var faces: [Find]
  }

  func run() throws {
    var options = FaceEngineOptions()
    options.examinesAll = true
    options.turnsSideways = false
    options.minimumScore = minimumScore
    let analyzer = try FaceEngine(options).makeAnalyzer()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for path in try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n") {
      do {
        let photo = try Photo.load(contentsOf: URL(fileURLWithPath: String(path))).turned(
          quarterTurns: quarterTurns)
        let found = try analyzer.detectFaces(in: photo)
        let row = Row(
          photo: String(path), width: photo.fullWidth, height: photo.fullHeight,
          faces: found.map {
            Row.Find(
              box: [$0.box.x, $0.box.y, $0.box.width, $0.box.height], score: $0.score,
              agreement: $0.agreement, close: $0.closeScore ?? 0, appearance: $0.appearance ?? [],
              confidence: $0.confidence)
          })
        print(String(decoding: try encoder.encode(row), as: UTF8.self))
      } catch let error as PhotoError {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
      }
    }
  }
}
