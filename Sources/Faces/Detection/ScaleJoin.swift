import Foundation
import LikenessCore

/// Joins the detections at several sizes of a photo into one list of faces.
///
/// A face that is seen at several sizes is one face. A part of a face, such as an eye that fills a tile of a large photo,
/// is not a face; nor is a pair of faces that, seen from far away, make the eyes of a larger one. Which of two detections is the
/// part is told by the sizes at which each was seen: a face is seen at most of the sizes that show it, a part or a chance
/// pattern at one.
struct ScaleJoin {
  /// Detections of one face.
  private struct Cluster {
    /// The most precise one.
    var face: Detection
    var best: Float
    /// The best score at each level.
    var scores: [Float]
    /// The width of `face` in pixels of its level.
    var seenWidth: Double

    var mass: Float { scores.reduce(0, +) }
  }

  private var levels: [ScanPlan.Level]
  private var detections: [(face: Detection, level: Int, seenWidth: Double)] = []
  /// The maximum number of detections that are joined. No crowd has so many, but noise may.
  static let maximumDetections = 4_000

  init(levels: [ScanPlan.Level]) {
    self.levels = levels
  }

  /// - Parameter faces: in pixels of the photo.
  mutating func add(_ faces: [Detection], level: Int) {
    detections += faces.map { ($0, level, $0.width * levels[level].scale) }
  }

  mutating func add(_ faces: [Detection], asLevel level: ScanPlan.Level) {
    levels.append(level)
    add(faces, level: levels.count - 1)
  }

  /// Removes a level that was not scanned.
  mutating func removeLastLevel() { levels.removeLast() }

  /// Whether a narrow face was detected with a high score.
  func hasFace(narrowerThan width: Double) -> Bool {
    detections.contains { $0.face.score >= 0.65 && $0.face.width < width }
  }

  /// Whether a wide face has a near-maximum score at a size at which the detector is reliable.
  func hasCertainFace(widerThan width: Double) -> Bool {
    detections.contains { $0.face.score >= 0.92 && $0.face.width > width && $0.seenWidth <= 220 }
  }

  /// The faces, each once, by falling score.
  func faces() -> [Detection] {
    var clusters = self.clusters()
    clusters.sort { ($0.mass, $0.best) > ($1.mass, $1.best) }
    var kept: [Cluster] = []
    for cluster in clusters {
      guard !kept.contains(where: { isPart(cluster, of: $0) || isChance(cluster, around: $0) })
      else { continue }
      kept.append(cluster)
    }
    return kept.map { cluster in
      var face = cluster.face
      face.score = cluster.best
      face.agreement = agreement(cluster)
      return face
    }.sorted { $0.score > $1.score }
  }

  private func clusters() -> [Cluster] {
    var clusters: [Cluster] = []
    for detection in detections.sorted(by: { $0.face.score > $1.face.score }).prefix(
      Self.maximumDetections)
    {
      if let index = clusters.firstIndex(where: { $0.face.isSameFace(as: detection.face) }) {
        clusters[index].scores[detection.level] = max(
          clusters[index].scores[detection.level], detection.face.score)
        // A box of more pixels is more precise, where its score is about as high.
        if detection.face.score >= clusters[index].best - 0.1,
          precision(detection.seenWidth) > precision(clusters[index].seenWidth)
        {
          clusters[index].face = detection.face
          clusters[index].seenWidth = detection.seenWidth
        }
      } else {
        var scores = [Float](repeating: 0, count: levels.count)
        scores[detection.level] = detection.face.score
        clusters.append(
          Cluster(
            face: detection.face, best: detection.face.score, scores: scores,
            seenWidth: detection.seenWidth))
      }
    }
    return clusters
  }

  /// How precise a box is that was so many pixels wide at its level.
  private func precision(_ width: Double) -> Double {
    width > 240 ? 0 : Swift.min(width, 64)
  }

  /// The mean score over the levels that show the face whole and large enough, and others in which it was detected.
  private func agreement(_ cluster: Cluster) -> Float {
    var (sum, count) = (Float(0), 0)
    for (level, score) in zip(levels, cluster.scores)
    where score > 0 || level.shows(cluster.face.box) {
      sum += score
      count += 1
    }
    return count > 0 ? sum / Float(count) : 0
  }

  /// Whether a detection is a part of a face that is seen as well or better.
  private func isPart(_ part: Cluster, of whole: Cluster) -> Bool {
    let (small, large) = (part.face.box, whole.face.box)
    guard small.area < 0.6 * large.area,
      small.intersection(large).area > 0.7 * small.area
    else { return false }
    // A person behind, or on a picture that is held up, is seen at most sizes, as a part of a face never is.
    if part.best >= 0.8, agreement(part) >= 0.7 { return false }
    // Eyes, nose, mouth and cheeks lie around the middle. At the corners of a box there may be a person behind.
    let offset = small.center - large.center
    let isInside = abs(offset.x) < 0.4 * large.width && abs(offset.y) < 0.45 * large.height
    return isInside || part.best < 0.75
  }

  /// Whether a detection is a pattern that a better seen face makes with what lies beside it, such as a pair of faces that are
  /// the eyes of a larger one. Two faces that overlap are both seen at most of the sizes that show them.
  private func isChance(_ pattern: Cluster, around face: Cluster) -> Bool {
    let (a, b) = (pattern.face.box, face.face.box)
    guard a.overlap(b) > 0.2 || a.intersection(b).area > 0.5 * Swift.min(a.area, b.area) else {
      return false
    }
    return agreement(pattern) < 0.65 * agreement(face)
  }
}
