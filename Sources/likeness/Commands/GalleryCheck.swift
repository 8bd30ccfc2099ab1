import ArgumentParser
import Foundation
import GalleryCore
import LikenessKit

#if Server
  import LikenessServer
#endif

extension Gallery {
  struct Check: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Look for what is not as it should be in a gallery, and repair it.",
      discussion: """
        Checks the database, records that refer to nothing, embeddings, photos that the gallery \
        keeps itself, the file of the index against the database, who may read the files, files \
        that were left behind, and the keys of the server. A line for each finding says what \
        --repair would do.

        --repair does what can be done without loss: it makes the index anew, deletes records that \
        refer to nothing, thumbnails without a face, kept photos that no record names and \
        temporary files, lets the owner alone use the gallery's files, and sets embeddings aside \
        that are not whole or not of length 1 as their model's are, until likeness gallery upgrade \
        makes them anew. It says what it did.

        Exit code: 0 where nothing was found or all was repaired, else 1.
        """)

    @Flag(help: "Repair what can be repaired without loss.")
    var repair = false
    @Flag(help: "Do not read the photos that the gallery keeps itself.")
    var quick = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      var options = CheckOptions()
      options.repairs = repair
      options.readsPhotos = !quick
      let interruption = Interruption()
      var check = try likeness.gallery.check(
        options, isCancelled: { interruption.isRequested })
      #if Server
        do {
          _ = try APIKeyFile(gallery: likeness.gallery.folder).keys()
        } catch {
          check.findings.append(GalleryFinding(.keys, Console.line(for: error)))
        }
      #endif
      if output.json {
        try Console.json(check)
      } else {
        show(check)
      }
      if interruption.isRequested {
        Console.note("likeness: interrupted; not all kept photos were read")
        throw ExitStatus.failed
      }
      if !check.isSound { throw ExitStatus.failed }
    }

    private func show(_ check: GalleryCheck) {
      for finding in check.findings {
        let outcome =
          switch (finding.repair, finding.repaired) {
          case (let done?, true): "repaired: \(done)"
          case (let way?, false):
            repair ? "could not be repaired (\(way))" : "--repair would \(way)"
          case (nil, _) where finding.kind == .database:
            "cannot be repaired here: restore a backup, or add the photos to a new gallery"
          case (nil, _): "cannot be repaired here"
          }
        Console.print("\(finding.kind.rawValue): \(finding.text); \(outcome)")
      }
      guard !output.quiet else { return }
      if let index = check.index {
        Console.note(
          "index: \(counted(index.faces, "face")), and "
            + "\((index.recall * 100).digits(1)) % of the ten nearest found, in \(index.probes) searches"
        )
      }
      if check.findings.isEmpty {
        let held = check.photos.flatMap { photos in
          check.faces.map { "\(counted(photos, "photo")) and \(counted($0, "face")): " }
        }
        Console.print("\(held ?? "")nothing is wrong")
      }
    }
  }
}
