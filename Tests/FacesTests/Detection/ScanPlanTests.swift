import Foundation
import Testing

@testable import Faces

@Suite struct ScanPlanTests {
  /// Sizes that photos have, and some that they should not have.
  static let sizes = [
    (250, 250), (32, 32), (33, 1000), (640, 480), (704, 704), (705, 705), (1024, 768), (4000, 3000),
    (3000, 4000), (12_000, 1000), (1000, 16_000), (65_500, 200), (4096, 4096),
  ]

  @Test(arguments: sizes)
  func `tiles cover the photo, and a face of 48 pixels is whole in one`(width: Int, height: Int) {
    let plan = ScanPlan(width: width, height: height, smallestFace: 12)
    #expect(plan.levels.first?.scale == 1)
    for level in plan.levels {
      for (starts, side, length) in [
        (level.columns, level.tileWidth, level.width), (level.rows, level.tileHeight, level.height),
      ] {
        #expect(side % FaceGrid.granularity == 0)
        #expect(side <= 704)
        #expect(starts[0] == 0)
        #expect(starts.last! + side >= length)
        for (a, b) in zip(starts, starts.dropFirst()) {
          #expect(b > a)
          // A face, and a pixel beside it.
          #expect(a + side - b >= 50)
        }
      }
    }
  }

  @Test(arguments: sizes)
  func `the largest face is seen at a size at which the detector is good`(width: Int, height: Int) {
    let plan = ScanPlan(width: width, height: height, smallestFace: 12)
    let face = Double(min(width, height))
    #expect(plan.levels.contains { (13...220).contains(face * $0.scale) })
  }

  @Test(arguments: sizes)
  func `the work follows the pixels`(width: Int, height: Int) {
    let plan = ScanPlan(width: width, height: height, smallestFace: 12)
    let shown = plan.levels.map { $0.columns.count * $0.rows.count * $0.tileWidth * $0.tileHeight }
      .reduce(0, +)
    // A third more for the smaller sizes, overlaps, and sides rounded up.
    let rounded = max(width, 32) * max(height, 32)
    #expect(Double(shown) < 2.2 * Double(rounded) + 50_000, "\(shown) of \(rounded)")
  }

  @Test func `what is too narrow for a face is not looked at`() {
    #expect(ScanPlan(width: 1, height: 1, smallestFace: 12).levels.isEmpty)
    #expect(ScanPlan(width: 65_500, height: 1, smallestFace: 12).levels.isEmpty)
  }

  @Test func `larger faces alone take less work, and it is said which`() {
    let all = ScanPlan(width: 4000, height: 3000, smallestFace: 12)
    let large = ScanPlan(width: 4000, height: 3000, smallestFace: 50)
    #expect(all.smallestFace == 12)
    #expect(large.smallestFace == 48)
    #expect(large.levels == Array(all.levels.dropFirst(2)))
  }

  @Test func `small photos are enlarged, large ones are not`() throws {
    #expect(try #require(ScanPlan.enlarged(width: 640, height: 480)).scale == 2)
    let level = try #require(ScanPlan.enlarged(width: 1280, height: 1024))
    #expect(level.scale > 1.15 && level.scale < 1.5)
    #expect(level.width * level.height <= 2_100_000)
    #expect(ScanPlan.enlarged(width: 4000, height: 3000) == nil)
  }
}
