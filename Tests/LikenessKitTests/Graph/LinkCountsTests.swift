import Foundation
import Testing

@testable import LikenessKit

@Suite struct LinkCountsTests {
  private let limit: Float = 0.04
  private let verification = ModelStore().verification(of: "dlib")
  /// Two hundred links that are near and some that are less so.
  private var distances: [Float] {
    (0..<200).map { Float($0 % 20) * 0.001 } + (0..<20).map { 0.03 + Float($0) * 0.0005 }
  }

  private func probabilities(_ counts: LinkCounts) -> [Float] {
    var thresholds = GalleryThresholds(
      faces: 1_000, impostors: .standard, verification: verification)
    thresholds.link.distance = limit
    let probability = LinkProbability(thresholds, counts, verification: verification)
    return (0..<40).map { probability(Float($0) * 0.001) }
  }

  @Test func someFacesSayWhatAllSay() throws {
    let all = LinkCounts(distances, faces: 1_000, upTo: limit)
    #expect(all.links.reduce(0, +) == 220 && all.links.count == all.bins(upTo: limit))
    // Each link is half of each of its faces; half of the faces were asked.
    var half = LinkCounts(faces: 1_000, asked: 500, upTo: limit)
    for distance in distances { half.add(0.5, at: distance) }
    let (whole, sampled) = (probabilities(all), probabilities(half))
    for (a, b) in zip(whole, sampled) { #expect(abs(a - b) < 0.12) }
    // As if none had been found: what is far is doubtful.
    let none = probabilities(LinkCounts(faces: 1_000, asked: 1_000, upTo: limit))
    #expect(whole[39] > none[39] + 0.05 && none[39] < 0.75 && none[39] < none[20])
  }

  /// A server gives back what it was given, or what somebody else wrote.
  @Test(arguments: [
    "\"width\":0", "\"width\":1e-30", "\"width\":5", "\"links\":[]", "\"links\":[-1]",
    "\"asked\":-1", "\"faces\":9e18",
  ])
  func countsThatMakeNoSenseAreNone(_ change: String) throws {
    let counts = LinkCounts(distances, faces: 1_000, upTo: limit)
    let data = try JSONEncoder().encode(counts)
    #expect(try JSONDecoder().decode(LinkCounts.self, from: data) == counts)
    var fields = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let changed = try #require(
      try JSONSerialization.jsonObject(with: Data("{\(change)}".utf8)) as? [String: Any])
    fields.merge(changed) { _, new in new }
    let altered = try JSONSerialization.data(withJSONObject: fields)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(LinkCounts.self, from: altered)
    }
  }

  @Test(arguments: ["0", "-1"])
  func aRuleHasADistance(_ distance: String) throws {
    let rule = Data("{\"metric\":\"l2\",\"distance\":\(distance)}".utf8)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DistanceRule.self, from: rule)
    }
    let kept = try JSONEncoder().encode(DistanceRule(.l1, below: 0.5))
    #expect(
      try JSONDecoder().decode(DistanceRule.self, from: kept) == DistanceRule(.l1, below: 0.5))
  }

  @Test func theyHoldForAWhile() {
    let counts = LinkCounts([], faces: 100, upTo: limit)
    #expect(counts.hold(among: 100) && counts.hold(among: 80) && counts.hold(among: 125))
    #expect(!counts.hold(among: 79) && !counts.hold(among: 126) && !counts.hold(among: 0))
  }

  @Test func aFartherLinkIsInTheLastBin() {
    var counts = LinkCounts(faces: 2, asked: 2, upTo: 0.05)
    counts.add(1, at: 0.7)
    #expect(counts.links.last == 1 && counts.links.reduce(0, +) == 1)
  }
}
