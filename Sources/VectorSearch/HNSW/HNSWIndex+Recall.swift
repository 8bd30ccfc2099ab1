import Foundation
import LikenessCore

extension HNSWIndex {
  /// What was measured, and over how many vectors; nothing before the first search that states a recall.
  public var calibration: RecallCalibration { knownCalibration.withLock { $0 } }

  /// How many candidates a search for some neighbours keeps: all vectors where nothing less will do.
  func beam(for effort: SearchEffort, count: Int) throws(IndexError) -> Int {
    switch effort {
    case .beam(let beam): max(count, beam)
    case .recall(let recall): try beam(count: count, recall: recall) ?? max(count, self.count)
    }
  }

  /// The beam that reaches a recall, measured on the index itself where that was not done or a tenth of the vectors has come or
  /// gone since; nil if none does.
  func beam(count: Int, recall: Double) throws(IndexError) -> Int? {
    try calibrate(recall: recall, people: [:])?.beam(count: count, recall: recall)
  }

  /// Whether a search that states a recall would have it measured first.
  func needsCalibration(recall: Double) -> Bool {
    count >= RecallCalibration.leastSize && !calibration.knows(recall: recall)
  }

  /// The measured beams; nil for an index so small that all vectors are compared.
  /// - Parameter people: who vectors are of, by their ids, where that is known.
  @discardableResult
  func calibrate(
    recall: Double, people: [Int64: Int]
  ) throws(IndexError) -> RecallCalibration? {
    guard count >= RecallCalibration.leastSize else { return nil }
    let known = calibration
    if known.knows(recall: recall) { return known }
    return try calibrating.exclusive { () throws(IndexError) -> RecallCalibration in
      // Another thread may have done it meanwhile.
      let known = calibration
      if known.knows(recall: recall) { return known }
      let probes = unseenProbes(recall: recall, people: people)
      return try measureRecall(until: recall, probes: probes, since: known.changes)
    }
  }

  /// Counts vectors that came or went.
  func noteChanges(_ count: Int) { knownCalibration.withLock { $0.changes += count } }

  /// Each half as wide again as the one before, or a third: builds of the same vectors then come to the same beam, or to its neighbour.
  static let beams = Array(
    sequence(state: 8) { (beam: inout Int) -> Int? in
      defer { beam += beam.nonzeroBitCount == 1 ? beam / 2 : beam / 3 }
      return beam <= 4_096 ? beam : nil
    })

  /// The recall of wider and wider beams, until the bound of each count reaches a target.
  ///
  /// All beams are tried with the same probes, and what a beam finds a wider one finds too, but for rare exceptions. So the smallest
  /// beam that passes is the one at which a test from the widest beam down would stop, and the bound holds for it as
  /// for a beam that was chosen beforehand.
  private func measureRecall(
    until target: Double, probes kinds: [UnseenProbes], since changes: Int
  ) throws(IndexError) -> RecallCalibration {
    var measured = RecallCalibration()
    measured.size = count
    measured.target = target
    measured.date = Date()
    var pending = RecallCalibration.counts.filter { isReachable(target, count: $0, kinds) }
    for beam in Self.beams where beam < measured.size && !pending.isEmpty {
      for point in try points(of: pending.filter { $0 <= beam }, beam, target, kinds) {
        measured.points.append(point)
        if point.bound >= target { pending.removeAll { $0 == point.count } }
      }
    }
    measured.points.sort { ($0.count, $0.beam) < ($1.count, $1.beam) }
    knownCalibration.withLock { known in
      measured.changes = known.changes - changes
      known = measured
    }
    return measured
  }

  /// The probes that a beam is tried with, one part after the other while it may still pass, and for which counts. Losses among a
  /// hundred neighbours are even, so half of the probes are enough.
  private static let parts: [(range: Range<Double>, counts: ClosedRange<Int>)] = [
    (0..<0.25, 1...100), (0.25..<0.5, 1...100), (0.5..<1, 1...10),
  ]

  private static func part(_ range: Range<Double>, of probes: [UnseenProbe]) -> ArraySlice<
    UnseenProbe
  > {
    probes[
      Int(range.lowerBound * Double(probes.count))..<Int(range.upperBound * Double(probes.count))]
  }

