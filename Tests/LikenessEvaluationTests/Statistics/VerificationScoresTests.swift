import Foundation
import TestSupport
import Testing
import VectorSearch

@testable import LikenessEvaluation
@testable import LikenessKit

/// Faces of people around places of their own, `(faces, d)`.
struct MadePeople {
  var people: [Int32] = []
  var embeddings: [Embedding] = []

  /// - Parameter counts: how many faces each person has.
  init(_ counts: [Int], dimensions: Int = 6, spread: Float = 0.6, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func draw() -> [Float] {
      (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    }
    for (person, count) in counts.enumerated() {
      let own = draw()
      for _ in 0..<count {
        people.append(Int32(person))
        embeddings.append(Embedding(zip(own, draw()).map { $0 + spread * $1 }))
      }
    }
  }

  var matrix: EmbeddingMatrix { EmbeddingMatrix(embeddings) }

  func pairs(_ metric: Metric = .l2, threads: Int = 3) -> FacePairs {
    FacePairs(matrix, people: people, metric: metric, threads: threads)
  }

  /// The distances of all pairs, one after the other.
  func distances(_ metric: Metric) -> (same: [Float], different: [Float]) {
    var (same, different): ([Float], [Float]) = ([], [])
    for a in embeddings.indices {
      for b in 0..<a {
        let distance = metric.distance(embeddings[a], embeddings[b])
        if people[a] == people[b] { same.append(distance) } else { different.append(distance) }
      }
    }
    return (same, different)
  }
}

@Suite struct FacePairsTests {
  private let faces = MadePeople((0..<100).map { $0 % 5 + 1 } + [37], seed: 8)

  @Test(arguments: Metric.allCases) func allPairsAreSeenOnce(_ metric: Metric) {
    let pairs = faces.pairs(metric)
    let (same, different) = faces.distances(metric)
    #expect(pairs.impostorCount == different.count)
    let sorted = different.sorted()
    for rank in [0, 1, 17, sorted.count / 2, sorted.count - 1] {
      #expect(abs(pairs.impostorDistance(rank: rank) - sorted[rank]) < 1e-5, "\(rank)")
    }
    let limit = (sorted[400] + sorted[401]) / 2
    let near = pairs.impostors(upTo: limit)
    #expect(near.count == 401)
    #expect(Set(near.map { [$0.first, $0.second] }).count == 401)
    #expect(
      near.allSatisfy { faces.people[Int($0.first)] != faces.people[Int($0.second)] })
    let genuine = pairs.genuine
    #expect(genuine.map(\.count) == pairs.facesOfPeople.map { $0 * ($0 - 1) / 2 })
    for (found, expected) in zip(genuine.flatMap { $0 }.sorted(), same.sorted()) {
      #expect(abs(found - expected) < 1e-5)
    }
  }

  @Test func threadsChangeNothing() {
    let answers = [1, 4].map { threads in
      faces.pairs(threads: threads).impostors(upTo: 0.7)
        .map { [Int($0.first), Int($0.second), Int($0.distance.bitPattern)] }
        .sorted { $0.lexicographicallyPrecedes($1) }
    }
    #expect(answers[0] == answers[1] && !answers[0].isEmpty)
  }

  @Test func facesOfOnePersonMakeNoPairOfTwo() {
    let one = MadePeople([5], seed: 1).pairs()
    #expect(one.impostorCount == 0 && one.impostors(upTo: .infinity).isEmpty)
    let scores = VerificationScores(one, upToFalseAcceptRate: 1e-3)
    #expect(scores.genuineCount == 10 && scores.threshold(atFalseAcceptRate: 0.1) == nil)
  }
}

