import Foundation
import LikenessCore
import Testing

@testable import Faces

/// Finds as YuNet makes them of a photo of 4,000 × 3,000: at full size, half, quarter …
@Suite struct ScaleJoinTests {
  private let plan = ScanPlan(width: 4000, height: 3000, smallestFace: 12)

  /// A find with the landmarks that a face in that box has.
  private func find(
    _ x: Double, _ y: Double, _ width: Double, score: Float, height: Double? = nil
  ) -> Detection {
    let height = height ?? width * 1.2
    let points = FaceLandmarks.meanFace.map {
      Point(x: x + $0.x * width, y: y + $0.y * height)
    }
    return Detection(
      box: Box(x: x, y: y, width: width, height: height), score: score,
      landmarks: FaceLandmarks(points))
  }

  private func joined(_ detections: [Int: [Detection]]) -> [Detection] {
    var join = ScaleJoin(levels: plan.levels)
    for (level, found) in detections.sorted(by: { $0.key < $1.key }) {
      join.add(found, level: level)
    }
    return join.faces()
  }

  @Test func `a face seen at several sizes is one face, where it was seen best`() throws {
    let faces = joined([
      1: [find(1000, 1000, 100, score: 0.9)], 2: [find(1003, 998, 102, score: 0.93)],
      3: [find(990, 1010, 120, score: 0.85)],
    ])
    #expect(faces.count == 1)
    let face = try #require(faces.first)
    #expect(face.score == 0.93)
    // The find of half size has the most pixels of those that score about as well.
    #expect(face.box.x == 1000)
    // Full size shows it as well, and there nothing was seen.
    #expect(abs(face.agreement - (0.9 + 0.93 + 0.85) / 4) < 1e-6)
  }

  @Test(arguments: [0.75, 0.9, 0.99] as [Float])
  func `an eye of a large face is not a face, however sure the detector is`(score: Float) throws {
    let face = find(1000, 600, 1500, score: 0.8)
    let eye = find(1330, 1000, 300, score: score)
    let faces = joined([0: [find(1800, 1400, 90, score: score)], 2: [eye], 3: [face], 4: [face]])
    #expect(faces.map(\.box) == [face.box])
  }

  @Test func `two faces that overlap stay two`() {
    let one = find(1000, 1000, 200, score: 0.9)
    let other = find(1110, 1010, 200, score: 0.85)
    #expect(one.box.overlap(other.box) > 0.25)
    #expect(joined([2: [one, other], 3: [one, other]]).count == 2)
    // One behind the other, half of it hidden.
    let behind = find(1120, 920, 150, score: 0.8)
    #expect(joined([1: [behind], 2: [one, behind], 3: [one, behind]]).count == 2)
  }

  @Test func `a small face at the corner of a large one's box is somebody behind`() {
    let near = find(1000, 600, 1200, score: 0.9)
    let far = find(2080, 620, 110, score: 0.9)
    #expect(joined([1: [far], 2: [far], 3: [near, far], 4: [near]]).count == 2)
  }

  @Test func `two faces are not the eyes of a third`() {
    let left = find(1000, 1000, 100, score: 0.9)
    let right = find(1200, 1000, 100, score: 0.9)
    let both = find(950, 900, 400, score: 0.7)
    let faces = joined([1: [left, right], 2: [left, right], 3: [left, right], 5: [both]])
    #expect(faces.map(\.box).sorted { $0.x < $1.x } == [left.box, right.box])
  }

  @Test func `what is seen at one size of many agrees less`() throws {
    let often = find(1000, 1000, 200, score: 0.8)
    let once = find(2000, 1000, 200, score: 0.8)
    let faces = joined([1: [often], 2: [often, once], 3: [often], 4: [often]])
    let (a, b) = (
      try #require(faces.first { $0.box == often.box }),
      try #require(faces.first { $0.box == once.box })
    )
    #expect(a.score == b.score)
    #expect(a.agreement > 2.5 * b.agreement)
  }

  @Test func `more detections than any crowd gives are bounded`() {
    var join = ScaleJoin(levels: plan.levels)
    join.add(
      (0..<20_000).map { find(Double($0 % 200) * 20, Double($0 / 200) * 30, 14, score: 0.5) },
      level: 0)
    #expect(join.faces().count == 4_000)
  }
}
