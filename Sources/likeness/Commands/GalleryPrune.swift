import ArgumentParser
import Foundation
import LikenessKit

extension Gallery {
  struct Prune: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove photos whose files are gone, after saying which.",
      discussion: """
        A photo that was moved is found again by its content when its new folder is added: add \
        that first. Photos of a folder that is not there itself, such as that of a disk which is \
        not mounted, stay unless --missing-folders is given. Photos that the gallery keeps itself \
        stay in any case.
        """)

    @Flag(help: "Show what would be removed, and remove nothing.")
    var dryRun = false
    @Flag(help: "Remove without asking.")
    var yes = false
    @Flag(help: "Also photos of folders that are not there.")
    var missingFolders = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var missing: MissingPhotos
      /// Nil where nothing was removed.
      @OrNull var removed: RemovalReceipt?
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let missing = try likeness.photos.missing()
      let going = missing.gone + (missingFolders ? missing.unreachable : [])
      if !output.json { show(missing, going) }
      let isWanted = !dryRun && !going.isEmpty && (yes || asked(going.count))
      let receipt =
        try isWanted ? likeness.remove(Removal(photos: going.map(\.id))) : nil
      if output.json { return try Console.json(Answer(missing: missing, removed: receipt)) }
      if let receipt {
        Console.print(
          "removed \(counted(receipt.photos.count, "photo")) with \(counted(receipt.faces.count, "face"))"
            + (receipt.names.isEmpty
              ? ""
              : "; nobody is named "
                + receipt.names.joined(separator: ", ") + " any more"))
      } else if !going.isEmpty, !dryRun {
        Console.note("nothing was removed; --yes removes them")
      }
    }

    private func show(_ missing: MissingPhotos, _ going: [MissingPhotos.Photo]) {
      if going.isEmpty { Console.print("no photo of the gallery is gone") }
      for photo in going.prefix(50) { Console.print("gone: \(photo.photo)") }
      if going.count > 50 { Console.print("… and \(going.count - 50) more; --json lists all") }
      guard !output.quiet else { return }
      if !missingFolders {
        for folder in missing.folders.prefix(10) {
          Console.note(
            "the folder \(folder.folder) is not there: its \(folder.photos) photos stay; "
              + "--missing-folders takes them as well")
        }
      }
      if !missing.changed.isEmpty {
        Console.note(
          "\(missing.changed.count) files have changed since they were added, such as "
            + "\(missing.changed[0].photo): likeness add takes in what they hold now")
      }
    }

    private func asked(_ count: Int) -> Bool {
      guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
      FileHandle.standardError.write(
        Data("Remove these \(count) photos from the gallery? [y/N] ".utf8))
      return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }
  }
}
