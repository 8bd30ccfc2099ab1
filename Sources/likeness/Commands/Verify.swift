import ArgumentParser
import Foundation
import LikenessKit

struct Verify: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Whether two faces are the same person, how likely, and why.")

  @OptionGroup var probes: ProbeArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    var verdict: Verdict
    var distances: ProbeDistance

    private enum Key: String, CodingKey {
      case same, distance, probability, threshold, metric, reason, l2, l1, cosine
    }

    /// With `"same": null` where it cannot be judged.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(verdict.same, forKey: .same)
      try container.encode(verdict.distance, forKey: .distance)
      try container.encode(verdict.probability, forKey: .probability)
      try container.encode(verdict.threshold, forKey: .threshold)
      try container.encode(verdict.metric, forKey: .metric)
      try container.encode(verdict.reason, forKey: .reason)
      try container.encode(distances.l2, forKey: .l2)
      try container.encode(distances.l1, forKey: .l1)
      try container.encode(distances.cosine, forKey: .cosine)
    }
  }

  func answer() throws {
    let likeness = Likeness(gallery: gallery.url, options: engine.options())
    let (a, b) = (
      try likeness.probe(probes.a, limits: engine.limits),
      try likeness.probe(probes.b, limits: engine.limits)
    )
    let verdict = try likeness.verify(a, b)
    let distances = try likeness.distance(a, b)
    if output.json {
      return try Console.json(Answer(verdict: verdict, distances: distances))
    }
    let decision =
      switch verdict.same {
      case true?: "same person"
      case false?: "different people"
      case nil: "too poor to judge"
      }
    Console.print(
      "\(decision): probability \((verdict.probability * 100).digits(1)) %, l2 \(distances.l2.digits(4))"
    )
    Console.print("  \(verdict.reason)")
  }
}
