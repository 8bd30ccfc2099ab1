/// The invariants of a graph that is not being changed.
extension HNSWGraph {
  /// Up to this many vectors everything is checked after each change of a debug build.
  static let checkedSize = 128

  /// The first thing that is not as it must be; nil if all is well.
  func brokenInvariant() -> String? {
    let present = (0..<store.slotCount).filter { heights.start[$0] > 0 }.map(Node.init)
    for slot in 0..<store.slotCount
    where (store.id(slot) == VectorStore.noID) != (heights.start[slot] == 0) {
      return "slot \(slot) is in the store or in the graph, but not in both"
    }
    guard let entry else { return present.isEmpty ? nil : "no entry into \(present.count) nodes" }
    let highest = present.map { Int(heights.start[Int($0)]) - 1 }.max()
    guard highest == entry.level, Int(heights.start[Int(entry.node)]) - 1 == entry.level else {
      return "the entry is on layer \(entry.level), the highest is \(highest ?? -1)"
    }
    for level in 0...entry.level {
      let layer = present.filter { Int(heights.start[Int($0)]) > level }
      if let broken = brokenInvariant(of: Set(layer), level) { return "layer \(level): \(broken)" }
    }
    return nil
  }

  private func brokenInvariant(of nodes: Set<Node>, _ level: Int) -> String? {
    for node in nodes {
      let links = links(of: node, level)
      if links.count > degree(level) { return "node \(node) has \(links.count) links" }
      if Set(links).count != links.count { return "node \(node) is linked twice" }
      for other in links {
        if other == node { return "node \(node) is linked to itself" }
        if !nodes.contains(other) {
          return "node \(node) is linked to \(other), which is not there"
        }
        if !self.links(of: other, level).contains(node) {
          return "the link from \(node) to \(other) does not go back"
        }
      }
    }
    guard let start = nodes.first else { return nil }
    let reached = component(of: start, level).count
    return reached == nodes.count ? nil : "\(reached) of \(nodes.count) nodes are in one piece"
  }
}
