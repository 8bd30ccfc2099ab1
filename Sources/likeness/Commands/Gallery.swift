import ArgumentParser
import Foundation
import LikenessKit

struct Gallery: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Check, back up, restore or copy a gallery, change its model, or remove photos that are gone.",
    subcommands: [
      Check.self, Backup.self, Restore.self, Copy.self, Upgrade.self, Prune.self,
    ])

  struct Copy: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy a gallery: to another folder, to a server, or back.",
      discussion: """
        All photos, faces, names, labels and people are copied, and each photo is then compared \
        with its copy. What is there already is skipped, so that an interrupted copy resumes where \
        it stopped. Maps and links are rebuilt in the copy.
        """)

    @Argument(help: "The gallery's folder, or milvus://HOST:PORT/NAME.")
    var from: String
    @Argument(help: "Where the copy is to be: a folder, or milvus://HOST:PORT/NAME.")
    var to: String
    @OptionGroup var output: OutputArguments

    func validate() throws {
      for text in [from, to] { _ = try GalleryArguments.place(text) }
    }

    func answer() throws {
      let source = Likeness(place: try GalleryArguments.place(from))
      let copy = Likeness(place: try GalleryArguments.place(to))
      let interruption = Interruption()
      var bar = ProgressBar(unit: "photos, copied and compared", isQuiet: output.quiet)
      let summary: CopySummary
      do {
        summary = try source.gallery.copy(
          to: copy.gallery, isCancelled: { interruption.isRequested },
          progress: { bar.update($0, of: $1) })
      } catch {
        bar.finish()
        throw error
      }
      bar.finish()
      if output.json {
        try Console.json(summary)
      } else if !summary.interrupted {
        for name in summary.namesTaken {
          Console.note("warning: there is another \(name) in the copy: a person is left without it")
        }
        Console.print(
          "copied \(summary.copied) of \(summary.photos) photos, the others were there; all photos, "
            + "\(summary.faces) faces and \(summary.people) people are the same in \(copy.gallery.place.path)"
        )
      }
      if summary.interrupted {
        Console.note("likeness: interrupted; run the same command again to go on")
        throw ExitStatus.failed
      }
    }
  }
}
