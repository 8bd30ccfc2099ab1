import Foundation
import LikenessCore
import TestSupport
import Testing

@testable import Faces

@Suite struct MMODMergingTests {
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
          score: Float.random(in: 0...1, using: &random) + Float(index) * 1e-5)
      }
      let merged = found.mergedByOverlap(0.3)
      let expected = reference(found, 0.3)
      #expect(merged.count == expected.count)
      for (a, b) in zip(merged, expected) {
        #expect(a.score == b.score)
        #expect(abs(a.box.x - b.box.x) + abs(a.box.y - b.box.y) < 1e-9)
        #expect(abs(a.box.width - b.box.width) < 1e-9)
      }
    }
  }

  @Test func `a part of a face is dropped, and neither moves nor shrinks the face`() {
    let face = Detection(box: Box(x: 0, y: 0, width: 100, height: 100), score: 0.9)
    let eye = Detection(box: Box(x: 10, y: 30, width: 20, height: 20), score: 0.8)
    let apart = Detection(box: Box(x: 95, y: 95, width: 20, height: 20), score: 0.7)
    let merged = [eye, face, apart].mergedByOverlap(0.3)
    #expect(merged.map(\.box) == [face.box, apart.box])
  }

  @Test func `nothing joins to nothing`() {
    #expect([Detection]().mergedByOverlap(0.3).isEmpty)
  }

  /// Marks who belongs to whom first, and takes the means afterwards.
  private func reference(_ found: [Detection], _ limit: Double) -> [Detection] {
    let order = found.indices.sorted { found[$0].score > found[$1].score }
    var owner = [Int?](repeating: nil, count: found.count)
    var moves = [Bool](repeating: false, count: found.count)
    for best in order where owner[best] == nil {
      for other in order where owner[other] == nil {
        let (a, b) = (found[best].box, found[other].box)
        let width = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
        let height = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
        let shared = max(0, width) * max(0, height)
        let (first, second) = (a.width * a.height, b.width * b.height)
        let isSame = shared / (first + second - shared) > limit
        if isSame || shared > 0.7 * min(first, second) {
          owner[other] = best
          moves[other] = isSame
        }
      }
    }
    return order.filter { owner[$0] == $0 }.map { best in
      let members = found.indices.filter { owner[$0] == best && moves[$0] }.map { found[$0] }
      let total = members.map { Double($0.score) }.reduce(0, +)
      func mean(_ value: (Detection) -> Double) -> Double {
        members.map { value($0) * Double($0.score) }.reduce(0, +) / total
      }
      let center = Point(x: mean { $0.box.center.x }, y: mean { $0.box.center.y })
      return Detection(
        box: Box(center: center, side: mean { $0.box.width }), score: found[best].score)
    }
  }
}
