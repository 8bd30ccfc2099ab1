import ArgumentParser
import Foundation
import LikenessKit

extension Gallery {
  struct Backup: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a gallery into one file, also while a server changes it.",
      discussion: """
        The file holds the database as it is at one moment and the photos that the gallery keeps \
        itself; photos that it only knows the path of are not in it. It replaces an earlier file \
        of its name once it is whole, and its owner alone can read it. Not in it are the index, \
        which likeness gallery restore makes anew, the server's log, an unfinished upgrade to \
        another model and, unless --keys is given, the server's keys.

        With --encrypt the file can be read only with a passphrase, which nobody can find out for \
        you: keep it. Without, it is a ZIP file.

        A gallery on a Milvus server is backed up by that server's own means, or copied to a \
        folder with likeness gallery copy and backed up from there.
        """)

    @Argument(help: ArgumentHelp("The file to be written.", valueName: "file"))
    var file: String
    @Flag(help: "Encrypt it with a passphrase, which is asked for on the terminal.")
    var encrypt = false
    @Option(
      help: ArgumentHelp(
        "Encrypt it with the passphrase in the first line of this file.", valueName: "file"))
    var passphraseFile: String?
    @Flag(help: "Take the keys of the gallery's server along.")
    var keys = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard !file.isEmpty else { throw ValidationError("the file has no name") }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      guard !gallery.place.isServer else {
        throw BackupError.onServer(path: gallery.place.path)
      }
      var options = BackupOptions()
      options.includesKeys = keys
      options.passphrase =
        try passphraseFile.map { try Passphrase.read(from: $0) }
        ?? (encrypt ? Passphrase.ask(isNew: true) : nil)
      let summary = try backUp(likeness, options)
      if output.json { return try Console.json(summary) }
      Console.print(
        "wrote \(counted(summary.photos, "photo")) and \(counted(summary.faces, "face")) to "
          + "\(summary.path), \(counted(summary.keptPhotos, "kept photo")) with them"
          + (summary.encrypted ? "; encrypted" : ""))
      guard !output.quiet else { return }
      if !summary.lostPhotos.isEmpty {
        Console.note(
          "warning: the gallery has lost \(counted(summary.lostPhotos.count, "kept photo")), such as "
            + summary.lostPhotos[0])
      }
      if !summary.damagedPhotos.isEmpty {
        Console.note(
          "warning: \(counted(summary.damagedPhotos.count, "kept photo")) in it were altered since they were kept, such as "
            + summary.damagedPhotos[0])
      }
      if !keys { Console.note("the server's keys are not in it; --keys takes them along") }
    }

    private func backUp(_ likeness: Likeness, _ options: BackupOptions) throws -> BackupSummary {
      let interruption = Interruption()
      var bar = ProgressBar(unit: "files", isQuiet: output.quiet)
      defer { bar.finish() }
      return try likeness.gallery.backUp(
        to: URL(fileURLWithPath: file), options, isCancelled: { interruption.isRequested },
        progress: { bar.update($0, of: $1) })
    }
  }

  struct Restore: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the gallery of a backup.",
      discussion: """
        Everything is compared with what the backup says of itself before the gallery appears. \
        It is made where there is nothing, or an empty folder; an existing gallery is never \
        changed.
        """)

    @Argument(help: ArgumentHelp("A file that likeness gallery backup wrote.", valueName: "file"))
    var file: String
    @Option(
      help: ArgumentHelp(
        "The passphrase of an encrypted backup is the first line of this file. (default: it is asked for)",
        valueName: "file"))
    var passphraseFile: String?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard !file.isEmpty else { throw ValidationError("the file has no name") }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let interruption = Interruption()
      let passphrase = try passphraseFile.map { try Passphrase.read(from: $0) }
      let summary: RestoreSummary
      do {
        summary = try restore(likeness, passphrase, interruption)
      } catch let error as BackupError {
        guard case .needsPassphrase = error, isatty(STDIN_FILENO) == 1 else { throw error }
        summary = try restore(likeness, try Passphrase.ask(isNew: false), interruption)
      }
      if output.json { return try Console.json(summary) }
      Console.print(
        "restored \(counted(summary.photos, "photo")) and \(counted(summary.faces, "face")) of "
          + "\(summary.created) in \(summary.path), \(counted(summary.keptPhotos, "kept photo")) with them"
      )
      guard !output.quiet else { return }
      if !summary.lostPhotos.isEmpty {
        Console.note(
          "warning: \(counted(summary.lostPhotos.count, "kept photo")) had been lost before the backup was made, "
            + "such as \(summary.lostPhotos[0])")
      }
    }

    private func restore(
      _ likeness: Likeness, _ passphrase: String?, _ interruption: Interruption
    ) throws -> RestoreSummary {
      var bar = ProgressBar(unit: "MB", isQuiet: output.quiet)
      defer { bar.finish() }
      return try likeness.gallery.restore(
        from: URL(fileURLWithPath: file), passphrase: passphrase,
        isCancelled: { interruption.isRequested },
        progress: { bar.update($0 >> 20, of: $1 >> 20) })
    }
  }
}
