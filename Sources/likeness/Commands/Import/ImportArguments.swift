import ArgumentParser
import Foundation
import LikenessCore
import LikenessKit

/// What all imports of files have in common.
struct ImportArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder to look for photos in whose paths lead nowhere, by the ends of their paths. May be repeated.",
      valueName: "folder"))
  var photos: [String] = []
  @Option(
    help:
      "A name of a list goes to a face that has it with at least this probability, from 0.5 to 1.")
  var sureness = 0.9
  @Flag(help: "Add faces that were not found in the boxes that have a name.")
  var drawMissing = false
  @Flag(help: "Give faces that go by another name the imported one.")
  var replaceNames = false
  @Flag(
    help: "Say what would come of it for the photos that the gallery has, and change nothing.")
  var dryRun = false
  @Option(
    help: ArgumentHelp(
      "Write faces that are not sure into a CSV table: look through it, and import it with import table.",
      valueName: "file"))
  var unsure: String?
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    guard sureness >= 0.5, sureness <= 1 else {
      throw ValidationError("--sureness must be from 0.5 to 1, not \(sureness)")
    }
  }

  /// Reads what is to be imported, imports it, and says what came of it.
  func answer(_ read: () throws -> ImportedNames) throws {
    let table = unsure.map { URL(fileURLWithPath: $0) }
    if let table { try OutputFile.checkWritable(table) }
    let names = try read()
    var options = ImportOptions()
    options.photoFolders = photos.map { URL(fileURLWithPath: $0) }
    options.sureness = sureness
    options.drawsMissingFaces = drawMissing
    options.replacesNames = replaceNames
    options.isTrial = dryRun
    options.limits = engine.limits
    let interruption = Interruption()
    let likeness = Likeness(place: gallery.place, options: engine.options(), keepsOpen: true)
    var bar = ProgressBar(unit: "photos", isQuiet: output.quiet)
    defer { bar.finish() }
    let summary = try likeness.importNames(
      names, options, isCancelled: { interruption.isRequested },
      progress: { bar.update($0, of: $1) })
    bar.finish()
    if let table { try OutputFile.write(Self.csv(summary.unsure), to: table) }
    if output.json { try Console.json(summary) } else { show(summary) }
    if summary.interrupted { throw ExitStatus.failed }
  }

  private func show(_ summary: ImportSummary) {
    let verb = dryRun ? "would be named" : "named"
    Console.print(
      "\(counted(summary.named, "face")) \(verb), \(summary.already) had the name already; "
        + "\(counted(summary.names, "name")), \(counted(summary.photos, "photo")), \(summary.added) of them new"
        + (summary.interrupted ? "; interrupted, the next run goes on" : ""))
    if summary.assigned > 0 {
      Console.print("\(summary.assigned) by lists of names without places")
    }
    if summary.drawn > 0 { Console.print("\(summary.drawn) in boxes where no face was found") }
    if !summary.unsure.isEmpty {
      Console.print(
        "\(counted(summary.unsure.count, "face")) not sure, left without the name"
          + (unsure.map { ": \($0)" } ?? "; --unsure writes them into a table"))
    }
    for entry in summary.leftOut.entries {
      Console.print("left out \(entry.count): \(entry.reason)")
      guard !output.quiet else { continue }
      for example in entry.examples { Console.note("  \(example)") }
    }
  }

  /// In the form that `import table` reads.
  private static func csv(_ faces: [ImportSummary.UnsureFace]) -> Data {
    var lines = ["path,x,y,w,h,name,probability,face"]
    for face in faces {
      let numbers = [face.box.x, face.box.y, face.box.width, face.box.height].map { $0.digits(1) }
      lines.append(
        ([face.photo.csvField] + numbers
          + [face.name.csvField, face.probability.digits(3), face.face.reference])
          .joined(separator: ","))
    }
    return Data((lines.joined(separator: "\n") + "\n").utf8)
  }
}
