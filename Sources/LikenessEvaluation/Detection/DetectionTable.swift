import Faces
import Foundation
import LikenessCore

/// Every detection of a measurement, for other programs.
public struct DetectionTable: Sendable {
  private var lines = ["photo,x,y,width,height,score,doubtful,outcome,label"]

  mutating func add(_ photo: String, _ boxes: [RatedBox], _ outcomes: [DetectionOutcome]) {
    let name = photo.csvField
    for (rated, outcome) in zip(boxes, outcomes) {
      let box = rated.box
      let end =
        switch outcome {
        case .found(let row): "found,\(row + 1)"
        case .ignored: "ignored,"
        case .other: "other,"
        }
      lines.append(
        "\(name),\(box.x),\(box.y),\(box.width),\(box.height),\(rated.score),"
          + "\(rated.isDoubtful ? 1 : 0),\(end)")
    }
  }

  /// As CSV (RFC 4180): the photo's path below its folder; the box in pixels of the upright file; score; 1 where it is
  /// doubtful; found, ignored or other; the number of the label in the photo's, from 1, where one was found.
  public func csv() -> Data { Data((lines.joined(separator: "\n") + "\n").utf8) }
}
