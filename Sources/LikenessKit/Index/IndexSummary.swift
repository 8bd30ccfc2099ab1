import Foundation
import VectorSearch

/// A description of a gallery's index.
public struct IndexSummary: Sendable, Codable {
  /// "exact" or "HNSW".
  public var kind: String
  /// How many faces are in it.
  public var faces: Int
  /// Bytes of codes, links and ids, which searches walk through.
  public var searchBytes: Int
  /// Bytes of whole embeddings, which are looked at last.
  public var embeddingBytes: Int
  /// Bytes of the index's file, where the gallery is large enough to have one.
  public var fileBytes: Int?
  /// The part of the true ten nearest that a search finds at least, by the bound of `measurement`; 1 if it compares all.
  public var recall: Double
  /// How many candidates a search follows for it; nil if it compares all.
  public var beam: Int?
  /// How `recall` was measured; nil if a search compares all.
  public var measurement: RecallMeasurement?
}

/// A measurement of how much searches of an index find, with probes that its graph does not know.
public struct RecallMeasurement: Sendable, Codable {
  /// How many nearest faces each probe asked for: the k of recall@k.
  public var neighbors: Int
  /// The mean part of them that was found, of the kind of probes for which it is less.
  public var recall: Double
  /// What it is at least, with `confidence`.
  public var bound: Double
  /// The one-sided confidence of `bound`.
  public var confidence: Double
  /// How many probes there were: faces of the gallery, each hidden from its own search.
  public var probes: Int
  /// How many of them were hidden with all faces of the same person, as strangers.
  public var strangers: Int
  /// How many faces there were.
  public var faces: Int
  /// How many have come or gone since. After a tenth it is measured anew.
  public var changes: Int
  /// When it was, in UTC: `2026-11-30T20:15:00Z`.
  public var date: String

  /// `recall@10 >= 99.2 % (95 % bound, 2048 unseen probes, 1024 of them of strangers, on 120000 faces on 2026-11-30)`
  public var inWords: String {
    // Down, never up.
    let bound = String(format: "%.1f", (bound * 1000).rounded(.down) / 10)
    let percent = Int((confidence * 100).rounded())
    return "recall@\(neighbors) >= \(bound) % (\(percent) % bound, \(probes) unseen probes"
      + (strangers > 0 ? ", \(strangers) of them of strangers" : "")
      + ", on \(faces) faces on \(date.prefix(10))"
      + (changes > 0 ? ", \(changes) changed since" : "") + ")"
  }

  init(_ measurement: VectorIndex.Info.Measurement) {
    neighbors = measurement.point.count
    recall = measurement.point.recall
    bound = measurement.point.bound
    confidence = RecallCalibration.confidence
    probes = measurement.point.probes
    strangers = measurement.point.strangers
    faces = measurement.vectors
    changes = measurement.changes
    date = measurement.date.formatted(.iso8601)
  }
}
