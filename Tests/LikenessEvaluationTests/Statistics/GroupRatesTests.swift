import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct GroupRatesTests {
  /// Two ways to group the same faces, some photos without a face, against counting pair by pair.
  @Test func ratesAreThoseOfEachPair() {
    let made = MadePeople((0..<90).map { $0 % 4 + 1 }, seed: 21)
    let photos = made.people.indices
    let faces = photos.filter { $0 % 11 != 3 }
    var random = SplitMix64(seed: 22)
    // The first by person, as sex is; the second by photo, as age is, and not for all.
    let sexes = made.people.map { $0 % 3 == 0 ? 0 : 1 as Int32 }
    let ages = photos.map { _ in Int32.random(in: -1..<5, using: &random) }
    let threshold: Float = 0.9
    let rates = GroupRates(
      persons: made.people, faces: faces,
      pairs: FacePairs(
        EmbeddingMatrix(faces.map { made.embeddings[$0] }), people: faces.map { made.people[$0] },
        metric: .l2, threads: 3),
      groups: [sexes, ages], counts: [2, 5], threshold: threshold)
    #expect(rates.cells.map(\.count) == [2, 5])
    for (partition, groups) in [sexes, ages].enumerated() {
      for (group, cell) in rates.cells[partition].enumerated() {
        var (falsePairs, matches, truePairs, nonMatches) = (0, 0, 0, 0)
        for a in photos where groups[a] == group {
          for b in 0..<a where groups[b] == group {
            let areFound = faces.contains(a) && faces.contains(b)
            let isNear =
              areFound
              && Metric.l2.distance(made.embeddings[a], made.embeddings[b]) <= threshold
            if made.people[a] == made.people[b] {
              truePairs += 1
              if !isNear { nonMatches += 1 }
            } else if areFound {
              falsePairs += 1
              if isNear { matches += 1 }
            }
          }
        }
        #expect(cell.falsePairs == falsePairs && cell.falseMatches == matches)
        #expect(cell.truePairs == truePairs && cell.falseNonMatches == nonMatches)
        #expect(falsePairs > 0 && matches > 0 && truePairs > 0 && nonMatches > 0)
        #expect(
          cell.people == Set(faces.filter { groups[$0] == group }.map { made.people[$0] }).count)
        // As they are when everybody is drawn once.
        let once = [Int32](repeating: 1, count: 90)
        #expect(abs(cell.falseMatchRate(once)! - cell.falseMatchRate()!) < 1e-12)
        #expect(abs(cell.falseNonMatchRate(once)! - cell.falseNonMatchRate()!) < 1e-12)
        #expect(cell.falseMatchRate([Int32](repeating: 0, count: 90)) == nil)
      }
    }
  }

  /// Faces on a line, at a distance of a tenth of one another within a group.
  private func rates(_ groups: [(people: Int, near: Int)]) -> GroupRates {
    var (values, own): ([Float], [Int32]) = ([], [])
    for (number, group) in groups.enumerated() {
      for person in 0..<group.people {
        // Those who are near each other share a place, all others have a place of their own.
        values.append(Float(number * 10_000) + (person < group.near ? 0 : Float(person + 10)))
        own.append(Int32(number))
      }
    }
    let people = (0..<Int32(values.count)).map { $0 }
    return GroupRates(
      persons: people, faces: Array(values.indices),
      pairs: FacePairs(
        EmbeddingMatrix(values.map { Embedding([$0]) }), people: people, metric: .l2, threads: 2),
      groups: [own], counts: [groups.count], threshold: 0.5)
  }

  @Test func theLargestIsSetAgainstTheGeometricMean() {
    // Without a false match there is no mean to speak of, and one group has nothing beside it.
    let cells = rates([(100, 10), (100, 0), (25, 0)]).cells[0]
    #expect(cells.map(\.falseMatches) == [45, 0, 0])
    #expect(GroupRates.largestToMean(cells) == nil)
    #expect(GroupRates.largestToMean([cells[0]]) == nil)
    let several = rates([(101, 11), (101, 41), (51, 11)]).cells[0]
    let parts = several.map { $0.falseMatchRate()! }
    let mean = pow(parts[0] * parts[1] * parts[2], 1.0 / 3)
    let found = GroupRates.largestToMean(several)
    #expect(found?.cell == 1)
    #expect(abs(found!.mean - mean) < 1e-12 && abs(found!.ratio - parts[1] / mean) < 1e-9)
  }

  /// More false matches than are kept: those drawn by lot stand for all.
  @Test func manyFalseMatchesAreDrawnFrom() {
    let cell = rates([(400, 300)]).cells[0][0]
    #expect(
      cell.falseMatches == 300 * 299 / 2 && cell.falseMatches > 2 * GroupRates.maximumSampledMatches
    )
    let truth = cell.falseMatchRate()!
    #expect(abs(cell.falseMatchRate([Int32](repeating: 1, count: 400))! - truth) < 1e-9)
    // Whoever is near anybody is drawn twice as often as the others.
    let weights = (0..<400).map { $0 < 300 ? 2 : 1 as Int32 }
    let (near, far) = (600.0, 100.0)
    let pairs = (pow(near + far, 2) - 300 * 4 - 100) / 2
    let expected = 4 * Double(cell.falseMatches) / pairs
    #expect(abs(cell.falseMatchRate(weights)! - expected) < 1e-9)
    // Half of those near: a quarter of the matches, as nearly as the lot has it.
    let half = (0..<400).map { $0 < 150 ? 1 : 0 as Int32 }
    #expect(abs(cell.falseMatchRate(half)! - 1) < 0.03)
  }

  /// People of whom a part is taken for each other: the rate of everybody is within the interval of some.
  @Test func theTruthIsWithinTheInterval() {
    var random = SplitMix64(seed: 31)
    // Everybody has one of 50 looks, and who has the same is taken for the same: 2 % of the pairs.
    var covered = 0
    for trial in 0..<40 {
      let looks = (0..<150).map { _ in Float.random(in: 0..<50, using: &random).rounded(.down) }
      let people = (0..<Int32(150)).map { $0 }
      let cell = GroupRates(
        persons: people, faces: Array(0..<150),
        pairs: FacePairs(
          EmbeddingMatrix(looks.map { Embedding([$0]) }), people: people, metric: .l2, threads: 1),
        groups: [people.map { _ in 0 }], counts: [1], threshold: 0.5
      ).cells[0][0]
      let interval = PeopleBootstrap(people: 150, seed: UInt64(trial), threads: 2).resampled {
        [cell.falseMatchRate($0)]
      }[0]!.percentiles
      if interval.low <= 0.02, 0.02 <= interval.high { covered += 1 }
    }
    #expect(covered >= 36, "\(covered) of 40")
  }
}

