import ArgumentParser
import Foundation
import LikenessKit

extension Bench {
  struct Gallery: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a gallery of made-up faces, of any size, in seconds.",
      discussion: """
        It has embeddings, names and all else that a gallery keeps of photos, but no photos and no pictures of faces. With \
        --like, faces lie as those of another gallery do: with its mean and covariance, and as far apart within people. \
        Without, they are a mixture on the sphere with distances like the standard model's. The same options make the same \
        gallery.
        """)

    @Option(help: "How many faces.")
    var faces: Int
    @Option(
      help:
        "How many people they are of; some are in many photos, most in few. (default: an eighth of the faces)"
    )
    var people: Int?
    @Option(help: "The part of the people that have names, from 0 to 1.")
    var named = 0.3
    @Option(
      help: ArgumentHelp("A gallery whose faces these are to be like.", valueName: "gallery"))
    var like: String?
    @Option(help: "Another number makes another gallery.")
    var seed: UInt64 = 1
    @Argument(help: "Where it is to be: a new folder, or milvus://HOST:PORT/NAME.")
    var out: String
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var gallery: String
      var photos: Int
      var faces: Int
      var people: Int
      var model: String
      var dimensions: Int
    }

    func validate() throws {
      guard (1...50_000_000).contains(faces) else {
        throw ValidationError("--faces must be from 1 to 50000000, not \(faces)")
      }
      if let people, !(1...faces).contains(people) {
        throw ValidationError("--people must be from 1 to the number of faces, not \(people)")
      }
      guard (0...1).contains(named) else {
        throw ValidationError("--named must be from 0 to 1, not \(named)")
      }
      for place in [out, like].compactMap({ $0 }) { _ = try GalleryArguments.place(place) }
    }

    func answer() throws {
      var made = MadeGallery(faces: faces, people: people, named: named, seed: seed)
      if let like {
        let model = Likeness(place: try GalleryArguments.place(like))
        let (spread, embedding) = try model.gallery.spread()
        (made.spread, made.model, made.modelFile) = (spread, embedding.name, embedding.file)
      }
      let likeness = Likeness(place: try GalleryArguments.place(out))
      let interruption = Interruption()
      var bar = ProgressBar(unit: "faces", isQuiet: output.quiet)
      let photos: Int
      do {
        defer { bar.finish() }
        photos = try likeness.gallery.make(made) { done, total in
          if interruption.isRequested { throw CancellationError() }
          bar.update(done, of: total)
        }
      } catch is CancellationError {
        Console.note(
          likeness.gallery.place.isServer
            ? "likeness: interrupted; what was made is in \(likeness.gallery.place.path)"
            : "likeness: interrupted; nothing was made")
        throw ExitStatus.failed
      }
      let answer = Answer(
        gallery: likeness.gallery.place.path, photos: photos, faces: faces, people: made.people,
        model: made.model, dimensions: made.spread.dimensions)
      if output.json { return try Console.json(answer) }
      Console.print(
        "made \(answer.gallery): \(counted(faces, "face")) of \(answer.people) "
          + "\(answer.people == 1 ? "person" : "people") in \(counted(photos, "photo"))")
    }
  }
}
