import ArgumentParser
import Foundation
import LikenessKit
import LikenessReports

extension GraphFormat: ExpressibleByArgument {}

struct Graph: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The similarity graph: which faces are linked because they are likely one person.",
    discussion: """
      Each face is linked to those of its 32 nearest that are within the gallery's link threshold, \
      which likeness info explains. The graph is made when it is first needed and follows the \
      gallery. Faces of one photo are not linked unless you made them one person, nor are faces of \
      people you said are different.

      graph build --distance links by your own rule instead: all pairs of faces below that \
      distance, not only the nearest. The rule stays in effect, also for same, export and new \
      faces, until graph build --automatic or --far. It does not link faces of one photo either, \
      unless you made them one person.
      """,
    subcommands: [Show.self, Build.self, Export.self], defaultSubcommand: Show.self)

  struct Show: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "The number of faces and links, and the connected components.")

    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      try GraphAnswer(
        try GraphAnswer.graph(Likeness(place: gallery.place), isQuiet: output.quiet)
      ).show(output)
    }
  }

  struct Build: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Build the graph, or update it for faces added and removed.")

    @Option(
      help: ArgumentHelp(
        "The expected number of false links of a face, from which the link threshold follows; remembered. (default: 0.01)",
        valueName: "links"))
    var far: Double?
    @Option(
      help: ArgumentHelp(
        "Link all pairs of faces whose distance is strictly below this one; remembered until --automatic or --far. All faces are compared with each other, and a gallery on a server, which keeps no links, does so for each question. gallery upgrade to another model forgets it.",
        valueName: "distance"))
    var distance: Float?
    @Option(help: "The metric of --distance. (default: l2)")
    var metric: Metric?
    @Flag(
      help:
        "Go back from --distance to the threshold that follows from the gallery, with --far 0.01."
    )
    var automatic = false
    @Flag(help: "Search for all faces again, not only new ones.")
    var again = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      if let far, !(far > 0 && far <= 10) {
        throw ValidationError("--far must be above 0 and at most 10, not \(far)")
      }
      if let distance, !(distance > 0 && distance.isFinite) {
        throw ValidationError("--distance must be above 0, not \(distance)")
      }
      if metric != nil, distance == nil {
        throw ValidationError("--metric is for --distance only: add --distance K")
      }
      guard [far != nil, distance != nil, automatic].count(where: \.self) < 2 else {
        throw ValidationError("--distance, --far and --automatic exclude each other")
      }
    }

    func answer() throws {
      try GraphAnswer(
        try GraphAnswer.graph(
          Likeness(place: gallery.place), isQuiet: output.quiet,
          rule: distance.map { DistanceRule(metric ?? .l2, below: $0) },
          falseLinks: automatic ? GalleryThresholds.standardFalseLinks : far, again: again)
      ).show(output)
    }
  }

  struct Export: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the graph for graph databases and other programs.",
      discussion: """
        People are those of likeness people, once that was run. Links have the distance of their \
        faces and its metric: cosine, unless graph build --distance chose another.
        """)

    @Option(help: "The file format.")
    var format: GraphFormat
    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("The file, or for neo4j-csv the folder, to write.", valueName: "path"))
    var output: String
    @Flag(help: "Leave out the embeddings, which take most of the space.")
    var noEmbeddings = false
    @Flag(help: "Print no progress and no notes.")
    var quiet = false
    @OptionGroup var gallery: GalleryArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let graph = try GraphAnswer.graph(likeness, isQuiet: quiet)
      let document = try likeness.graphDocument(of: graph, withEmbeddings: !noEmbeddings)
      try document.write(to: URL(fileURLWithPath: output), as: format)
    }
  }
}

/// What the graph is, as text and JSON.
struct GraphAnswer: Encodable {
  var faces: Int
  var links: Int
  /// How many faces have a link.
  var linkedFaces: Int
  /// How many groups of two and more faces links hold together, and how many faces the largest has.
  var components: Int
  var largestComponent: Int
  /// The cosine distance up to which faces are linked, and what it stands for; nil where a rule links them.
  @OrNull var threshold: GalleryThresholds.Level?
  /// The user's own rule; nil where the threshold links faces.
  @OrNull var rule: DistanceRule?
  /// For how many faces the nearest were searched just now.
  var searched: Int
  var kept: Bool

  /// - Parameters:
  ///   - rule: what faces are to be linked by; nil for the threshold.
  ///   - falseLinks: what the threshold follows from; nil, without a rule, for whatever was said last.
  static func graph(
    _ likeness: Likeness, isQuiet: Bool, rule: DistanceRule? = nil, falseLinks: Double? = nil,
    again: Bool = false
  ) throws -> FaceGraph {
    var bar = ProgressBar(unit: "faces", isQuiet: isQuiet)
    defer { bar.finish() }
    let graph =
      if let rule {
        try likeness.links.graph(by: rule, again: again) { bar.update($0, of: $1) }
      } else {
        try likeness.links.graph(falseLinks: falseLinks, again: again) { bar.update($0, of: $1) }
      }
    if !graph.isKept, !isQuiet, !likeness.gallery.place.isServer {
      Console.note("likeness: the gallery cannot be changed now, so these links are not kept")
    }
    return graph
  }

  init(_ graph: FaceGraph) {
    let components = graph.components()
    faces = graph.faces.count
    links = graph.links.count
    linkedFaces = components.reduce(0, +)
    self.components = components.count
    largestComponent = components.first ?? 0
    rule = graph.rule
    threshold = graph.rule == nil ? graph.thresholds.link : nil
    searched = graph.searched
    kept = graph.isKept
  }

  func show(_ output: OutputArguments) throws {
    if output.json { return try Console.json(self) }
    var table = Table()
    table.add("faces", "\(faces), \(linkedFaces) of them linked to another")
    table.add("links", "\(links)")
    if let rule { table.add("rule", "\(rule.inWords), your own") }
    if let threshold {
      table.add(
        "threshold",
        "cosine distance \(threshold.distance.digits(4)): \(threshold.falseMatches.significant) "
          + "false links a face expected")
    }
    table.add(
      "components",
      components == 0 ? "0" : "\(components), the largest of \(largestComponent) faces")
    table.add("searched", searched == 0 ? "nothing, it was up to date" : "\(searched) faces")
    Console.print(table.text)
  }
}