@Suite struct GroupTableTests {
  @Test func photosAreNamedByPathNameOrFolder() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("groups.csv")
      try Data(
        """
        photo,sex
        photos/a/1.jpg,by path from the table
        a/2.jpg,by path below the folder
        3.jpg,by name
        a,by folder
        x/b,by path of the folder

        """.utf8
      ).write(to: file)
      let table = try LabelTable(contentsOf: file)
      let photos = folder.appendingPathComponent("photos")
      func sex(_ name: String) -> String? {
        table.entry(of: name, below: photos)?.labels["sex"]
      }
      #expect(sex("a/1.jpg") == "by path from the table")
      #expect(sex("a/2.jpg") == "by path below the folder")
      #expect(sex("a/3.jpg") == "by name" && sex("c/d/3.jpg") == "by name")
      #expect(sex("a/4.jpg") == "by folder" && sex("c/a/4.jpg") == "by folder")
      #expect(sex("x/b/5.jpg") == "by path of the folder")
      #expect(sex("b/5.jpg") == nil && sex("5.jpg") == nil)
      #expect(table.entry(of: "a/4.jpg", below: photos)?.isFolder == true)
      #expect(table.entry(of: "a/3.jpg", below: photos)?.isFolder == false)
      #expect(
        table.entry(of: "a/4.jpg", below: photos) == table.entry(of: "a/5.jpg", below: photos))
    }
  }
}
