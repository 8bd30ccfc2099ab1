import Foundation
import TestSupport
import Testing

@testable import LikenessKit

/// D(x₁, x₂) ≤ k, with a k of the user's.
@Suite struct RuleVerdictTests {
  private let likeness = Likeness(gallery: URL(fileURLWithPath: "/nonexistent"))

  private func probe(_ values: [Float]) -> Probe {
    .embedding(URL(fileURLWithPath: "/e.json"), Embedding(values))
  }

  @Test(arguments: [(Metric.l2, Float(5)), (.l1, 7), (.cosine, 1)])
  func `the distance decides, up to the threshold itself`(metric: Metric, distance: Float) throws {
    let (a, b) = (probe([3, 0]), probe([0, 4]))
    #expect(try likeness.distance(a, b).l2 == 5)
    for (threshold, same) in [(distance, true), (distance.nextDown, false), (9, true), (0, false)] {
      let verdict = try likeness.verify(a, b, threshold: threshold, metric: metric)
      #expect(verdict.same == same && verdict.distance == distance)
      #expect(verdict.threshold == threshold && verdict.metric == metric)
      // What the model says is told, and decides nothing.
      let own = try likeness.verify(a, b)
      #expect(verdict.probability == own.probability && own.same == false)
      #expect(
        verdict.reason.hasPrefix("\(metric.rawValue) ")
          && verdict.reason.contains("\(same ? "within" : "above") your threshold \(threshold)")
          && verdict.reason.contains("the model's own estimate"), "\(verdict.reason)")
    }
    #expect(try likeness.verify(a, b, threshold: 5).metric == .l2)
  }

  @Test func `the words tell the distance from the threshold`() throws {
    let (a, b) = (probe([0, 0]), probe([0.60004, 0]))
    #expect(
      try likeness.verify(a, b, threshold: 0.6).reason.hasPrefix(
        "l2 0.60004 is above your threshold 0.6;"))
    #expect(
      try likeness.verify(a, b, threshold: 0.61).reason.hasPrefix(
        "l2 0.6000 is within your threshold 0.61;"))
  }

  @Test func `of several faces the nearest two count`() throws {
    func face(_ values: [Float]) -> ProbeFace {
      ProbeFace(embedding: Embedding(values), quality: nil)
    }
    let person = Probe.name("Ann", faces: [face([9, 0]), face([1, 0.5]), face([0, 7])])
    let verdict = try likeness.verify(person, probe([1, 0]), threshold: 0.6)
    #expect(verdict.same && verdict.distance == 0.5)
    #expect(throws: LikenessError.dimensionMismatch(2, 3)) {
      try likeness.verify(person, probe([1, 0, 0]), threshold: 0.6)
    }
  }

  @Test func `a poor face is told, and the rule still decides`() throws {
    let quality = FaceQuality(
      size: 9, sharpness: 0.1, yaw: 70, pitch: 0, roll: 0, inside: 0.3, confidence: 0.9)
    #expect(!quality.isJudgeable)
    let poor = Probe.name("Bo", faces: [ProbeFace(embedding: Embedding([1, 0]), quality: quality)])
    let verdict = try likeness.verify(poor, probe([1, 0.1]), threshold: 0.6)
    #expect(verdict.same)
    #expect(verdict.reason.contains("too poor for more than a guess"))
    #expect(verdict.reason.contains("the face of Bo is only 9 pixels wide"))
  }
}
