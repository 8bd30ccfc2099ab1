import ArgumentParser
import Foundation
import LikenessKit
import LikenessReports
import Projection

extension MapMethod: ExpressibleByArgument {}
extension TSNEInitialization: ExpressibleByArgument {}
extension MapFormat: ExpressibleByArgument {}

struct Map: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "The map of all faces: who looks alike lies close together.",
    discussion: """
      As HTML it is a single file for a browser, pictures included, that needs no network. The \
      gallery keeps the map: next time, new faces are placed on it and all others stay where they \
      are. Once more faces were placed than the map was made of, it is made anew.

      In CSV and in the projector's metadata each label has a column named after its key, or \
      label:KEY if there is such a column already, such as person. In \
      CSV, texts that a spreadsheet would take for a formula have an apostrophe before them.
      """)

  @Option(help: "The projection.")
  var method: MapMethod = .tsne
  @Option(
    help: ArgumentHelp(
      "2 for a flat map, 3 for one to turn; for PCA any number of components, of which only CSV, NPY, the projector and --json take more than 3.",
      valueName: "n"))
  var dims = 2
  @Flag(
    help:
      "For PCA: standardize each dimension first, less its mean, over its standard deviation.")
  var standardize = false
  @Option(
    help: "For t-SNE, about how many faces count as near; by default 30, or less for few faces.")
  var perplexity: Double?
  @Option(
    help: ArgumentHelp(
      "For t-SNE: how many steps, the first 250 of which pull like faces together strongly. (default: up to 250 of these and 500 others)",
      valueName: "steps"))
  var iterations: Int?
  @Option(help: "For t-SNE: the initial layout. (default: pca)")
  var initialization: TSNEInitialization?
  @Option(help: "For t-SNE: the random seed.")
  var seed: UInt64 = 1
  @Option(help: "How many of the nearest faces each face shows.")
  var neighbors = 8
  @Option(help: "What is written; by default what the file's name says, else HTML.")
  var format: MapFormat?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, or the folder for the projector; by default likeness-map.html and the like.",
      valueName: "path"))
  var output: String?
  @Flag(help: "Make a new map instead of placing new faces on the one that is kept.")
  var again = false
  @Flag(help: "Show hidden faces and people, too.")
  var includeHidden = false
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var answers: OutputArguments

  func validate() throws {
    guard method == .pca ? dims > 0 : (2...3).contains(dims) else {
      throw ValidationError(
        "--dims must be \(method == .pca ? "at least 1" : "2 or 3 for t-SNE"), not \(dims)")
    }
    if standardize, method != .pca { throw ValidationError("--standardize is for PCA only") }
    if let iterations {
      guard method == .tsne else { throw ValidationError("--iterations is for t-SNE only") }
      guard (1...1_000_000).contains(iterations) else {
        throw ValidationError("--iterations must be from 1 to 1000000, not \(iterations)")
      }
    }
    if initialization != nil, method != .tsne {
      throw ValidationError("--initialization is for t-SNE only")
    }
    guard (0...100).contains(neighbors) else {
      throw ValidationError("--neighbors must be from 0 to 100, not \(neighbors)")
    }
    if let perplexity {
      guard method == .tsne else { throw ValidationError("--perplexity is for t-SNE only") }
      guard perplexity >= 1, perplexity.isFinite else {
        throw ValidationError("--perplexity must be at least 1, not \(perplexity)")
      }
    }
    if format == nil, let output, !answers.json || !output.isEmpty {
      guard MapFormat(fileExtension: URL(fileURLWithPath: output).pathExtension) != nil else {
        let endings = MapFormat.allCases.filter { !$0.isFolder }.joinedWithOr { "." + $0.rawValue }
        throw ValidationError(
          "\(output) does not say what to write: end it with \(endings), or name a --format")
      }
    }
    if chosenFormat.isPicture, !(2...3).contains(dims),
      format != nil || output != nil || !answers.json
    {
      throw ValidationError("\(MapError.noPicture(dimensions: dims))")
    }
  }

  /// As it was named, or as the file's name says.
  private var chosenFormat: MapFormat {
    format
      ?? output.flatMap { MapFormat(fileExtension: URL(fileURLWithPath: $0).pathExtension) }
      ?? .html
  }

  func answer() throws {
    let format = chosenFormat
    let ending = format.isFolder ? "" : "." + format.rawValue
    let path = output ?? "likeness-map\(ending)"
    // With --json alone the answer is the points.
    let target = answers.json && output == nil ? nil : URL(fileURLWithPath: path)
    // Before minutes of work.
    if let target {
      if format.isFolder {
        try ProjectorFolder.checkWritable(target)
      } else {
        try OutputFile.checkWritable(target)
      }
    }
    // A map that is half made is of no use.
    let interruption = Interruption(endsAtOnce: true)
    let likeness = Likeness(place: gallery.place)
    let map = try made(likeness, showing: target == nil ? .names : .all, interruption)
    if let target {
      try format.export.write(map, to: target, embeddings: { try likeness.embeddings(of: map) })
    }
    if target != nil, !answers.quiet {
      Console.noteWithoutGlyphs(format.export.textsWithoutGlyphs(map))
    }
    if !map.isKept, !answers.quiet, !likeness.gallery.place.isServer {
      Console.note("likeness: the gallery cannot be changed now, so it does not keep the map")
    }
    if !answers.quiet { Console.noteHidden(map.hidden, "face") }
    if answers.json { return try Console.write(map.json()) }
    guard let target else { return }
    if !answers.quiet { Console.note("written to \(target.path)") }
    let placed = map.faces.count { $0.isPlaced }
    let facts = map.facts.prefix(3).map(\.phrase)
    Console.print(
      "\(path): \(map.faces.count) faces, \(facts.joined(separator: ", "))"
        + (placed > 0 ? ", \(placed) of them put on the map that was there" : ""))
  }

  private func made(
    _ likeness: Likeness, showing detail: MapDetail, _ interruption: Interruption
  ) throws -> FaceMap {
    var options = MapOptions()
    options.method = method
    options.dimensions = dims
    options.isStandardized = standardize
    options.iterations = iterations
    options.perplexity = perplexity
    if let initialization { options.initialization = initialization }
    options.seed = seed
    options.neighbors = chosenFormat.showsNeighbors && detail == .all ? neighbors : 0
    options.detail = detail
    options.isMadeAgain = again
    options.includesHidden = includeHidden
    var bar = ProgressBar(unit: "faces", isQuiet: answers.quiet)
    defer { bar.finish() }
    return try likeness.map(
      options, isCancelled: { interruption.isRequested },
      progress: { progress in
        bar.begin(Self.unit(of: progress.stage))
        bar.update(
          progress.done, of: progress.total,
          detail: progress.divergence.map { "KL divergence \($0.digits(3))" })
      })
  }

  /// What is counted while a map is made.
  private static func unit(of stage: MapProgress.Stage) -> String {
    switch stage {
    case .people: "faces sorted into people"
    case .neighbors: "faces compared"
    case .layout: "steps"
    case .placing: "new faces placed"
    }
  }
}
