import ArgumentParser
import Foundation
import LikenessKit
import References

extension FaceID: ExpressibleByArgument {}

struct Remove: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove a name, a photo or a face from the gallery, with everything kept of it.",
    discussion: """
      A name stands for the faces added under it and for all faces of the person you gave it to. \
      Photos themselves are never touched. A photo goes with its last face, a name with its last \
      photo.
      """)

  @Argument(help: "A name with all of its faces.")
  var name: String?
  @Option(help: ArgumentHelp("A photo with all of its faces.", valueName: "path"))
  var photo: String?
  @Option(help: ArgumentHelp("One face, by its number in list faces.", valueName: "number"))
  var face: FaceID?
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    guard [name != nil, photo != nil, face != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("say what to remove: a name, --photo or --face")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let receipt: RemovalReceipt
    if let name {
      receipt = try likeness.names.remove(name)
    } else if let photo {
      receipt = try likeness.photos.remove(try References(likeness).photo(photo))
    } else {
      receipt = try likeness.faces.remove(face ?? FaceID(0))
    }
    if output.json { return try Console.json(receipt) }
    func counted(_ count: Int, _ one: String) -> String {
      "\(count) \(one)\(count == 1 ? "" : "s")"
    }
    Console.print(
      "removed \(counted(receipt.faces.count, "face")), \(counted(receipt.photos.count, "photo")), "
        + "\(counted(receipt.names.count, "name"))"
        + (receipt.names.isEmpty ? "" : " (\(receipt.names.joined(separator: ", ")))")
        + ": embeddings, thumbnails and places are gone from the gallery")
    if receipt.tracesRemain, !output.quiet {
      Console.note(
        likeness.gallery.place.isServer
          ? "the server overwrites their bytes when it next compacts its files"
          : "their bytes could not all be overwritten yet, because the gallery is being read or its disk is "
            + "full; the next change does it")
    }
  }
}
