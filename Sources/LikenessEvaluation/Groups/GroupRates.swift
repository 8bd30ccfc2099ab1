import Foundation
import LikenessCore

/// Rates of false matches and non-matches within groups at one threshold, also over resampled people.
///
/// A partition puts each photo into one group or none; there may be several, such as by age and by sex.
struct GroupRates: Sendable {
  /// What the pairs within one group come to.
  struct Cell: Sendable {
    /// People with a face in it.
    var people = 0
    var falsePairs = 0
    var falseMatches = 0
    var truePairs = 0
    var falseNonMatches = 0
    /// How many faces each person has in it: person and number.
    fileprivate var faces: [(person: Int, count: Int)] = []
    /// The two people of each false match, or of a random sample of them; and the fraction sampled.
    fileprivate var matches: [(first: Int32, second: Int32)] = []
    fileprivate var drawn = 1.0
    /// Of each person with several photos in it: pairs, and those not matched.
    fileprivate var own: [(person: Int, pairs: Int, nonMatches: Int)] = []

    /// nil without pairs.
    func falseMatchRate(_ weights: PeopleBootstrap.Weights? = nil) -> Double? {
      guard let weights else {
        return falsePairs > 0 ? Double(falseMatches) / Double(falsePairs) : nil
      }
      let pairs = weightedPairs(weights)
      guard pairs > 0 else { return nil }
      let matched = matches.reduce(0.0) {
        $0 + Double(weights[Int($1.first)]) * Double(weights[Int($1.second)])
      }
      return min(1, matched / drawn / pairs)
    }

    /// (Σ w n)² − Σ (w n)², halved.
    fileprivate func weightedPairs(_ weights: PeopleBootstrap.Weights) -> Double {
      var (sum, squares) = (0.0, 0.0)
      for (person, count) in faces {
        let weighted = Double(count) * Double(weights[person])
        sum += weighted
        squares += weighted * weighted
      }
      return (sum * sum - squares) / 2
    }

    /// nil without pairs.
    func falseNonMatchRate(_ weights: PeopleBootstrap.Weights? = nil) -> Double? {
      guard let weights else {
        return truePairs > 0 ? Double(falseNonMatches) / Double(truePairs) : nil
      }
      var (missed, total) = (0.0, 0.0)
      for person in own {
        let weight = Double(weights[person.person])
        missed += weight * Double(person.nonMatches)
        total += weight * Double(person.pairs)
      }
      return total > 0 ? missed / total : nil
    }

    /// People with several photos in it.
    var peopleWithPairs: Int { own.count }
  }

  /// `(partitions, groups)`
  let cells: [[Cell]]

  /// Of more false matches of a group, its interval is made of a random sample of that size, which blurs it by less than a hundredth
  /// of the rate.
  static let maximumSampledMatches = 20_000

