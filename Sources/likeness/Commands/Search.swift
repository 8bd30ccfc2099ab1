import ArgumentParser
import Foundation
import LikenessKit

struct Search: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Who in the gallery looks like the faces of a photo: every face, the largest first.")

  @Argument(help: "A photo.")
  var photo: String
  @OptionGroup var question: QuestionArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    struct FaceAnswer: Encodable {
      var box: BoxAnswer
      var quality: Double
      var results: [MatchAnswer]
    }

    var photo: String
    var faces: [FaceAnswer]
  }

  func answer() throws {
    let likeness = Likeness(gallery: gallery.url, options: engine.options())
    let faces = try likeness.search(
      URL(fileURLWithPath: photo), question.question, limits: engine.limits)
    if output.json {
      return try Console.json(
        Answer(
          photo: photo,
          faces: faces.map {
            .init(
              box: BoxAnswer($0.face.box), quality: $0.face.quality.overall,
              results: $0.matches.map(MatchAnswer.init))
          }))
    }
    for (number, answer) in faces.enumerated() {
      let box = answer.face.box
      let remarks = answer.face.quality.remarks
      let poor = answer.face.quality.isJudgeable ? "" : ", too poor to judge"
      Console.print(
        "face \(number + 1) of \(faces.count), \(Int(box.width.rounded())) px at "
          + "\(Int(box.x.rounded())),\(Int(box.y.rounded()))\(poor)"
          + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: ", ")))"))
      Console.print(MatchAnswer.text(answer.matches, indent: "  "))
    }
  }
}
