import ArgumentParser
import Faces
import Foundation
import LikenessKit

struct Crop: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut the faces out of photos, upright and of one size, or as plain boxes.",
    discussion: """
      With --box the pixels are those of the photo itself, image[top:bottom, left:right], at its full \
      resolution and turned upright as its EXIF orientation says. The box is the one that detect --json \
      gives, each of its four numbers rounded (a half to the even number, as Python's round does); what \
      lies outside of the photo is left out.
      """)

  @Argument(help: "Photos.")
  var photos: [String]
  @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write to.", valueName: "dir"))
  var output = "faces"
  @Flag(help: "Cut each face's box as it is in the photo, neither turned upright nor resized.")
  var box = false
  @Flag(help: "Only the largest face of each photo.")
  var largest = false
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var engine: EngineArguments
  @Flag(help: "Answer in JSON.")
  var json = false
  @Flag(help: "Print no progress and no notes.")
  var quiet = false

  private struct Answer: Encodable {
    var photo: String
    var files: [String]
    /// How many doubtful detections were passed over.
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
      photos.map { URL(fileURLWithPath: $0) }, limits: self.engine.limits, keepsPhotos: box
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
      let chosen = wanted.prefix(largest ? 1 : wanted.count)
      let pictures: [Photo?] =
        if let photo = analysis.photo {
          try photo.crops(of: chosen.map(\.element.box))
        } else {
          chosen.map(\.element.chip.photo)
        }
      for ((number, _), picture) in zip(chosen, pictures) {
        // A box that lies outside of the photo has no pixels.
        guard let picture else { continue }
        // Photos of one name in two folders must not overwrite each other.
        var name = "\(stem)-\(number + 1)"
        var copy = 2
        while !used.insert(name).inserted {
          name = "\(stem)-\(number + 1)-\(copy)"
          copy += 1
        }
        files.append(try folder.write(picture, name: name).relativePath)
      }
      let skipped = found.faces.count - wanted.count
      answers.append(Answer(photo: photos[index], files: files, skipped: skipped))
      // Of a photo without any other face this is said already.
      if skipped > 0, !wanted.isEmpty, !quiet {
        Console.note(
          "likeness: \(photos[index]): \(skipped) doubtful \(skipped == 1 ? "detection" : "detections") skipped"
        )
      }
      if !json { for file in files { Console.print(file) } }
    }
    if json { try Console.json(answers) }
    try tally.exit()
  }
}
