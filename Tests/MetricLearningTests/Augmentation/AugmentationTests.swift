import Foundation
import LikenessCore
import Testing

@testable import MetricLearning

@Suite struct AugmentationTests {
  private func apply(_ m: [Double], _ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5])
  }

  @Test func `nothing varied is a plain view`() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<20 {
      let view = Augmentation.none.draw(side: 64, margin: 8, using: &random)
      let plain = AugmentedView.plain(margin: 8)
      #expect(zip(view.transform, plain.transform).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(view.brightness == 1 && view.contrast == 1 && view.saturation == 1)
    }
  }

  /// Each kind of change alone, measured on the transform that comes out.
  @Test func `views stay within their bounds, and fill them`() {
    var random = SeededRandom(seed: 2)
    var crop = Augmentation.none
    (crop.cropArea, crop.cropAspect) = (0.75...1, 0.9...(1 / 0.9))
    var areas: [Double] = []
    for _ in 0..<400 {
      let m = crop.draw(side: 100, margin: 0, using: &random).transform
      #expect(m[1] == 0 && m[3] == 0)
      areas.append(m[0] * m[4])
      // The crop never leaves the chip: pixel edges, not middles.
      let (first, last) = (apply(m, -0.5, -0.5), apply(m, 99.5, 99.5))
      #expect(min(first.x, first.y) > -0.5001 && max(last.x, last.y) < 99.5001)
    }
    #expect(areas.min()! > 0.74 && areas.min()! < 0.77)
    #expect(areas.max()! <= 1.0001 && areas.max()! > 0.97)

    var affine = Augmentation.none
    (affine.rotation, affine.translation, affine.scale) = (10, 0.05, 0.95...1.05)
    var (angles, scales, shifts): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<400 {
      let m = affine.draw(side: 100, margin: 10, using: &random).transform
      angles.append(atan2(m[3], m[0]) * 180 / .pi)
      scales.append(1 / (m[0] * m[0] + m[3] * m[3]).squareRoot())
      let middle = apply(m, 49.5, 49.5)
      shifts += [middle.x - 59.5, middle.y - 59.5]
    }
    for (values, reach, middle) in [(angles, 10.0, 0.0), (scales, 0.05, 1), (shifts, 5, 0)] {
      #expect(values.allSatisfy { abs($0 - middle) <= reach * 1.0001 })
      #expect(values.max()! > middle + 0.9 * reach && values.min()! < middle - 0.9 * reach)
    }
  }

  @Test func `a sheared view leans along its rows, and keeps its middle`() {
    var random = SeededRandom(seed: 4)
    var lean = Augmentation.none
    lean.shear = 20
    var angles: [Double] = []
    for _ in 0..<400 {
      let m = lean.draw(side: 100, margin: 0, using: &random).transform
      #expect(m[0] == 1 && m[3] == 0 && m[4] == 1)
      angles.append(atan(m[1]) * 180 / .pi)
      let middle = apply(m, 49.5, 49.5)
      #expect(abs(middle.x - 49.5) < 1e-9 && abs(middle.y - 49.5) < 1e-9)
    }
    #expect(angles.allSatisfy { abs($0) <= 20.001 })
    #expect(angles.max()! > 18 && angles.min()! < -18)
  }

  @Test func `every other view is mirrored about the middle`() {
    var random = SeededRandom(seed: 3)
    var mirror = Augmentation.none
    mirror.mirrors = true
    let views = (0..<400).map { _ in mirror.draw(side: 50, margin: 4, using: &random).transform }
    let mirrored = views.filter { $0[0] < 0 }
    #expect(mirrored.count > 150 && mirrored.count < 250)
    for m in mirrored {
      let (left, right) = (apply(m, 0, 7), apply(m, 49, 7))
      #expect(abs(left.x - 53) < 1e-9 && abs(right.x - 4) < 1e-9 && abs(left.y - 11) < 1e-9)
    }
  }
}
