import ArgumentParser
import Foundation
import LikenessKit
import References

/// Single faces of the gallery.
struct FaceCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Add a face that was missed on a photo; likeness list faces shows what is there.",
    subcommands: [AddFace.self])
}

extension FaceCommands {
  struct AddFace: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Add a face that the detector missed, in a box on a photo of the gallery.",
      discussion: """
        The box goes from the brows to the chin and from ear to ear. The detector looks at it from close by. If it \
        sees no face there either, the landmarks are estimated from the box: the embedding is less certain then, and \
        unless you name it, the face is doubtful, that is, in no answer without --include-doubtful.

        The face stays when its photo is added again and when the gallery is given another model. \
        likeness remove face:12 takes it out again, and leaves the photo.
        """)

    @Argument(help: "A photo of the gallery, by its path, its file's name or its number, photo:3.")
    var photo: String
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Where the face is: its left and upper edge, width and height, in pixels of the upright photo.",
        valueName: "x,y,width,height"))
    var box: DrawnBox
    @Option(help: "Whose face it is.")
    var name: String?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var face: FaceID
      var photo: PhotoID
      var ordinal: Int
      @OrNull var name: String?
      var box: BoxAnswer
      var score: Float
      var quality: Double
      @OrNull var confidence: Double?
      var doubtful: Bool
      /// Whether the landmarks were estimated from the box, since the detector sees no face in it.
      var landmarksEstimated: Bool

      init(_ face: StoredFace) {
        (self.face, photo, ordinal, name) = (face.id, face.photo, face.ordinal, face.name)
        (box, score) = (BoxAnswer(face.geometry.box), face.score)
        (quality, confidence) = (face.quality.overall, face.quality.confidence)
        (doubtful, landmarksEstimated) = (face.quality.isDoubtful, face.hasEstimatedLandmarks)
      }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let photo = try References(likeness).photo(photo)
      let face = try likeness.addFace(in: box.box, of: photo, name: name).face
      if output.json { return try Console.json(Answer(face)) }
      Console.print(
        "added \(face.id.reference)\(face.name.map { " (\($0))" } ?? "") to \(photo.reference): "
          + Self.finding(face))
      if face.quality.isDoubtful, !output.quiet {
        Console.note(
          "likeness: \(face.id.reference) is doubtful and left out of answers until it is named: "
            + "likeness label \(face.id.reference) person=NAME")
      }
    }

    private static func finding(_ face: StoredFace) -> String {
      face.hasEstimatedLandmarks
        ? "the detector sees no face there; its landmarks were estimated, so its embedding is less certain"
        : "the detector sees it from close by, with a score of \(face.score.digits(2))"
    }
  }
}

/// A box as it is typed: its left and upper edge, its width and height, with commas between them.
struct DrawnBox: ExpressibleByArgument {
  let box: Box

  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
      let height = numbers[3]
    else { return nil }
    box = Box(x: x, y: y, width: width, height: height)
  }
}
