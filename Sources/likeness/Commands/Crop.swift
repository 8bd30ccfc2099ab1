import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Crop: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut the faces out of photos, upright and of one size.")

  @Argument(help: "Photos.")
  var photos: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
  var output = "faces"
  @Flag(help: "Only the largest face of each photo.")
  var largest = false
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var engine: EngineArguments
  @Flag(help: "Answer in JSON.")
  var json = false
  @Flag(help: "No progress and no notes.")
  var quiet = false

  private struct Answer: Encodable {
    var photo: String
    var files: [String]
    /// How many doubtful finds were passed over.
    var skipped: Int
  }

  func answer() throws {
    var options = engine.options()
    options.embedsFaces = false
    let engine = try FaceEngine(options)
    let folder = PictureFolder(path: output, isFile: false)
    var tally = PhotoTally()
    var answers: [Answer] = []
    var used: Set<String> = []
    try engine.analyze(
      photos.map { URL(fileURLWithPath: $0) }, limits: self.engine.limits
    ) { index, analysis in
      tally.count(
        photos[index], analysis, isQuiet: quiet, includingDoubtful: doubtful.includeDoubtful)
      guard case .success(let found) = analysis.result else { return }
      let stem = URL(fileURLWithPath: photos[index]).deletingPathExtension().lastPathComponent
      var files: [String] = []
      // Numbered as detect numbers them.
      let wanted = found.faces.enumerated().filter {
        doubtful.includeDoubtful || !$1.quality.isDoubtful
      }
      for (number, face) in wanted.prefix(largest ? 1 : wanted.count) {
        // Photos of one name in two folders must not overwrite each other.
        var name = "\(stem)-\(number + 1)"
        var copy = 2
        while !used.insert(name).inserted {
          name = "\(stem)-\(number + 1)-\(copy)"
          copy += 1
        }
        files.append(try folder.write(face.chip.photo, name: name).relativePath)
      }
      let skipped = found.faces.count - wanted.count
      answers.append(Answer(photo: photos[index], files: files, skipped: skipped))
      // Of a photo without any other face this is said already.
      if skipped > 0, !wanted.isEmpty, !quiet {
        Console.note(
          "likeness: \(photos[index]): \(skipped) doubtful \(skipped == 1 ? "find" : "finds") skipped"
        )
      }
      if !json { for file in files { Console.print(file) } }
    }
    if json { try Console.json(answers) }
    try tally.exit()
  }
}
