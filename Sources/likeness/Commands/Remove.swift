import ArgumentParser
import Foundation
import LikenessKit
import References

struct Remove: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Remove names, people, photos and faces from the gallery, with everything kept of them.",
    discussion: """
      Refer to what is to go by name, person:7, photo:3, face:12, PHOTO, PHOTO#2 for the second face of a photo, a folder, \
      or a pattern of paths in quotes. A name stands for all faces that go by it; the answer says which people keep \
      faces that do not. All is removed at once, or nothing if a part of it is unknown. Your own files are never touched. \
      A photo goes with its last face, unless that is one that you added with likeness faces add; a name goes with its \
      last photo.

      A photo that shows others, too, stays with its file name and still shows who was removed; the answer says which \
      these are. --blur covers the removed faces, for good, in the copies that the gallery keeps of uploads; \
      --with-photos removes such photos from the gallery altogether.
      """)

  @Argument(help: "Names, people, photos and faces.")
  var records: [String] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A photo with all of its faces, where a name is spelt the same; may be given several times.",
      valueName: "path"))
  var photo: [String] = []
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A face, by its number in list faces; may be given several times.", valueName: "number"))
  var face: [FaceID] = []
  @Option(
    help: ArgumentHelp(
      "A file with further names, people, photos and faces, one a line; - for standard input.",
      valueName: "file"))
  var from: String?
  @Flag(
    help:
      "Cover the removed faces in the copies of photos that the gallery keeps and that show others, too; this cannot be undone."
  )
  var blur = false
  @Flag(help: "Remove photos that show others, too, with all of their faces.")
  var withPhotos = false
  @Flag(help: "Show what would be removed, and remove nothing.")
  var dryRun = false
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    guard !records.isEmpty || !photo.isEmpty || !face.isEmpty || from != nil else {
      throw ValidationError("say what to remove: names, person:7, photos, face:12")
    }
    guard !blur || !withPhotos else {
      throw ValidationError("--blur and --with-photos exclude each other")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    var removal = try removal(likeness)
    removal.sharedPhotos = blur ? .blur : withPhotos ? .remove : .keep
    if dryRun { return try show(try likeness.preview(of: removal)) }
    let receipt = try likeness.remove(removal)
    if output.json { return try Console.json(receipt) }
    Console.print(
      "removed \(Self.summary(receipt.names, receipt.photos, receipt.faces)): "
        + "embeddings, thumbnails and places are gone from the gallery")
    tell(receipt.sharedPhotos.filter(\.isBlurred)) {
      "covered for good in the gallery's copies of \($0), with others; file names are kept"
    }
    let shown = receipt.sharedPhotos.filter { !$0.isBlurred }
    tell(shown) {
      "still to be seen on \($0), with others; files and file names are kept"
    }
    if let photo = shown.first, !output.quiet {
      Console.note("likeness remove \(photo.id.reference) takes one out with all of its faces")
    }
    tell(receipt.remainingPeople, areAfter: true)
    if receipt.tracesRemain, !output.quiet {
      Console.note(
        likeness.gallery.place.isServer
          ? "the server overwrites their bytes when it next compacts its files"
          : "their bytes could not all be overwritten yet, because the gallery is being read or its disk is "
            + "full; the next change does it")
    }
  }

  /// Photos that stay with the pictures of removed faces.
  private func tell(_ photos: [SharedPhoto], _ what: (String) -> String) {
    guard !photos.isEmpty else { return }
    Console.print(what(counted(photos.count, "photo")))
    guard !output.quiet else { return }
    var table = Table()
    for photo in photos.prefix(20) { table.add(photo.id.reference, photo.photo) }
    Console.print(table.text)
    if photos.count > 20 { Console.print("… and \(photos.count - 20) more; --json lists all") }
  }

  /// People who keep faces that do not go by a removed name.
  private func tell(_ people: [RemainingPerson], areAfter: Bool) {
    for person in people {
      let count = person.faces.count
      let (has, does) =
        areAfter
        ? ("still has \(counted(count, "face"))", "did")
        : ("has \(counted(count, "more face"))", count == 1 ? "does" : "do")
      // The person may be numbered anew once faces are gone; faces keep their numbers.
      let reference =
        areAfter && count <= 5
        ? person.faces.map(\.reference).joined(separator: " ") : person.person.reference
      Console.print(
        "\(person.person.reference) \(has) that \(does) not go by the name; "
          + "likeness remove \(reference) takes \(count == 1 ? "it" : "them")")
    }
  }

  /// All that was named, before anything is removed.
  private func removal(_ likeness: Likeness) throws -> Removal {
    let references = References(likeness)
    var removal = try references.removal(
      records + (try from.map(Self.lines) ?? []) + face.map(\.reference))
    for photo in photo { removal.photos.insert(try references.photo(photo)) }
    return removal
  }

  private static func lines(of file: String) throws -> [String] {
    let data: Data
    if file == "-" {
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      do {
        data = try Data(contentsOf: URL(fileURLWithPath: file))
      } catch {
        throw ValidationError("\(file) cannot be read")
      }
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ValidationError("\(file) is not a text in UTF-8")
    }
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard !lines.isEmpty else {
      throw ValidationError("\(file == "-" ? "standard input" : file) names nothing to remove")
    }
    return lines
  }

  private func show(_ preview: RemovalPreview) throws {
    if output.json { return try Console.json(preview) }
    Console.print("would remove \(Self.summary(preview.names, preview.photos, preview.faces))")
    tell(preview.remainingPeople, areAfter: false)
    if output.quiet { return }
    var table = Table()
    let faces = preview.faces.map(\.reference)
    for (kind, items) in [("names", preview.names), ("photos", preview.photos), ("faces", faces)] {
      for item in items.prefix(20) { table.add(kind, item) }
      if items.count > 20 { table.add(kind, "… and \(items.count - 20) more; --json lists all") }
    }
    Console.print(table.text)
    let covered = preview.sharedPhotos.filter { blur && $0.isKept }
    tell(covered) {
      "would be covered for good in the gallery's copies of \($0), with others"
    }
    let shown = preview.sharedPhotos.filter { !blur || !$0.isKept }
    tell(shown) { "would still be seen on \($0), with others" }
    if !shown.isEmpty {
      let kept = shown.count(where: \.isKept)
      Console.note(
        (kept > 0
          ? "--blur covers the faces in \(kept) \(kept == 1 ? "copy" : "copies") that the gallery keeps; "
          : "")
          + "--with-photos removes such photos altogether")
    }
  }

  private static func summary(_ names: [String], _ photos: [String], _ faces: [FaceID]) -> String {
    let some = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    return "\(counted(faces.count, "face")), \(counted(photos.count, "photo")), "
      + "\(counted(names.count, "name"))" + (names.isEmpty ? "" : " (\(some))")
  }
}

/// A face's number alone, where an option says that it is one, or as references have it.
extension FaceID: ExpressibleByArgument {
  public init?(argument: String) {
    if let face = FaceID(reference: argument) {
      self = face
    } else if let face = FaceID(reference: "face:\(argument)") {
      self = face
    } else {
      return nil
    }
  }
}
