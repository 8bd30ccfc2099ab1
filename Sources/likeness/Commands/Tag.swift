import ArgumentParser
import Foundation
import LikenessKit
import References

struct Tag: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the names of faces beside photos or into them, for other programs.",
    discussion: """
      Each named face becomes a region, as the Metadata Working Group (Lightroom, digiKam, Apple) and Microsoft have \
      it, and its name comes into IPTC's PersonInImage. A region in which the face lies already gets the name; all other \
      regions and all else that other programs wrote stay. Doubtful and hidden faces are left out.

      Names go into sidecars: photo.jpg.xmp, or the one that is there. --in-file writes them into JPEG, PNG, WebP, TIFF \
      and DNG files instead: nothing but the XMP in them changes, and the gallery goes on knowing the photos. HEIC and other \
      files take sidecars only.

      Refer to photos by path, photo:3, a folder, a pattern in quotes, or a name for all photos of somebody. What other \
      programs wrote is read by likeness add and likeness import regions.
      """)

  @Argument(help: "Photos, folders, or names of people.")
  var photos: [String] = []
  @Flag(help: "All photos of the gallery.")
  var all = false
  @Flag(help: "Write into the photos themselves rather than beside them.")
  var inFile = false
  @Flag(help: "Show what would be written, and write nothing.")
  var dryRun = false
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    guard all != !photos.isEmpty else {
      throw ValidationError("name photos, folders or people, or take --all")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let chosen = all ? nil : try References(likeness).photos(photos)
    let interruption = Interruption()
    var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
    let summary: TagSummary
    do {
      defer { progress.finish() }
      summary = try likeness.regions.write(
        chosen, to: inFile ? .file : .sidecar, isDryRun: dryRun,
        isCancelled: { interruption.isRequested }, progress: { progress.update($0, of: $1) })
    }
    if output.json {
      try Console.json(summary)
    } else {
      show(summary)
    }
    if summary.interrupted {
      Console.note("likeness: interrupted; run the same command again to go on")
      throw ExitStatus.failed
    }
    if summary.written + summary.unchanged == 0 {
      throw summary.skipped.isEmpty ? ExitStatus.nothing : ExitStatus.failed
    }
  }

  private func show(_ summary: TagSummary) {
    if dryRun {
      for file in summary.files.prefix(50) { Console.print("would write \(file.escapingControls)") }
      if summary.files.count > 50 {
        Console.print("… and \(summary.files.count - 50) more; --json lists all")
      }
    }
    if !output.quiet {
      summary.skipped.tell()
      for renamed in summary.renamed.prefix(20) {
        Console.note(
          "\(renamed.photo): another program's \"\(renamed.from)\" \(dryRun ? "would be" : "is") \"\(renamed.to)\" now"
        )
      }
      if summary.renamed.count > 20 {
        Console.note("… and \(summary.renamed.count - 20) more; --json lists all")
      }
    }
    Console.print(
      "\(dryRun ? "would write" : "wrote") the names of \(counted(summary.faces, "face")) of "
        + "\(counted(summary.written, "photo")); unchanged \(summary.unchanged), "
        + "without a named face \(summary.unnamed), skipped \(summary.skipped.count)")
  }
}

extension [SkippedPhoto] {
  /// The first of them, each with its reason.
  func tell() {
    for skipped in prefix(20) {
      Console.note(
        "likeness: skipped "
          + "\(skipped.photo): \(skipped.reason)")
    }
    if count > 20 { Console.note("… and \(count - 20) more; --json lists all") }
  }
}
