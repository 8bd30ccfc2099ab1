import Foundation
import TestSupport
import Testing

@testable import LikenessKit

/// Names of lists go to faces of clusters.
@Suite struct NameAssignmentTests {
  @Test func theBestSumOfAllAssignmentsIsFound() {
    var random = SplitMix64(seed: 3)
    for (rows, columns) in [(1, 1), (2, 3), (4, 4), (3, 6), (5, 5)] {
      let weights = (0..<rows).map { _ in
        (0..<columns).map { _ in Double.random(in: -5...5, using: &random) }
      }
      let found = OptimalAssignment.columns(maximizing: weights)
      #expect(Set(found).count == rows)
      let sum = found.enumerated().reduce(0) { $0 + weights[$1.offset][$1.element] }
      #expect(abs(sum - best(weights, from: 0, without: [])) < 1e-9)
    }
    #expect(OptimalAssignment.columns(maximizing: []).isEmpty)
  }

  private func best(_ weights: [[Double]], from row: Int, without used: Set<Int>) -> Double {
    guard row < weights.count else { return 0 }
    return weights[row].indices.filter { !used.contains($0) }.map {
      weights[row][$0] + best(weights, from: row + 1, without: used.union([$0]))
    }.max() ?? 0
  }

  /// All ways are summed, as by hand: two faces, one name.
  @Test func aNameIsOfOneFaceAtMost() {
    let odds = (first: 3.0, second: 1.0, none: 0.5, missing: 0.25)
    let found = OneToOne.probabilities(
      [[log(odds.first)], [log(odds.second)]], none: [log(odds.none), log(odds.none)],
      missing: log(odds.missing))
    // Either face has it, or none.
    let ways = [
      odds.first * odds.none, odds.none * odds.second, odds.none * odds.none * odds.missing,
    ]
    let total = ways.reduce(0, +)
    #expect(abs(found[0][0] - ways[0] / total) < 1e-12)
    #expect(abs(found[1][0] - ways[1] / total) < 1e-12)
    #expect(OneToOne.probabilities([[], []], none: [0, 0], missing: 0) == [[], []])
  }

  @Test func manyNamesAreAssignedTogether() {
    let count = OneToOne.mostNamesSummed + 4
    let weights = (0..<count).map { face in (0..<count).map { $0 == face ? 0.0 : -9.0 } }
    let found = OneToOne.probabilities(
      weights, none: [Double](repeating: -6, count: count), missing: -2)
    for face in 0..<count {
      #expect(found[face][face] > 0.9 && found[face].reduce(0, +) <= 1)
    }
  }

  /// Whose a cluster is follows from the photos that it is on.
  @Test func clustersAreToldByTheirPhotos() {
    // Faces 0…3 of one person, 4…6 of another, 7 of a stranger.
    let clusters = [0, 0, 0, 0, 1, 1, 1, 2]
    let photos = [
      NameAssignment.Photo(faces: [0, 4], names: [0, 1]),
      NameAssignment.Photo(faces: [1, 5], names: [0, 1]),
      NameAssignment.Photo(faces: [2], names: [0]),
      NameAssignment.Photo(faces: [3, 7], names: [0]),
      NameAssignment.Photo(faces: [6], names: [1]),
    ]
    let answers = answers(clusters, photos, names: 2)
    #expect(answers.map { $0?.name } == [0, 0, 0, 0, 1, 1, 1, nil])
    #expect(answers.prefix(7).allSatisfy { ($0?.probability ?? 0) > 0.9 })
  }

  /// Two who are always together, and are always listed together, cannot be told apart: nothing is guessed.
  @Test func whatCannotBeKnownIsNotSure() {
    let clusters = [0, 1, 0, 1, 0, 1]
    let photos = (0..<3).map {
      NameAssignment.Photo(faces: [2 * $0, 2 * $0 + 1], names: [0, 1])
    }
    let undecided = answers(clusters, photos, names: 2)
    #expect(undecided.allSatisfy { ($0?.probability ?? 0) < 0.6 })
    // One face that the user named decides all.
    let known: [NameAssignment.Known] = [.name(1)] + Array(repeating: .nothing, count: 5)
    let decided = answers(clusters, photos, names: 2, known: known)
    #expect(decided.map { $0?.name } == [nil, 0, 1, 0, 1, 0])
    #expect(decided.dropFirst().allSatisfy { ($0?.probability ?? 0) > 0.9 })
  }

  private func answers(
    _ clusters: [Int], _ photos: [NameAssignment.Photo], names: Int,
    known: [NameAssignment.Known]? = nil
  ) -> [NameAssignment.Answer?] {
    NameAssignment(
      photos: photos, clusters: clusters,
      known: known ?? clusters.map { _ in .nothing }, names: names
    ) { clusters[$0] == clusters[$1] ? 3 : -4 }.answers()
  }

  /// A collection of twenty-one people as a clustering leaves it: split and mixed clusters, strangers, faces that were not found, and
  /// names that are not listed.
  @Test func aCollectionIsNamedAlmostWithoutMistakes() {
    var random = SplitMix64(seed: 11)
    func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }
    let people = 21
    var (truth, photos) = ([Int](), [NameAssignment.Photo]())
    for number in 0..<800 {
      var (faces, names) = ([Int](), [Int]())
      var shown: Set = [number % people]
      while chance(0.3) { shown.insert(.random(in: 0..<people, using: &random)) }
      for person in shown.sorted() {
        if !chance(0.03) {
          faces.append(truth.count)
          truth.append(person)
        }
        if !chance(0.05) { names.append(person) }
      }
      while chance(0.15) {
        faces.append(truth.count)
        truth.append(1000 + truth.count)
      }
      if !names.isEmpty { photos.append(NameAssignment.Photo(faces: faces, names: names)) }
    }
    let keys = truth.map { person in
      let piece = chance(0.15) ? 10_000 * Int.random(in: 1...9, using: &random) : 0
      return chance(0.02) ? Int.random(in: 0..<people, using: &random) : person + piece
    }
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(keys).sorted().enumerated().map { ($1, $0) })
    let clusters = keys.map { numbers[$0, default: 0] }
    let noise = (0..<4096).map { _ in
      (0..<4).reduce(0.0) { sum, _ in sum + .random(in: -1...1, using: &random) }
    }
    let answers = NameAssignment(
      photos: photos, clusters: clusters, known: truth.map { _ in .nothing }, names: people
    ) { a, b in
      (truth[a] == truth[b] ? 2 : -4) + 1.5 * noise[(a &* 7919 &+ b &* 104_729) & 4095]
    }.answers()
    var (right, wrong, wanted) = (0, 0, 0)
    for photo in photos {
      for face in photo.faces {
        let isListed = photo.names.contains(truth[face])
        if isListed { wanted += 1 }
        guard let answer = answers[face], answer.probability >= 0.9 else { continue }
        if answer.name == truth[face] { right += 1 } else { wrong += 1 }
      }
    }
    #expect(Double(right) >= 0.95 * Double(wanted), "\(right) of \(wanted)")
    #expect(Double(wrong) <= 0.01 * Double(wanted), "\(wrong) of \(wanted)")
  }
}
