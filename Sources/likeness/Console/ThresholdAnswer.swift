import LikenessKit

/// The thresholds that fit a gallery, and why, as text and JSON.
struct ThresholdAnswer: Encodable {
  struct Impostors: Encodable {
    /// Cosine distances.
    var median: Float
    var width: Float
    /// Of how many faces it was measured; 0 where there are too few, and the model's own counts.
    var faces: Int
  }

  struct Level: Encodable {
    var distance: Float
    var falseAcceptRate: Double
    var falseMatches: Double
    var reason: String
  }

  var impostors: Impostors
  var link: Level
  var unknown: Level

  init(_ thresholds: GalleryThresholds) {
    let own = thresholds.impostors
    impostors = Impostors(median: 1 - own.median, width: own.width, faces: own.faces)
    func level(_ level: GalleryThresholds.Level, _ what: String) -> Level {
      let part = "\(level.falseAcceptRate.significant) of the impostor pairs are within it"
      return Level(
        distance: level.distance, falseAcceptRate: level.falseAcceptRate,
        falseMatches: level.falseMatches, reason: "\(part): \(what)")
    }
    let among =
      thresholds.faces < 2
      ? "" : " among \(thresholds.faces) faces"
    link = level(
      thresholds.link, "\(thresholds.link.falseMatches.significant) false links a face\(among)")
    unknown = level(thresholds.unknown, thresholds.unknownInWords)
  }

  func add(to table: inout Table) {
    table.add(
      "impostors",
      "cosine distance \(impostors.median.digits(3)) in the middle, width \(impostors.width.digits(3)); "
        + (impostors.faces > 0
          ? "measured on \(impostors.faces) faces of this gallery"
          : "as on LFW, since there are too few faces to measure it"))
    table.add(
      "link threshold", "cosine distance up to \(link.distance.digits(4)), where \(link.reason)")
    table.add(
      "unknown threshold",
      "beyond cosine distance \(unknown.distance.digits(4)) of all faces, where \(unknown.reason)")
  }
}
