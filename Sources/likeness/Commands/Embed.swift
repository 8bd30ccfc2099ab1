import ArgumentParser
import Faces
import Foundation
import LikenessCore
import LikenessKit

struct Embed: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn the faces in photos into embeddings: \(EmbeddingFormat.namesInWords).",
    discussion: """
      In JSON, doubtful detections, which are likely not faces, are marked. CSV and NPY cannot \
      mark them, so they are left out there, and by --largest, unless asked for.
      """)

  @Argument(help: "Photos.")
  var photos: [String]
  @Option(help: "The format of the embeddings.")
  var format: EmbeddingFormat = .json
  @Option(name: .shortAndLong, help: ArgumentHelp("Write to a file.", valueName: "file"))
  var output: String?
  @Flag(help: "Only the largest face of each photo.")
  var largest = false
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var engine: EngineArguments
  @Flag(help: "Answer in JSON; the same as --format json.")
  var json = false
  @Flag(help: "Print no progress and no notes.")
  var quiet = false

  func validate() throws {
    if json, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other")
    }
    if output == nil { try format.checkTerminal() }
  }

  func answer() throws {
    let engine = try FaceEngine(engine.options())
    var answers: [PhotoAnswer] = []
    var embeddings: [Embedding] = []
    var labels: [[String]] = []
    var tally = PhotoTally()
    var progress = ProgressBar(unit: "photos", isQuiet: quiet || photos.count < 8)
    try engine.analyze(
      photos.map { URL(fileURLWithPath: $0) }, limits: self.engine.limits
    ) { index, analysis in
      progress.update(index + 1, of: photos.count)
      tally.count(
        photos[index], analysis, isQuiet: quiet, includingDoubtful: doubtful.includeDoubtful)
      if format.hasRecords {
        var answer = PhotoAnswer(photos[index], analysis, withEmbeddings: true)
        if largest {
          answer.faces = Array(
            answer.faces.filter { doubtful.includeDoubtful || !$0.doubtful }.prefix(1))
        }
        answers.append(answer)
      } else if case .success(let found) = analysis.result {
        // Numbered as detect numbers them.
        let wanted = found.faces.enumerated().filter {
          doubtful.includeDoubtful || !$1.quality.isDoubtful
        }
        for (number, face) in wanted.prefix(largest ? 1 : wanted.count) {
          embeddings.append(face.embedding)
          labels.append([photos[index], "\(number + 1)"])
        }
      }
    }
    progress.finish()
    if format == .json {
      try write(Console.jsonData(answers))
    } else if format.hasRecords {
      var data = Data()
      try format.write(records: answers) { data.append($0) }
      try write(data)
    } else if !embeddings.isEmpty {
      try write(
        EmbeddingMatrix(embeddings).data(as: format, labels: labels, header: ["photo", "face"]))
    }
    try tally.exit()
  }

  private func write(_ data: Data) throws {
    if let output {
      try OutputFile.write(data, to: URL(fileURLWithPath: output))
    } else {
      Console.write(data)
    }
  }
}