  /// - Parameters:
  ///   - persons: whom each photo shows, `(photos,)`.
  ///   - faces: which photos the rows of `pairs` are, in their order.
  ///   - pairs: of all photos with a face.
  ///   - groups: of each partition each photo's group, negative for none, `(partitions, photos)`.
  ///   - counts: how many groups each partition has.
  init(
    persons: [Int32], faces: [Int], pairs: FacePairs, groups: [[Int32]], counts: [Int],
    threshold: Float
  ) {
    // Of each row, partition by partition.
    let rowGroups = groups.map { own in faces.map { own[$0] } }
    let starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let total = starts[counts.count]

    // Into which cells a pair falls, if it is within the threshold.
    @Sendable func forEachCell(_ pair: FacePairs.Pair, _ body: (Int) -> Void) {
      guard pair.distance <= threshold else { return }
      for (partition, own) in rowGroups.enumerated() {
        let group = own[Int(pair.first)]
        if group >= 0, group == own[Int(pair.second)] { body(starts[partition] + Int(group)) }
      }
    }
    let matches = pairs.reduceImpostors(into: [Int](repeating: 0, count: total)) { part, pair in
      forEachCell(pair) { part[$0] += 1 }
    } joining: { sum, part in
      for cell in sum.indices { sum[cell] += part[cell] }
    }
    let drawn = matches.map { min(1, Double(Self.maximumSampledMatches) / Double(max(1, $0))) }
    let people = pairs.people
    let kept = pairs.reduceImpostors(
      into: [[(first: Int32, second: Int32)]](repeating: [], count: total)
    ) { part, pair in
      forEachCell(pair) { cell in
        guard drawn[cell] == 1 || Self.uniformHash(pair) < drawn[cell] else { return }
        part[cell].append((people[Int(pair.first)], people[Int(pair.second)]))
      }
    } joining: { sum, part in
      for cell in sum.indices { sum[cell] += part[cell] }
    }

    let rowOfPhoto = Dictionary(uniqueKeysWithValues: faces.enumerated().map { ($1, $0) })
    cells = groups.indices.map { partition in
      var photos = [[Int]](repeating: [], count: counts[partition])
      for (photo, group) in groups[partition].enumerated() where group >= 0 {
        photos[Int(group)].append(photo)
      }
      return photos.enumerated().map { group, photos in
        let place = starts[partition] + group
        var cell = Cell()
        cell.falseMatches = matches[place]
        // In one order, whichever thread came first.
        cell.matches = kept[place].sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        cell.drawn =
          matches[place] > 0 ? Double(kept[place].count) / Double(matches[place]) : 1
        let byPerson = Dictionary(grouping: photos) { Int(persons[$0]) }
        for (person, own) in byPerson.sorted(by: { $0.key < $1.key }) {
          let rows = own.compactMap { rowOfPhoto[$0] }
          if !rows.isEmpty { cell.faces.append((person, rows.count)) }
          guard own.count > 1 else { continue }
          let matched = rows.indices.reduce(0) { sum, a in
            sum + rows[..<a].count { pairs.rows.distance(rows[a], $0) <= threshold }
          }
          let all = own.count * (own.count - 1) / 2
          cell.own.append((person, all, all - matched))
        }
        cell.people = cell.faces.count
        let counts = cell.faces.map(\.count)
        let sum = counts.reduce(0, +)
        cell.falsePairs = (sum * sum - counts.reduce(0) { $0 + $1 * $1 }) / 2
        cell.truePairs = cell.own.reduce(0) { $0 + $1.pairs }
        cell.falseNonMatches = cell.own.reduce(0) { $0 + $1.nonMatches }
        return cell
      }
    }
  }

  /// A pseudo-random number in 0..<1 that depends on the pair alone.
  private static func uniformHash(_ pair: FacePairs.Pair) -> Double {
    var random = SeededRandom(seed: UInt64(pair.first) << 32 | UInt64(pair.second))
    return Double(random.next() >> 11) * 0x1p-53
  }

  /// The largest false match rate of some cells over the geometric mean of all of them (Grother, "Face Recognition Vendor
  /// Test Part 8: Summarizing Demographic Differentials", NIST IR 8429, 2022).
  /// - Parameter weights: a cell in which no false match was drawn counts as if half a one had been.
  /// - Returns: nil for fewer than two cells, or where one has no pairs or no false match.
  static func largestToMean(
    _ cells: [Cell], _ weights: PeopleBootstrap.Weights? = nil
  ) -> (ratio: Double, cell: Int, mean: Double)? {
    let rates = cells.compactMap { cell -> Double? in
      guard let rate = cell.falseMatchRate(weights) else { return nil }
      if rate == 0, let weights { return 0.5 / cell.weightedPairs(weights) }
      return rate > 0 ? rate : nil
    }
    guard rates.count == cells.count, rates.count > 1,
      let largest = rates.indices.max(by: { rates[$0] < rates[$1] })
    else { return nil }
    let mean = exp(rates.reduce(0) { $0 + log($1) } / Double(rates.count))
    return (rates[largest] / mean, largest, mean)
  }
}
