import ArgumentParser
import Faces
import Foundation
import LikenessKit
import LikenessReports

struct Detect: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the faces in photos: where, how sure, how good.")

  @Argument(help: "Photos.")
  var photos: [String]
  @Option(
    help: ArgumentHelp(
      "Draw the faces into copies of the photos: a PNG or JPEG file for one, a folder for several.",
      valueName: "path"))
  var draw: String?
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  func answer() throws {
    var options = engine.options()
    options.embedsFaces = false
    let engine = try FaceEngine(options)
    var answers: [PhotoAnswer] = []
    var tally = PhotoTally()
    let drawing = draw.map { PictureFolder(path: $0, isFile: photos.count == 1) }
    try engine.analyze(
      photos.map { URL(fileURLWithPath: $0) }, limits: self.engine.limits,
      keepsPhotos: draw != nil
    ) { index, analysis in
      tally.count(photos[index], analysis, isQuiet: output.quiet)
      if let drawing, let photo = analysis.photo, case .success(let found) = analysis.result {
        let name = URL(fileURLWithPath: photos[index]).deletingPathExtension().lastPathComponent
        try drawing.write(FacePainter.boxes(around: found.faces, in: photo), name: name)
      }
      if output.json {
        answers.append(PhotoAnswer(photos[index], analysis, withEmbeddings: false))
      } else if case .success(let found) = analysis.result {
        Console.print(Self.text(photos[index], found))
      }
    }
    if output.json { try Console.json(answers) }
    try tally.exit()
  }

  private static func text(_ path: String, _ found: PhotoFaces) -> String {
    let turned = found.turned == 0 ? "" : ", turned by \(found.turned)°"
    let sure = found.certain.faces.count
    var count = sure == 1 ? "1 face" : "\(sure) faces"
    if found.doubtfulCount > 0 { count += " and \(found.doubtfulCount) doubtful" }
    // Below, YuNet sees nothing in any photo.
    let least = Int(found.smallestFace.rounded())
    if least > 12 { count += " (\(least) pixels and wider)" }
    var table = Table(rightAligned: [0, 1, 2, 3, 4])
    for (index, face) in found.faces.enumerated() {
      let box = PhotoRectangle(face.box)
      table.add(
        "  \(index + 1)", "\(box.width) px", "at \(box.x),\(box.y)",
        "score \(face.score.digits(2))",
        "quality \(face.quality.overall.digits(2))", face.quality.remarks.joined(separator: ", "))
    }
    let rows = table.text
    return "\(path): \(found.width)×\(found.height)\(turned), \(count)"
      + (rows.isEmpty ? "" : "\n" + rows)
  }
}
