import ArgumentParser
import Foundation
import LikenessKit
import References

struct Verify: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Whether two faces are the same person, how likely, and why.",
    discussion: """
      The model decides, by a threshold that was measured for it. With --threshold your own rule \
      decides: the same person up to that distance, D(x1, x2) ≤ k, whatever the model estimates.
      """)

  @OptionGroup var probes: ProbeArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @Option(
    help: ArgumentHelp("Decide by a head made with likeness train --head.", valueName: "name"))
  var head: String?
  @Option(
    help: ArgumentHelp("Decide by this distance instead: the same person up to it.", valueName: "k")
  )
  var threshold: Float?
  @Option(help: "The metric of --threshold. (default: l2)")
  var metric: Metric?
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

  func validate() throws {
    if metric != nil, threshold == nil {
      throw ValidationError("--metric is for --threshold only: add --threshold K")
    }
    guard let threshold else { return }
    guard threshold >= 0, threshold.isFinite else {
      throw ValidationError("--threshold must be a distance of at least 0, not \(threshold)")
    }
    if head != nil { throw ValidationError("--threshold and --head exclude each other") }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    try likeness.gallery.whileOpen { try answer(likeness) }
  }

  private func answer(_ likeness: Likeness) throws {
    let references = References(
      likeness, limits: engine.limits, includingDoubtful: doubtful.includeDoubtful)
    let (a, b) = (try references.probe(probes.a), try references.probe(probes.b))
    let distances = try likeness.distance(a, b)
    if head == nil { Console.noteIfUncalibrated(likeness, isQuiet: output.quiet) }
    if let head {
      let verdict = try likeness.verify(a, b, head: head)
      return try show(
        verdict, verdict.same, Self.facts(verdict.probability, verdict.metric, verdict.distance),
        verdict.reason, distances)
    }
    if let threshold {
      let verdict = try likeness.verify(a, b, threshold: threshold, metric: metric ?? .l2)
      return try show(verdict, verdict.same, " by your own rule", verdict.reason, distances)
    }
    let verdict = try likeness.verify(a, b)
    try show(
      verdict, verdict.same, Self.facts(verdict.probability, verdict.metric, verdict.distance),
      verdict.reason, distances)
  }

  /// - Parameter metric: that of the decision.
  private static func facts(_ probability: Float, _ metric: Metric, _ distance: Float) -> String {
    ": probability \(probability.percentage), \(metric.rawValue) distance \(distance.digits(4))"
  }

  /// - Parameter facts: what is told after the decision.
  private func show(
    _ verdict: any Encodable, _ same: Bool?, _ facts: String, _ reason: String,
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
    Console.print("\(decision)\(facts)")
    Console.print("  \(reason)")
  }
}
