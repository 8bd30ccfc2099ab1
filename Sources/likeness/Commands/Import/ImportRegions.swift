import ArgumentParser
import Foundation
import LikenessKit
import References

extension Import {
  struct Regions: AnsweringCommand {
    static let configuration = CommandConfiguration(
      commandName: "regions",
      abstract: "Read names of faces that other programs wrote into photos or beside them.",
      discussion: """
        Looks at the files of photos that the gallery has: regions of the Metadata Working Group and of Microsoft in them \
        and in sidecars, and Picasa's .picasa.ini. A region names the face that lies in it, unless that face has another \
        name, which it keeps. Names without a region, such as IPTC's PersonInImage and keywords under People, become \
        candidates, which the review offers.

        New photos are read so by likeness add.
        """)

    @Argument(
      help: "Photos of the gallery, folders, or names of people; all photos where none are named.")
    var photos: [String] = []
    @Flag(help: "Show what would be named, and name nothing.")
    var dryRun = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let chosen = photos.isEmpty ? nil : try References(likeness).photos(photos)
      let interruption = Interruption()
      var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
      let summary: RegionSummary
      do {
        defer { progress.finish() }
        summary = try likeness.regions.read(
          chosen, isDryRun: dryRun, isCancelled: { interruption.isRequested },
          progress: { progress.update($0, of: $1) })
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
      if summary.photos == 0 { throw ExitStatus.nothing }
      if summary.skipped.count == summary.photos { throw ExitStatus.failed }
    }

    private func show(_ summary: RegionSummary) {
      if !output.quiet {
        summary.skipped.tell()
        let warnings =
          summary.faults
          + summary.kept.map {
            "\($0.photo) has \"\($0.said)\" in its file where the gallery has \"\($0.name)\", which was kept"
          }
          + summary.cropped.map {
            "\($0) was cropped since its regions were written: they name nobody by their place"
          }
        for warning in warnings.prefix(20) { Console.note("warning: \(warning)") }
        if warnings.count > 20 {
          Console.note("… and \(warnings.count - 20) more; --json lists all")
        }
      }
      Console.print(
        "\(dryRun ? "would name" : "named") \(counted(summary.named, "face")) of \(counted(summary.photos, "photo")); "
          + "another name kept by \(counted(summary.kept.count, "face")), "
          + "names without a place on \(counted(summary.candidates, "photo")), skipped \(summary.skipped.count)"
      )
    }
  }
}
