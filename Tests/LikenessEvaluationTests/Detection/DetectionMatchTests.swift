import Faces
import Foundation
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct DetectionMatchTests {
  private func square(_ x: Double, _ y: Double, _ side: Double) -> Box {
    Box(x: x, y: y, width: side, height: side)
  }

  private func label(_ x: Double, _ y: Double, _ side: Double, isIgnored: Bool = false) -> FaceLabel
  {
    FaceLabel(box: square(x, y, side), isIgnored: isIgnored)
  }

  @Test func middlesLieWithinFourTenthsOfTheWidth() {
    let match = DetectionMatch.middle
    let label = square(100, 100, 100)
    #expect(match.misfit(of: label, to: label) == 0)
    #expect(match.misfit(of: square(140, 100, 100), to: label) == 0.4)
    #expect(match.misfit(of: square(141, 100, 100), to: label) == nil)
    // 30 to the right and 30 down are 42.4 away.
    #expect(match.misfit(of: square(130, 130, 100), to: label) == nil)
    #expect(match.misfit(of: square(118, 124, 100), to: label) == 0.3)
  }

  @Test func widthsAreFromHalfToNineteenTenths() {
    let match = DetectionMatch.middle
    let label = square(0, 0, 100)
    for (side, isMatch) in [(50.0, true), (49, false), (190, true), (191, false)] {
      let box = square(50 - side / 2, 50 - side / 2, side)
      #expect((match.misfit(of: box, to: label) != nil) == isMatch, "\(side)")
    }
    // 40 × 62.5 is as much as 50 × 50.
    let tall = Box(x: 30, y: 18.75, width: 40, height: 62.5)
    #expect(match.misfit(of: tall, to: label) == 0)
  }

  @Test func orHalfOfTheUnionIsShared() throws {
    let match = DetectionMatch.iou
    let label = square(0, 0, 10)
    let half = try #require(
      match.misfit(of: Box(x: 0, y: 0, width: 10, height: 5), to: label))
    #expect(half == 0.5)
    #expect(match.misfit(of: Box(x: 0, y: 0, width: 10, height: 4.9), to: label) == nil)
    // 8 × 10 of 12 × 10.
    let shifted = try #require(match.misfit(of: square(2, 0, 10), to: label))
    #expect(abs(shifted - 1 / 3) < 1e-12)
  }

  @Test func detectionsChooseByFallingScoreAndALabelIsFoundOnce() {
    let labels = [label(0, 0, 100), label(30, 0, 100)]
    let boxes = [
      RatedBox(box: square(0, 0, 100), score: 0.5),
      // Nearer to the second label, and surer.
      RatedBox(box: square(20, 0, 100), score: 0.9),
      RatedBox(box: square(400, 0, 100), score: 0.8),
      RatedBox(box: square(10, 0, 100), score: 0.4),
    ]
    #expect(
      DetectionMatch.middle.outcomes(of: boxes, labels: labels)
        == [.found(0), .found(1), .other, .other])
  }

  @Test func aTakenLabelLeavesTheNextBest() {
    let labels = [label(0, 0, 100), label(30, 0, 100)]
    let boxes = [
      RatedBox(box: square(28, 0, 100), score: 0.9), RatedBox(box: square(20, 0, 100), score: 0.8),
    ]
    #expect(DetectionMatch.middle.outcomes(of: boxes, labels: labels) == [.found(1), .found(0)])
  }

  @Test func ignoredLabelsTakeWhateverFitsNoOther() {
    let labels = [label(0, 0, 100, isIgnored: true), label(30, 0, 100)]
    let boxes = [
      RatedBox(box: square(0, 0, 100), score: 0.9), RatedBox(box: square(0, 0, 100), score: 0.8),
      RatedBox(box: square(5, 0, 100), score: 0.7), RatedBox(box: square(65, 0, 100), score: 0.6),
    ]
    // The first one takes the label that counts, though the ignored one fits better.
    #expect(
      DetectionMatch.middle.outcomes(of: boxes, labels: labels)
        == [.found(1), .ignored, .ignored, .other])
  }

  @Test func nothingToMatch() {
    #expect(DetectionMatch.iou.outcomes(of: [], labels: [label(0, 0, 9)]).isEmpty)
    #expect(
      DetectionMatch.middle.outcomes(
        of: [RatedBox(box: square(0, 0, 9), score: 1)], labels: []) == [.other])
  }
}

@Suite struct PrecisionRecallCurveTests {
  @Test func averagePrecisionIsTheAreaUnderTheInterpolatedCurve() {
    // Four faces. Recall and precision after each: 1/4, 1; 1/4, 1/2; 2/4, 2/3; 3/4, 3/4; 3/4, 3/5.
    let curve = PrecisionRecallCurve(
      [(0.5, false), (0.9, true), (0.8, false), (0.6, true), (0.7, true)], labels: 4)
    #expect(curve.points.map(\.score) == [0.9, 0.8, 0.7, 0.6, 0.5])
    #expect(curve.points.map(\.recall) == [0.25, 0.25, 0.5, 0.75, 0.75])
    #expect(curve.points.map(\.precision) == [1, 0.5, 2.0 / 3, 0.75, 0.6])
    #expect(curve.interpolatedPrecision == [1, 0.75, 0.75, 0.75, 0.6])
    // 1/4 × 1 + 2/4 × 3/4
    #expect(curve.averagePrecision == 0.625)
  }

  @Test func detectionsOfOneScoreComeTogether() {
    let one = PrecisionRecallCurve([(0.9, false), (0.9, true)], labels: 2)
    let other = PrecisionRecallCurve([(0.9, true), (0.9, false)], labels: 2)
    #expect(one.points == other.points)
    #expect(one.points == [.init(score: 0.9, recall: 0.5, precision: 0.5)])
    #expect(one.averagePrecision == 0.25)
  }

  @Test func theBestAndTheWorst() {
    #expect(PrecisionRecallCurve([(1, true), (0.5, true)], labels: 2).averagePrecision == 1)
    #expect(PrecisionRecallCurve([(1, false)], labels: 2).averagePrecision == 0)
    #expect(PrecisionRecallCurve([], labels: 2).averagePrecision == 0)
    #expect(PrecisionRecallCurve([(1, false)], labels: 0).points.isEmpty)
  }
}
