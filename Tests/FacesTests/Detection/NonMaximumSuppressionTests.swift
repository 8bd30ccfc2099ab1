import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct NonMaximumSuppressionTests {
  @Test func `it joins what a plain reference joins`() {
    var random = SplitMix64(seed: 21)
    for _ in 0..<200 {
      let found = (0..<Int.random(in: 0...25, using: &random)).map { index in
        Detection(
          box: Box(
            center: Point(
              x: .random(in: 0...100, using: &random), y: .random(in: 0...100, using: &random)),
            side: .random(in: 5...60, using: &random)),
          // No two alike, so that there is one order.
          score: Float.random(in: 0...1, using: &random) + Float(index) * 1e-5,
          roll: .random(in: -1...1, using: &random))
      }
      let merged = found.mergedByOverlap(0.3, minimumScore: 0.5)
      let expected = reference(found, 0.3, 0.5)
      #expect(merged.count == expected.count)
      for (a, b) in zip(merged, expected) {
        #expect(a.score == b.score)
        #expect(abs(a.box.x - b.box.x) + abs(a.box.y - b.box.y) < 1e-9)
        #expect(abs(a.box.width - b.box.width) + abs(a.roll - b.roll) < 1e-9)
      }
    }
  }

  @Test func `a small box in a large one is a part of it`() {
    let large = Detection(
      box: Box(x: 0, y: 0, width: 100, height: 100), score: 0.9, roll: 0)
    let small = Detection(box: Box(x: 30, y: 30, width: 20, height: 20), score: 0.8, roll: 0)
    let apart = Detection(box: Box(x: 95, y: 95, width: 20, height: 20), score: 0.7, roll: 0)
    let merged = [small, large, apart].mergedByOverlap(0.3, minimumScore: 0.5)
    #expect(merged.count == 2)
    #expect(merged[0].score == 0.9)
    #expect(merged[1].box == apart.box)
  }

  @Test func `the weak alone are no face`() {
    let weak = Detection(box: Box(x: 0, y: 0, width: 10, height: 10), score: 0.49, roll: 0)
    #expect([weak, weak].mergedByOverlap(0.3, minimumScore: 0.5).isEmpty)
    #expect([Detection]().mergedByOverlap(0.3, minimumScore: 0.5).isEmpty)
  }

  /// Marks who belongs to whom first, and takes the means afterwards.
  private func reference(
    _ found: [Detection], _ limit: Double, _ minimumScore: Float
  ) -> [Detection] {
    let order = found.indices.sorted { found[$0].score > found[$1].score }
    var owner = [Int?](repeating: nil, count: found.count)
    for best in order where owner[best] == nil && found[best].score >= minimumScore {
      for other in order where owner[other] == nil {
        let (a, b) = (found[best].box, found[other].box)
        let width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        let height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        let shared = max(0, width) * max(0, height)
        let (first, second) = (a.width * a.height, b.width * b.height)
        if shared / (first + second - shared) > limit || shared > 0.7 * min(first, second) {
          owner[other] = best
        }
      }
    }
    return order.filter { owner[$0] == $0 }.map { best in
      let members = found.indices.filter { owner[$0] == best }.map { found[$0] }
      let total = members.map { Double($0.score) }.reduce(0, +)
      func mean(_ value: (Detection) -> Double) -> Double {
        members.map { value($0) * Double($0.score) }.reduce(0, +) / total
      }
      let center = Point(x: mean { $0.box.center.x }, y: mean { $0.box.center.y })
      return Detection(
        box: Box(center: center, side: mean { $0.box.width }), score: found[best].score,
        roll: atan2(mean { sin($0.roll) }, mean { cos($0.roll) }))
    }
  }
}
