import ArgumentParser
import Foundation
import LikenessKit
import References

/// Two things to compare.
struct ProbeArguments: ParsableArguments {
  @Argument(
    help:
      "A name in the gallery, a photo, one of its faces (PHOTO#2), or an embedding (JSON, CSV, NPY)."
  )
  var a: String
  @Argument(help: "The other one.")
  var b: String
}

struct Distance: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "How far two faces lie apart: L2, L1, cosine.")

  @OptionGroup var probes: ProbeArguments
  @OptionGroup var doubtful: DoubtfulArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var engine: EngineArguments
  @OptionGroup var output: OutputArguments

  func answer() throws {
    let likeness = Likeness(place: gallery.place, options: engine.options())
    try likeness.gallery.whileOpen { try answer(likeness) }
  }

  private func answer(_ likeness: Likeness) throws {
    let references = References(
      likeness, limits: engine.limits, includingDoubtful: doubtful.includeDoubtful)
    let (a, b) = (try references.probe(probes.a), try references.probe(probes.b))
    let distance = try likeness.distance(a, b)
    if output.json { return try Console.json(distance) }
    Console.print(
      "l2 \(distance.l2.digits(4))  l1 \(distance.l1.digits(4))  cosine \(distance.cosine.digits(4))"
    )
  }
}
