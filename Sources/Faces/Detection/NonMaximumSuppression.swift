import Foundation

extension [Detection] {
  /// Joins detections of one face: each strongest is averaged with those that overlap it, weighted by
  /// score and by how finely it was seen (Bazarevsky et al., "BlazeFace" (2019), section 3.4).
  /// - Parameter minimumScore: of the strongest; weaker ones only help to place the box, which
  ///   steadies the landmarks.
  func mergedByOverlap(_ limit: Double, minimumScore: Float) -> [Detection] {
    var rest = sorted { $0.score > $1.score }
    var faces: [Detection] = []
    while let best = rest.first, best.score >= minimumScore {
      var (x, y, side, weights) = (0.0, 0.0, 0.0, 0.0)
      // As a direction: tilts of just under and just over 180° have no tilt of 0 between them.
      var (cosine, sine) = (0.0, 0.0)
      var others: [Detection] = []
      for candidate in rest {
        guard candidate.box.isSameFace(as: best.box, overlap: limit) else {
          others.append(candidate)
          continue
        }
        let weight = Double(candidate.score) / (candidate.grain * candidate.grain)
        x += candidate.box.center.x * weight
        y += candidate.box.center.y * weight
        side += candidate.box.width * weight
        cosine += cos(candidate.roll) * weight
        sine += sin(candidate.roll) * weight
        weights += weight
      }
      faces.append(
        Detection(
          box: Box(center: Point(x: x / weights, y: y / weights), side: side / weights),
          score: best.score, roll: atan2(sine, cosine)))
      rest = others
    }
    return faces
  }
}

extension Box {
  fileprivate func isSameFace(as other: Box, overlap limit: Double) -> Bool {
    // A small box inside a large one is a part of that face, found once more in a tile.
    overlap(other) > limit || intersection(other).area > 0.7 * Swift.min(area, other.area)
  }
}
