import ArgumentParser
import Foundation
import LikenessKit

struct Verify: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Whether two faces are the same person, how likely, and why.")

  @OptionGroup var probes: ProbeArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @Option(
    help: ArgumentHelp("Ask a head that likeness train --head made.", valueName: "name"))
  var head: String?
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    var verdict: any Encodable
    var distances: ProbeDistance

    /// All of both, side by side.
    func encode(to encoder: any Encoder) throws {
      try verdict.encode(to: encoder)
      try distances.encode(to: encoder)
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    let (a, b) = (
      try likeness.probe(
        probes.a, limits: engine.limits, includingDoubtful: doubtful.includeDoubtful),
      try likeness.probe(
        probes.b, limits: engine.limits, includingDoubtful: doubtful.includeDoubtful)
    )
    let distances = try likeness.distance(a, b)
    if head == nil { Console.noteIfUncalibrated(likeness, isQuiet: output.quiet) }
    if let head {
      let verdict = try likeness.verify(a, b, head: head)
      return try show(verdict, verdict.same, verdict.probability, verdict.reason, distances)
    }
    let verdict = try likeness.verify(a, b)
    try show(verdict, verdict.same, verdict.probability, verdict.reason, distances)
  }

  private func show(
    _ verdict: any Encodable, _ same: Bool?, _ probability: Float, _ reason: String,
    _ distances: ProbeDistance
  ) throws {
    if output.json {
      return try Console.json(Answer(verdict: verdict, distances: distances))
    }
    let decision =
      switch same {
      case true?: "same person"
      case false?: "different people"
      case nil: "too poor to judge"
      }
    Console.print(
      "\(decision): probability \(probability.percentage), l2 \(distances.l2.digits(4))")
    Console.print("  \(reason)")
  }
}
