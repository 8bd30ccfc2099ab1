import ArgumentParser
import Foundation
import LikenessKit

extension MapMethod: ExpressibleByArgument {}

struct Map: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "The map of all faces: who looks alike lies close together.",
    discussion: """
      As HTML it is one file to look at in a browser, pictures included, that needs no network. The \
      gallery keeps the map: the next time, faces that are new join it and all others stay where they are.
      """)

  /// What a map is written as.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, svg, png, csv, npy
    /// A folder for TensorFlow's Embedding Projector.
    case projector
  }

  @Option(help: "How faces become places.")
  var method: MapMethod = .tsne
  @Option(help: ArgumentHelp("2 for a flat map, 3 for one to turn.", valueName: "2|3"))
  var dims = 2
  @Option(
    help: "For t-SNE, about how many faces count as near; by default 30, or less for few faces.")
  var perplexity: Double?
  @Option(help: "For t-SNE: another number, another map.")
  var seed: UInt64 = 1
  @Option(help: "How many of the nearest faces each face shows.")
  var neighbors = 8
  @Option(help: "What is written; by default what the file's name says, else HTML.")
  var format: Format?
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, or the folder for the projector; by default likeness-map.html and the like.",
      valueName: "path"))
  var output: String?
  @Flag(help: "Make the map afresh instead of putting new faces on the one that is kept.")
  var again = false
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var answers: OutputArguments

  func validate() throws {
    guard (2...3).contains(dims) else {
      throw ValidationError("--dims must be 2 or 3, not \(dims)")
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
      let ending = URL(fileURLWithPath: output).pathExtension.lowercased()
      guard Format(rawValue: ending) != nil, ending != "projector" else {
        throw ValidationError(
          "\(output) does not say what to write: end it with .html, .svg, .png, .csv or .npy, "
            + "or name a --format")
      }
    }
  }

  func answer() throws {
    let format =
      format
      ?? output.flatMap { Format(rawValue: URL(fileURLWithPath: $0).pathExtension.lowercased()) }
      ?? .html
    let ending = format == .projector ? "" : "." + format.rawValue
    let path = output ?? "likeness-map\(ending)"
    // With --json alone the answer is the points.
    let target = answers.json && output == nil ? nil : URL(fileURLWithPath: path)
    // Before minutes of work.
    if let target { try OutputFile.checkWritable(target, isFolder: format == .projector) }
    let likeness = Likeness(place: gallery.place)
    let map = try made(likeness)
    if let target { try write(map, as: format, to: target, likeness) }
    if !map.isKept, !answers.quiet, !likeness.place.isServer {
      Console.note("likeness: the gallery cannot be changed now, so it does not keep the map")
    }
    if answers.json { return try Console.write(map.json()) }
    guard let target else { return }
    if !answers.quiet { Console.note("written to \(target.path)") }
    let placed = map.faces.count { $0.isPlaced }
    let facts = map.facts.prefix(3).map(\.phrase)
    Console.print(
      "\(path): \(map.faces.count) faces, \(facts.joined(separator: ", "))"
        + (placed > 0 ? ", \(placed) of them put on the map that was there" : ""))
    if placed * 2 > map.faces.count, !answers.quiet {
      Console.note("likeness: most faces came after the map was made; --again makes it afresh")
    }
  }

  private func made(_ likeness: Likeness) throws -> FaceMap {
    var options = MapOptions()
    options.method = method
    options.dimensions = dims
    options.perplexity = perplexity
    options.seed = seed
    options.neighbors = neighbors
    options.isMadeAgain = again
    let interruption = Interruption()
    var bar = ProgressBar(unit: "steps", isQuiet: answers.quiet)
    defer { bar.finish() }
    return try likeness.map(
      options, isCancelled: { interruption.isRequested },
      progress: { progress in
        bar.update(
          progress.done, of: progress.total,
          detail: progress.divergence.map { "KL divergence \($0.digits(3))" })
      })
  }

  private func write(
    _ map: FaceMap, as format: Format, to target: URL, _ likeness: Likeness
  ) throws {
    switch format {
    case .html: try OutputFile.write(try map.page(), to: target)
    case .svg: try OutputFile.write(map.svg(), to: target)
    case .png: try OutputFile.write(try map.png(), to: target)
    case .csv: try OutputFile.write(map.csv(), to: target)
    case .npy: try OutputFile.write(map.npy(), to: target)
    case .projector:
      try map.writeProjector(to: target, embeddings: try likeness.embeddings(of: map))
    }
  }
}
