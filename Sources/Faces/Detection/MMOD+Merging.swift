import Foundation
import LikenessCore

extension [Detection] {
  /// Joins detections of one face at neighbouring places and sizes: the strongest is averaged with those that share more than
  /// `limit` of their union with it, weighted by score. What lies inside a stronger detection, or around one, is dropped
  /// without a part in the average.
  func mergedByOverlap(_ limit: Double) -> [Detection] {
    var rest = sorted { $0.score > $1.score }
    var faces: [Detection] = []
    while let best = rest.first {
      var (x, y, side, weights) = (0.0, 0.0, 0.0, 0.0)
      var others: [Detection] = []
      for candidate in rest {
        if candidate.box.overlap(best.box) > limit {
          let weight = Double(candidate.score)
          x += candidate.box.center.x * weight
          y += candidate.box.center.y * weight
          side += candidate.box.width * weight
          weights += weight
        } else if candidate.box.intersection(best.box).area
          <= 0.7 * Swift.min(candidate.box.area, best.box.area)
        {
          others.append(candidate)
        }
      }
      faces.append(
        Detection(
          box: Box(center: Point(x: x / weights, y: y / weights), side: side / weights),
          score: best.score))
      rest = others
    }
    return faces
  }
}
