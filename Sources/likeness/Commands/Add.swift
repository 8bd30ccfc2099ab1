import ArgumentParser
import Faces
import Foundation
import LikenessCore
import LikenessKit

extension NameSource: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

struct Add: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add photos, or folders of photos, to the gallery.",
    discussion: """
      A photo that is there already is known by its content and not added twice; an interrupted \
      run resumes where it stopped. The largest face of a photo gets the name, further faces stay \
      unnamed, unless regions that other programs wrote into the photo or beside it name them. A photo that is there already gets a name that you state, unless it has another. \
      Links to folders and files are followed, each once; what lies in a folder and is not a photo is \
      counted. Detections that are likely not faces are kept as doubtful, without a name, and \
      answer no question.
      """)

  @Argument(help: "Photos and folders.")
  var paths: [String]
  @Option(
    help:
      "Where names come from: auto (regions in photos and beside them, else the file's name, unless a camera or program chose it), the file's name, its folder's, regions alone, or none."
  )
  var nameFrom: NameSource = .auto
  @Option(help: "One name for the largest face of all these photos.")
  var name: String?
  @Option(
    help: ArgumentHelp(
      "Only this part of the photos, by their content, such as 3/16: for several workers that fill one "
        + "gallery on a server.", valueName: "part"))
  var shard: Shard?
  @Option(
    help: ArgumentHelp(
      "Write what was skipped or passed over and why, one line each.", valueName: "file"))
  var log: String?
  @OptionGroup var source: LabelSourceArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  func validate() throws {
    // It would mean the current folder.
    guard paths.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("a path is empty") }
    if let name, name.trimmingCharacters(in: .whitespaces).isEmpty {
      throw ValidationError("--name must not be empty")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    var options = EnrolmentOptions()
    options.nameSource = nameFrom
    options.name = name
    options.labels = try source.source()
    options.limits = engine.limits
    options.shard = shard
    let interruption = Interruption()
    var progress = ProgressBar(unit: "photos", isQuiet: output.quiet)
    let summary: EnrolmentSummary
    do {
      summary = try likeness.add(
        paths.map { URL(fileURLWithPath: $0) }, options,
        isCancelled: { interruption.isRequested }, progress: { progress.update($0, of: $1) })
    } catch {
      progress.finish()
      throw error
    }
    progress.finish()
    try writeLog(summary)
    if output.json {
      try Console.json(summary)
    } else {
      show(summary)
    }
    if summary.interrupted {
      Console.note("likeness: interrupted; run the same command again to go on")
      throw ExitStatus.failed
    }
    // A folder without a single readable photo is nothing to answer with; a part without one is.
    if summary.added + summary.already + summary.elsewhere == 0 {
      if summary.skipped.isEmpty {
        Console.note(
          "likeness: there are no photos in \(paths.joined(separator: ", "))"
            + (output.quiet || output.json
              ? summary.passedOver.inWords.map { "; \($0)" } ?? "" : ""))
      } else if output.quiet || output.json {
        Console.note(
          "likeness: nothing was added: no face in \(summary.noFace) photos, "
            + (summary.doubtful > 0 ? "\(summary.doubtful) doubtful detections in them, " : "")
            + "\(summary.unreadable) unreadable")
      }
      throw summary.unreadable > 0 ? ExitStatus.failed : ExitStatus.nothing
    }
  }

  private func show(_ summary: EnrolmentSummary) {
    if !output.quiet {
      for skipped in summary.skipped.prefix(20) {
        let reason =
          skipped.reason.hasPrefix(skipped.photo)
          ? skipped.reason : "\(skipped.photo): \(skipped.reason)"
        Console.note("likeness: skipped \(reason)")
      }
      if summary.skipped.count > 20 {
        Console.note("… and \(summary.skipped.count - 20) more: see --log or --json")
      }
      for warning in summary.warnings.prefix(20) { Console.note("warning: \(warning)") }
      if summary.warnings.count > 20 {
        Console.note("… and \(summary.warnings.count - 20) more warnings: see --log or --json")
      }
      tellUnnamed(summary)
      if summary.candidates > 0 {
        Console.note(
          "\(counted(summary.candidates, "photo")) \(summary.candidates == 1 ? "names" : "name") people without a place; the review on the page offers them"
        )
      }
    }
    let total =
      summary.added + summary.already + summary.elsewhere + summary.noFace + summary.unreadable
    let rate = summary.seconds > 0 ? Double(total) / summary.seconds : 0
    Console.print(
      "added \(summary.added) (\(counted(summary.faces, "face"))"
        + (summary.doubtful > 0 ? ", \(counted(summary.doubtful, "doubtful detection"))" : "")
        + "), already there \(summary.already)"
        + annotated(summary) + ", "
        + (shard == nil ? "" : "for others \(summary.elsewhere), ")
        + "no face \(summary.noFace), unreadable \(summary.unreadable); "
        + (summary.notReached > 0 ? "not reached \(summary.notReached); " : "")
        + "\(summary.seconds.digits(1)) s, \(rate.digits(1)) photos a second")
    if let passedOver = summary.passedOver.inWords { Console.print(passedOver) }
  }

  /// What else became known of photos.
  private func annotated(_ summary: EnrolmentSummary) -> String {
    var text = ""
    if summary.named + summary.labelled > 0 {
      text += " (\(summary.named) named, \(summary.labelled) labelled)"
    }
    if summary.regionNames > 0 { text += ", named by regions \(summary.regionNames)" }
    if summary.dated > 0 { text += ", date read of \(summary.dated)" }
    if summary.replaced > 0 { text += ", replaced \(summary.replaced)" }
    return text
  }

  /// What became of photos whose file names are not names.
  private func tellUnnamed(_ summary: EnrolmentSummary) {
    guard summary.unnamed > 0 else { return }
    Console.note(
      "\(summary.unnamed) \(summary.unnamed == 1 ? "photo has a file name that names" : "photos have file names that name") "
        + "nobody; likeness people shows who is on them, and likeness people name names them")
    for folder in summary.folders.prefix(10) {
      Console.note(
        "\(folder.photos) of them in \(folder.folder) show mostly one person: "
          + "likeness add --name \(folder.name.quotedForShell) \(folder.folder.quotedForShell) names them"
      )
    }
  }

  private func writeLog(_ summary: EnrolmentSummary) throws {
    guard let log else { return }
    let lines =
      summary.skipped.map { ($0.photo, $0.reason) }
      + summary.passedOver.entries.map { ($0.path, $0.reason.description) }
      + summary.warnings.map { ("", $0) }
    let text = lines.map { "\($0.escapingControls)\t\($1.escapingControls)\n" }.joined()
    try OutputFile.write(Data(text.utf8), to: URL(fileURLWithPath: log))
  }
}
