import Faces
import LikenessCore

/// A detection as it is counted.
public struct RatedBox: Sendable, Equatable {
  /// In pixels of the upright photo at full size.
  public var box: Box
  /// The score that detections are ranked by, from 0 to 1.
  public var score: Float
  /// Whether it is marked as one that may not be a face.
  public var isDoubtful: Bool

  /// A box of a score.
  public init(box: Box, score: Float, isDoubtful: Bool = false) {
    (self.box, self.score, self.isDoubtful) = (box, score, isDoubtful)
  }
}

extension RatedBox {
  init(_ face: FoundFace) {
    self.init(box: face.box, score: face.score, isDoubtful: face.isDoubtful)
  }
}

/// When a detection is that of a labelled face.
public enum DetectionMatch: String, Sendable, CaseIterable, Codable {
  /// The middles lie within 0.4 widths of the label of each other, and the detection is 0.5 to 1.9 times as wide as
  /// the label.
  ///
  /// The width is that of the square of the same area. Detectors differ in how much of the head their boxes take in;
  /// this rule asks whether the same face is meant.
  case middle
  /// The intersection is half of the union or more, as in PASCAL VOC.
  case iou

  /// How badly a detection fits a label: 0 where both are the same; nil where they do not match.
  func misfit(of detection: Box, to label: Box) -> Double? {
    switch self {
    case .middle:
      let width = label.meanSide
      guard width > 0 else { return nil }
      let (a, b) = (detection.center, label.center)
      let distance = ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
      guard distance <= 0.4 * width, (0.5 * width...1.9 * width).contains(detection.meanSide) else {
        return nil
      }
      return distance / width
    case .iou:
      let overlap = detection.overlap(label)
      return overlap >= 0.5 ? 1 - overlap : nil
    }
  }
}

/// What a detection turned out to be.
public enum DetectionOutcome: Sendable, Equatable {
  /// A labelled face, by its row.
  case found(Int)
  /// A face that does not count.
  case ignored
  /// No labelled face, or one that was found already.
  case other
}

extension DetectionMatch {
  /// The outcome of each detection. By falling score, each takes the label that it fits best of those that are left.
  ///
  /// An ignored label takes any number of detections, but none that fits a label that counts.
  func outcomes(of detections: [RatedBox], labels: [FaceLabel]) -> [DetectionOutcome] {
    var outcomes = [DetectionOutcome](repeating: .other, count: detections.count)
    var isTaken = [Bool](repeating: false, count: labels.count)
    let order = detections.indices.sorted {
      (-detections[$0].score, $0) < (-detections[$1].score, $1)
    }
    for row in order {
      var best: (label: Int, misfit: Double)?
      var fitsIgnored = false
      for (label, face) in labels.enumerated() where !isTaken[label] {
        guard let misfit = misfit(of: detections[row].box, to: face.box) else { continue }
        if face.isIgnored {
          fitsIgnored = true
        } else if best.map({ misfit < $0.misfit }) ?? true {
          best = (label, misfit)
        }
      }
      if let best {
        isTaken[best.label] = true
        outcomes[row] = .found(best.label)
      } else if fitsIgnored {
        outcomes[row] = .ignored
      }
    }
    return outcomes
  }
}
