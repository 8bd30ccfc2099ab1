import ArgumentParser
import Foundation
import LikenessKit

struct Search: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Who in the gallery looks like the faces of a photo: every face, the largest first.",
    discussion: """
      Of several faces, first a line for each says who it is. Each face is reported as likely a person of the gallery, or as unknown if even its nearest \
      face is beyond the gallery's threshold for unknown people, which likeness info explains. The \
      list below it has the most similar faces in either case, each with the probability that it \
      is that person, given how many faces were compared: 50 % at the threshold. Distances are in \
      the metric of the threshold, unless --metric names another. Detections that \
      are likely not faces are listed, but not searched for.
      """)

  @Argument(help: "A photo.")
  var photo: String
  @OptionGroup var question: QuestionArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    struct FaceAnswer: Encodable {
      var box: BoxAnswer
      var quality: Double
      @OrNull var confidence: Double?
      var doubtful: Bool
      @OrNull var recognition: Recognition?
      var results: [MatchAnswer]
    }

    var photo: String
    var faces: [FaceAnswer]
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    let faces = try likeness.gallery.whileOpen {
      let faces = try likeness.search(
        URL(fileURLWithPath: photo), question.question(doubtful), limits: engine.limits)
      Console.noteIfUncalibrated(likeness, isQuiet: output.quiet)
      try question.noteHidden(likeness, isQuiet: output.quiet)
      return faces
    }
    if output.json {
      return try Console.json(
        Answer(
          photo: photo,
          faces: faces.map {
            .init(
              box: BoxAnswer($0.face.box), quality: $0.face.quality.overall,
              confidence: $0.face.quality.confidence, doubtful: $0.face.quality.isDoubtful,
              recognition: $0.recognition,
              results: $0.matches.map(MatchAnswer.init))
          }))
    }
    if faces.count > 1 {
      Console.print(summary(faces))
      Console.print("")
    }
    for (number, answer) in faces.enumerated() {
      let box = answer.face.box
      let remarks = answer.face.quality.remarks
      Console.print(
        "face \(number + 1) of \(faces.count), \(Int(box.width.rounded())) px at "
          + "\(Int(box.x.rounded())),\(Int(box.y.rounded()))"
          + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"))
      if let recognition = answer.recognition, let nearest = answer.matches.first {
        Console.print("  " + Self.text(recognition, nearest))
      }
      if answer.face.quality.isDoubtful, !doubtful.includeDoubtful {
        Console.print(
          "  likely not a face, so not searched for: --include-doubtful searches for it")
      } else {
        Console.print(
          MatchAnswer.text(
            answer.matches, metric: question.metric, otherwise: answer.recognition?.metric,
            indent: "  "))
      }
    }
  }

  /// A line for each face.
  private func summary(_ faces: [SearchedFace]) -> String {
    var table = Table(rightAligned: [0])
    for (number, answer) in faces.enumerated() {
      let (who, howSure) = Self.outcome(answer)
      table.add("face \(number + 1)", who, howSure)
    }
    return table.text
  }

  private static func outcome(_ answer: SearchedFace) -> (who: String, howSure: String) {
    guard let recognition = answer.recognition, let nearest = answer.matches.first else {
      return (
        answer.face.quality.isDoubtful ? "likely not a face" : "nobody to compare with", ""
      )
    }
    return switch recognition.known {
    case true?: (nearest.label, nearest.probability.percentage)
    case false?: ("unknown", "\(nearest.probability.percentage) \(nearest.label)")
    case nil: ("too poor to judge", "")
    }
  }

  private static func text(_ recognition: Recognition, _ nearest: Match) -> String {
    switch recognition.known {
    case true?:
      "likely \(nearest.name ?? "the same as \(nearest.label)"): \(recognition.reason)"
    case false?: "unknown: \(recognition.reason)"
    case nil: recognition.reason
    }
  }
}
