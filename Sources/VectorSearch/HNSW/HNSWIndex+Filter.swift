import CKernels
import LikenessCore

extension HNSWIndex {
  /// What following a node of the walk costs in units of looking at one code in a scan: links, their
  /// codes all over memory, and their places among the nearest.
  private static let walkCost = 60.0
  /// What looking up one id and its vector costs in the same units.
  private static let lookupCost = 20.0

  /// The nearest of those that a filter allows: walks with a beam that is as much wider as fewer are
  /// allowed, or looks at every allowed one where that is cheaper.
  func search(
    _ query: UnsafeBufferPointer<Float>, count: Int, beam: Int, _ filter: SearchFilter
  ) throws(IndexError) -> [Neighbor] {
    let total = Double(max(1, self.count))
    var scanCost = total
    var wide = Double(beam)
    if case .ids(let ids) = filter {
      let few = Double(ids.count)
      if few * Self.lookupCost < total { scanCost = few * Self.lookupCost }
      wide *= max(1, total / max(1, few))
    }
    while wide * Self.walkCost < scanCost {
      let width = Int(wide)
      let (answer, allowed) = try scratchPool.withScratch {
        scratch throws(IndexError) -> ([Neighbor], Int) in
        try graphLock.shared { () throws(IndexError) -> ([Neighbor], Int) in
          let encoded = EncodedQuery(query, in: store)
          guard encoded.error.isFinite else { return ([], -1) }
          let found = try walk(encoded, beam: width, scratch)
          // Called once for each vector, since a condition may be expensive.
          let allowed = found.filter { filter.allows(store.id(Int($0.node))) }
          return (nearest(query, encoded, count: count, of: allowed) { _ in true }, allowed.count)
        }
      }
      if allowed >= beam { return answer }
      if allowed < 0 { break }
      // As many as will be enough if the rest is like what was seen, and some more.
      wide *= max(2, min(64, 1.3 * Double(beam) / Double(max(1, allowed))))
    }
    return exact(query, count: count, filter)
  }

  private func exact(
    _ query: UnsafeBufferPointer<Float>, count: Int, _ filter: SearchFilter
  ) -> [Neighbor] {
    if case .ids(let ids) = filter, Double(ids.count) * Self.lookupCost < Double(self.count) {
      let known = store.rowLock.shared {
        store.knowsSlots ? ids.compactMap { store.knownSlot(of: $0) } : nil
      }
      // Makes the table of slots, once.
      let slots = known ?? store.rowLock.exclusive { ids.compactMap { store.slot(of: $0) } }
      return store.rowLock.shared {
        var best = BoundedHeap(capacity: count)
        // A vector removed since has no slot, or another has taken it, which the filter may reject.
        store.compareAll(query, metric: metric, rows: slots, filter: filter, into: &best)
        return best.sorted()
      }
    }
    return store.rowLock.shared {
      store.nearest(to: query, count: count, metric: metric, filter: filter)
    }
  }
}
