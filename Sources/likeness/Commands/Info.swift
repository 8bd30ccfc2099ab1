import ArgumentParser
import Foundation
import LikenessKit

struct Info: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "What the gallery holds, and by which threshold faces count as one person.")

  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  private struct Answer: Encodable {
    var gallery: GallerySummary
    var index: IndexSummary?
    var verification: Verification
    var thresholds: ThresholdAnswer
    /// What links faces in the place of the threshold for links; only where the user said so.
    var linkRule: DistanceRule?
    /// Only where one was begun and has not come to its end.
    var upgrade: UpgradeProgress?
    /// How numbers are held in each network, by the model's name; not given where the runtime is missing.
    var precisions: [String: Precision]?
    var processors: Int
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let summary = try likeness.gallery.summary()
    let verification = likeness.networks.verification
    let index = try likeness.gallery.indexSummary()
    let thresholds = ThresholdAnswer(try likeness.thresholds.current())
    let rule = try likeness.links.rule()
    Console.noteIfUncalibrated(likeness, isQuiet: output.quiet)
    let upgrade = try likeness.upgrade.unfinished()
    // What the gallery holds can be told without networks.
    let precisions = try? likeness.networks.precisions()
    if output.json {
      return try Console.json(
        Answer(
          gallery: summary, index: index, verification: verification,
          thresholds: thresholds, linkRule: rule, upgrade: upgrade, precisions: precisions,
          processors: ProcessorQuota.count))
    }
    var table = Table()
    table.add("gallery", summary.path)
    table.add("photos", "\(summary.photos), \(summary.photosWithoutFace) of them without a face")
    table.add(
      "faces",
      "\(summary.faces), \(summary.namedFaces) of them named"
        + (summary.doubtfulFaces > 0 ? ", \(summary.doubtfulFaces) doubtful" : "")
        + (summary.hiddenFaces.flatMap { $0 > 0 ? ", \($0) hidden" : nil } ?? "")
        + (summary.unembeddedFaces.flatMap { $0 > 0 ? ", \($0) not embedded" : nil } ?? ""))
    table.add("names", "\(summary.names)")
    table.add(
      "model", summary.model.map { "\($0), \(summary.dimensions ?? 0) dimensions" } ?? "none yet")
    if let precisions {
      let networks = precisions.sorted { $0.key < $1.key }
      table.add("networks", networks.map { "\($0) in \($1.rawValue)" }.joined(separator: ", "))
    }
    if let upgrade {
      table.add(
        "upgrade",
        "to \(upgrade.model.name), unfinished: \(upgrade.done) of \(upgrade.faces) faces; "
          + "likeness gallery upgrade goes on")
    }
    if !likeness.gallery.place.isServer {
      table.add("size", "\((Double(summary.bytes) / 1e6).digits(1)) MB")
    }
    if let index { table.add("index", Self.description(of: index)) }
    table.add(
      "same person",
      "\(verification.metric.rawValue) distance up to \(verification.threshold.digits(3)), "
        + "where the chance is even on \(verification.measuredOn)")
    thresholds.add(to: &table)
    if let rule {
      table.add(
        "link rule",
        "\(rule.inWords), your own, which links faces instead; graph build --automatic goes back")
    }
    table.add("processors", "\(ProcessorQuota.count)")
    Console.print(table.text)
  }

  private static func description(of index: IndexSummary) -> String {
    func megabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e6).digits(1)) MB" }
    let recall =
      index.measurement.map { measured in
        "\(measured.inWords), following \(index.beam ?? 0) candidates"
      } ?? "compares all, so it finds every nearest"
    let file = index.fileBytes.map { ", file \(megabytes($0))" } ?? ", made when it is needed"
    return "\(index.kind) over \(index.faces) faces: \(recall); "
      + "\(megabytes(index.searchBytes)) to search through and "
      + "\(megabytes(index.embeddingBytes)) of embeddings\(file)"
  }
}
