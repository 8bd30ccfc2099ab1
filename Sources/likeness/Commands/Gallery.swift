import ArgumentParser
import Foundation
import LikenessCore
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
        it stopped. What the copy cannot keep as it is, such as a name that somebody else has there, \
        is said line by line, and the exit code is 1. Maps and links are rebuilt in the copy; the \
        history of edits stays with the original.
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
        if case LikenessError.copyDiffers(_, let differences) = error, differences.count > 1 {
          for difference in differences { Console.note("likeness: \(difference.escapingControls)") }
        }
        throw error
      }
      bar.finish()
      if output.json {
        try Console.json(summary)
      } else if !summary.interrupted {
        let people = summary.people == 1 ? "1 person" : "\(summary.people) people"
        let already = summary.photos - summary.copied
        Console.print(
          "copied \(counted(summary.copied, "photo"))"
            + (already == 0 ? "" : ", \(already) of \(summary.photos) were there already")
            + "; \(counted(summary.photos, "photo")), \(counted(summary.faces, "face")) and \(people) "
            + "are the same in \(copy.gallery.place.path)")
        if summary.editsNotCopied > 0 {
          Console.note(
            "the history, \(counted(summary.editsNotCopied, "edit")), stays with the original: what it says holds in "
              + "the copy, but cannot be undone there")
        }
      }
      if summary.interrupted {
        Console.note("likeness: interrupted; run the same command again to go on")
        throw ExitStatus.failed
      }
    }
  }
}
