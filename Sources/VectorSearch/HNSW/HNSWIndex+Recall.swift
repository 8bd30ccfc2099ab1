import LikenessCore

extension HNSWIndex {
  /// What was measured, and over how many vectors; nothing before the first search that states a recall.
  public var calibration: RecallCalibration { knownCalibration.withLock { $0 } }

  /// The beam that reaches a recall, measured on the index itself when it has changed by a fifth since;
  /// nil if none did.
  func beam(count: Int, recall: Double) throws(IndexError) -> Int? {
    let size = self.count
    var calibration = calibration
    if abs(calibration.size - size) * 5 > max(calibration.size, size) {
      calibration = RecallCalibration(size: size)
    }
    if calibration.knows(count: count) { return calibration.beam(count: count, recall: recall) }
    calibration.points += try measureRecall(count: RecallCalibration.measured(count))
    calibration.points.sort { ($0.count, $0.beam) < ($1.count, $1.beam) }
    let measured = calibration
    knownCalibration.withLock { $0 = measured }
    return measured.beam(count: count, recall: recall)
  }

  /// The recall of wider and wider beams, until nearly everything is found.
  func measureRecall(count: Int, queries: Int = 100) throws(IndexError) -> [RecallCalibration.Point]
  {
    let probes = probes(queries)
    let truth = probes.map { probe in
      Set(
        probe.withUnsafeBufferPointer { query in
          store.rowLock.shared {
            store.nearest(to: query, count: count, metric: metric, filter: .all).map(\.distance)
          }
        })
    }
    var points: [RecallCalibration.Point] = []
    var beam = max(count, 8)
    while true {
      var (found, expected) = (0, 0)
      for (probe, nearest) in zip(probes, truth) {
        let answer = try probe.withUnsafeBufferPointer { query throws(IndexError) in
          try search(query, count: count, beam: beam)
        }
        // By distance, since any of several vectors at one distance is right.
        found += min(nearest.count, Set(answer.map(\.distance)).intersection(nearest).count)
        expected += nearest.count
      }
      let recall = expected == 0 ? 1 : Double(found) / Double(expected)
      points.append(.init(count: count, beam: beam, recall: recall))
      if recall >= 0.9995 || beam >= min(4096, max(self.count, count)) { return points }
      beam += max(4, beam / 3)
    }
  }

  /// Queries like those that come, half of them of people who are there: a vector of the index, moved as
  /// another lies beside its nearest; and half of unknown people: two vectors' mean, as far from the middle as
  /// one vector is. The vectors themselves would be found too easily.
  private func probes(_ count: Int) -> [[Float]] {
    // Makes the table of slots, which is only read below.
    store.rowLock.exclusive { _ = store.slot(of: 0) }
    return store.rowLock.shared {
      let total = store.slotCount
      guard total > 0 else { return [] }
      var probes: [[Float]] = []
      // Evenly spread, so that the same index gives the same answer.
      for number in 0..<count {
        let slots = [number, number + count].map { ($0 * total / (2 * count)) % total }
        guard slots.allSatisfy({ store.id($0) != VectorStore.noID }) else { continue }
        let (one, other) = (store.vector(slots[0]), store.vector(slots[1]))
        if number % 2 == 0 {
          let beside = store.nearest(to: other, count: 2, metric: metric, filter: .all)
            .last.flatMap { store.knownSlot(of: $0.id) }
          let near = store.vector(beside ?? slots[1])
          probes.append((0..<dimensions).map { one[$0] + (near[$0] - other[$0]) })
        } else {
          let middle = metric == .cosine ? [Float](repeating: 0, count: dimensions) : store.centre
          probes.append(
            (0..<dimensions).map {
              middle[$0] + (one[$0] - middle[$0] + (other[$0] - middle[$0]))
                * Float(0.5).squareRoot()
            })
        }
      }
      return probes
    }
  }
}

extension HNSWIndex {
  /// The recall of a search for ten with standard effort; nil if it compares all vectors.
  func measuredRecall() throws(IndexError) -> RecallCalibration.Point? {
    guard case .recall(let recall) = SearchEffort.standard else { return nil }
    // The most common counts are measured together and kept in the index's file.
    for count in [1, 100] { _ = try beam(count: count, recall: recall) }
    let beam = try beam(count: 10, recall: recall)
    return calibration.points.first { $0.count == 10 && $0.beam == beam }
  }
}
