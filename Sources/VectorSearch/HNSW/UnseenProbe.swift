import LikenessCore

/// A vector of the index as a query from outside: walks pass by its own node, and by others that one from outside would
/// not meet, and what was hidden is no answer.
struct UnseenProbe {
  let vector: [Float]
  /// Rising: its own slot; those of vectors that are the same; of a stranger those of the whole person.
  let hidden: [HNSWGraph.Node]
  /// The distances of the nearest that are not hidden, rising; at most as many as the largest count that is measured.
  let nearest: [Float]
}

/// Probes of one kind, in an order that is random.
struct UnseenProbes {
  /// Whether each probe's whole person is hidden.
  let areStrangers: Bool
  let probes: [UnseenProbe]
}

extension HNSWIndex {
  /// How many probes of a kind there are at least and at most, if there are as many vectors.
  private static let probeCounts = 1_024.0...8_192
  /// With fewer strangers than this there are none: their bound would be wide, and every search exact.
  private static let leastStrangers = 900
  /// Exact answers that are found more of than are needed, for vectors that are the same as a probe.
  private static let spareAnswers = 28
  /// Whoever has more than this part of all vectors is not hidden: the rest would be another index.
  private static let largestPerson = 0.1

  /// Queries that the graph does not know, with their exact answers.
  ///
  /// The same in each build of the same vectors. They are of two kinds where it is known of enough vectors who they are of: other
  /// pictures of people who are there, and people who are not; else of the first kind only.
  /// - Parameters:
  ///   - recall: whose bound there are enough for, with room for as much real loss.
  ///   - people: who vectors are of, by their ids.
  func unseenProbes(recall: Double, people: [Int64: Int]) -> [UnseenProbes] {
    // Without any loss the bound is 3 / n ("Rule of three", Hanley and Lippman-Hand 1983).
    let enough = 6 / max(1 - recall, 1e-9)
    let count = Int(
      min(max(enough, Self.probeCounts.lowerBound), Self.probeCounts.upperBound))
    // Makes the table of slots, which is only read below.
    store.rowLock.exclusive { _ = store.slot(of: 0) }
    let (order, members) = store.rowLock.shared { (probeOrder(), membersOfPeople(people)) }
    // One of each person, then a second one of each: as many people as possible.
    let most = Int(Self.largestPerson * Double(order.count))
    var turns: [Int: Int] = [:]
    var strangers: [(turn: Int, place: Int, id: Int64, person: Int)] = []
    for (place, id) in order.enumerated() {
      guard let person = people[id], members[person]?.slots.count ?? 0 <= most else { continue }
      strangers.append((turns[person, default: 0], place, id, person))
      turns[person, default: 0] += 1
    }
    let isMixed = strangers.count >= Self.leastStrangers && turns.count < strangers.count
    let known = unseenProbes(
      order.prefix(isMixed ? count : 2 * count).map { Chosen(id: $0, person: nil) },
      areStrangers: false)
    guard isMixed else { return [known] }
    strangers.sort { ($0.turn, $0.place) < ($1.turn, $1.place) }
    let unknown = unseenProbes(
      strangers.prefix(count).map { Chosen(id: $0.id, person: members[$0.person]) },
      areStrangers: true)
    return [known, unknown]
  }

  /// All ids, in an order that depends on nothing but them. The caller holds `rowLock`.
  private func probeOrder() -> [Int64] {
    let keyed = (0..<store.slotCount).compactMap { slot -> (key: UInt64, id: Int64)? in
      let id = store.id(slot)
      guard id != VectorStore.noID else { return nil }
      var random = SeededRandom(seed: 1, path: UInt64(bitPattern: id))
      return (random.next(), id)
    }
    return keyed.sorted { ($0.key, $0.id) < ($1.key, $1.id) }.map(\.id)
  }

  /// A person's vectors.
  private struct Members {
    var ids: Set<Int64> = []
    /// Rising.
    var slots: [HNSWGraph.Node] = []
  }

  /// A vector that becomes a probe, and whom it takes with it.
  private struct Chosen {
    let id: Int64
    let person: Members?
  }

  private func membersOfPeople(_ people: [Int64: Int]) -> [Int: Members] {
    var members: [Int: Members] = [:]
    for (id, person) in people {
      guard let slot = store.knownSlot(of: id) else { continue }
      members[person, default: Members()].ids.insert(id)
      members[person, default: Members()].slots.append(HNSWGraph.Node(slot))
    }
    for person in members.keys { members[person]?.slots.sort() }
    return members
  }

  private func unseenProbes(
    _ chosen: [Chosen], areStrangers: Bool
  ) -> UnseenProbes {
    // Some queries at a time, each group holding up those who write for some hundredths of a second only.
    let group = 32
    let groups = (chosen.count + group - 1) / group
    let found = Guarded([[UnseenProbe]](repeating: [], count: groups))
    inParallel(groups, threads: ProcessorQuota.count) { number in
      let some = chosen[number * group..<min((number + 1) * group, chosen.count)]
      let probes = store.rowLock.shared { unseenProbes(some) }
      found.withLock { $0[number] = probes }
    }
    return UnseenProbes(areStrangers: areStrangers, probes: found.withLock { $0.flatMap(\.self) })
  }

  /// The caller holds `rowLock`.
  private func unseenProbes(_ chosen: ArraySlice<Chosen>) -> [UnseenProbe] {
    // Those that are still there, and that a walk can search for.
    let usable = chosen.compactMap { chosen -> (slot: Int, person: Members?)? in
      guard let slot = store.knownSlot(of: chosen.id),
        EncodedQuery(store.vector(slot), in: store).error.isFinite
      else { return nil }
      return (slot, chosen.person)
    }
    let queries = EmbeddingMatrix(
      dimensions: dimensions, values: usable.flatMap { store.vector($0.slot) })
    let most = RecallCalibration.counts.last ?? 0
    let answers = store.nearest(
      to: queries, rows: 0..<queries.count, count: most + Self.spareAnswers
    ) { row in
      usable[row].person.map { person in .matching { !person.ids.contains($0) } } ?? .all
    }
    return zip(usable, answers).map { probe, answers in
      let vector = store.vector(probe.slot)
      // Vectors that are the same are as far away as the probe from itself.
      let own = metric.distance(vector, vector)
      let same = answers.prefix { $0.distance <= own }
      var hidden = probe.person?.slots ?? [HNSWGraph.Node(probe.slot)]
      let others = same.compactMap { store.knownSlot(of: $0.id).map(HNSWGraph.Node.init) }
      if others.contains(where: { !hidden.contains($0) }) {
        hidden = Set(hidden).union(others).sorted()
      }
      return UnseenProbe(
        vector: Array(vector), hidden: hidden,
        nearest: answers.dropFirst(same.count).prefix(most).map(\.distance))
    }
  }
}