  /// Whether there are so many probes that the bound reaches a target if they miss nothing.
  private func isReachable(_ target: Double, count: Int, _ kinds: [UnseenProbes]) -> Bool {
    kinds.allSatisfy { kind in
      var tally = LossTally(count: count)
      for (range, counts) in Self.parts where counts.contains(count) {
        for probe in Self.part(range, of: kind.probes) where probe.nearest.count >= count {
          tally.add(misses: 0)
        }
      }
      return 1 - tally.upperBound(confidence: RecallCalibration.confidence) >= target
    }
  }

  /// What a beam finds of some counts.
  private func points(
    of counts: [Int], _ beam: Int, _ target: Double, _ kinds: [UnseenProbes]
  ) throws(IndexError) -> [RecallCalibration.Point] {
    let none = Dictionary(uniqueKeysWithValues: counts.map { ($0, LossTally(count: $0)) })
    var tallies = kinds.map { _ in none }
    var hopeful = counts
    for (range, wanted) in Self.parts {
      hopeful.removeAll { count in
        tallies.contains { $0[count].map(\.mean) ?? 0 > 2 * (1 - target) }
      }
      let counts = hopeful.filter(wanted.contains)
      guard !counts.isEmpty else { break }
      for (number, kind) in kinds.enumerated() {
        let lost = try losses(of: counts, beam, Self.part(range, of: kind.probes))
        for (count, tally) in lost { tallies[number][count]? += tally }
      }
    }
    return counts.compactMap { count in
      let known = zip(kinds, tallies).compactMap { kind, tallies in
        tallies[count].map {
          (kind, tally: $0, bound: $0.upperBound(confidence: RecallCalibration.confidence))
        }
      }
      guard let worst = known.max(by: { $0.bound < $1.bound }) else { return nil }
      let strangers = known.filter(\.0.areStrangers).reduce(0) { $0 + $1.tally.total }
      return RecallCalibration.Point(
        count: count, beam: beam, recall: 1 - worst.tally.mean, bound: 1 - worst.bound,
        probes: known.reduce(0) { $0 + $1.tally.total }, strangers: strangers)
    }
  }

  /// How many of their nearest some probes miss, for each count.
  private func losses(
    of counts: [Int], _ beam: Int, _ probes: ArraySlice<UnseenProbe>
  ) throws(IndexError) -> [Int: LossTally] {
    let probes = Array(probes)
    let empty = Dictionary(uniqueKeysWithValues: counts.map { ($0, LossTally(count: $0)) })
    let tallies = Guarded(empty)
    let failure = FirstFailure()
    let group = 16
    inParallel((probes.count + group - 1) / group, threads: ProcessorQuota.count) { number in
      failure.record { () throws(IndexError) in
        var some = empty
        for probe in probes[number * group..<min((number + 1) * group, probes.count)] {
          let found = try distances(to: probe, beam, count: counts.max() ?? 0)
          for count in counts where probe.nearest.count >= count {
            // By distance, since any of several vectors at one distance is right.
            let right = found.prefix(count).count { $0 <= probe.nearest[count - 1] }
            some[count]?.add(misses: count - right)
          }
        }
        tallies.withLock { all in
          for (count, tally) in some { all[count]? += tally }
        }
      }
    }
    try failure.rethrow()
    return tallies.withLock { $0 }
  }

  /// The distances of what a walk finds of a probe, rising.
  private func distances(
    to probe: UnseenProbe, _ beam: Int, count: Int
  ) throws(IndexError) -> [Float] {
    try probe.vector.withUnsafeBufferPointer { query throws(IndexError) in
      try scratchPool.withScratch { scratch throws(IndexError) in
        try graphLock.shared { () throws(IndexError) in
          let encoded = EncodedQuery(query, in: store)
          let found = try walk(encoded, beam: beam, without: probe.hidden, scratch)
          return nearest(query, encoded, count: count, of: found) { _ in true }.map(\.distance)
        }
      }
    }
  }
}

extension HNSWIndex {
  /// The recall of a search for ten with standard effort; nil if it compares all vectors.
  func measuredRecall() throws(IndexError) -> RecallCalibration.Point? {
    guard case .recall(let recall) = SearchEffort.standard,
      let calibration = try calibrate(recall: recall, people: [:])
    else { return nil }
    return calibration.points.first { $0.count == 10 && $0.bound >= recall }
  }
}