@Suite struct VerificationScoresTests {
  @Test(arguments: [1e-3, 1e-2, 0.1, 0.5]) func ratesAreThoseOfPairScores(_ rate: Double) {
    let faces = MadePeople((0..<60).map { $0 % 4 + 1 }, seed: 2)
    let (same, different) = faces.distances(.cosine)
    let plain = PairScores(
      pairs: same.map { .init(distance: $0, isSame: true, fold: 0) }
        + different.map { .init(distance: $0, isSame: false, fold: 0) })
    let scores = VerificationScores(faces.pairs(.cosine), upToFalseAcceptRate: 1)
    #expect(scores.impostorCount == different.count && scores.genuineCount == same.count)
    let expected = plain.trueAcceptRate(atFalseAcceptRate: rate)
    #expect(abs(scores.trueAcceptRate(atFalseAcceptRate: rate)! - expected) < 1e-9)
  }

  /// Whoever was drawn twice counts as two people with the same photos would, of whom no pair is made.
  @Test func weightsCountPeopleSeveralTimes() {
    let faces = MadePeople([3, 1, 2, 4, 2, 1, 3], seed: 4)
    let weights: [Int32] = [2, 0, 1, 1, 3, 1, 0]
    let scores = VerificationScores(faces.pairs(), upToFalseAcceptRate: 1)
    // Each copy is a person of its own.
    var (copies, originals): ([(face: Int, person: Int)], [Int]) = ([], [])
    for (person, weight) in weights.enumerated() {
      for _ in 0..<weight {
        for face in faces.people.indices where faces.people[face] == person {
          copies.append((face, originals.count))
        }
        originals.append(person)
      }
    }
    var (same, different): ([Float], [Float]) = ([], [])
    for a in copies.indices {
      for b in 0..<a {
        let distance = Metric.l2.distance(
          faces.embeddings[copies[a].face], faces.embeddings[copies[b].face])
        if copies[a].person == copies[b].person {
          same.append(distance)
        } else if originals[copies[a].person] != originals[copies[b].person] {
          different.append(distance)
        }
      }
    }
    #expect(scores.impostorWeight(weights) == Double(different.count))
    for rate in [0.01, 0.05, 0.2] {
      let allowed = Int(rate * Double(different.count))
      let threshold = different.sorted()[allowed].nextDown
      let found = scores.threshold(atFalseAcceptRate: rate, weights)!
      #expect(abs(found - threshold) < 1e-5)
      let accepted = Double(same.count { $0 <= found }) / Double(same.count)
      #expect(abs(scores.trueAcceptRate(upTo: found, weights)! - accepted) < 1e-9)
    }
  }

  @Test func pairsOfOneDistanceStayOutTogether() {
    let impostors = [0.1, 0.2, 0.2, 0.2, 0.5].map {
      VerificationScores.Impostor(distance: $0, first: 0, second: 1)
    }
    let scores = VerificationScores(impostors: impostors, genuine: [[0.15, 0.2, 0.3], []])
    // Two of five are allowed, and three lie at 0.2.
    #expect(scores.threshold(atFalseAcceptRate: 0.4) == Float(0.2).nextDown)
    #expect(scores.trueAcceptRate(atFalseAcceptRate: 0.4) == 1.0 / 3)
    #expect(scores.trueAcceptRate(atFalseAcceptRate: 0.79) == 1.0 / 3)
    #expect(scores.trueAcceptRate(atFalseAcceptRate: 0.8) == 1)
    #expect(VerificationScores(impostors: impostors, genuine: [[]]).trueAcceptRate(upTo: 1) == nil)
  }

  /// The tail that is kept is enough, and the rest is counted all the same.
  @Test func onlyTheNearestImpostorsAreKept() {
    let faces = MadePeople(Array(repeating: 1, count: 300), seed: 9)
    let scores = VerificationScores(
      faces.pairs(), upToFalseAcceptRate: 1e-3, keepingAtLeast: 500)
    let all = faces.pairs().impostors(upTo: .infinity).map(\.distance).sorted()
    #expect(scores.impostorCount == 300 * 299 / 2 && all.count == scores.impostorCount)
    #expect((501..<520).contains(scores.impostors.count))
    #expect(scores.threshold(atFalseAcceptRate: 1e-3) == all[44].nextDown)
    #expect(scores.threshold(atFalseAcceptRate: 1e-2) == all[448].nextDown)
  }
}
