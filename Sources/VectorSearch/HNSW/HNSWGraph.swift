import CKernels
import LikenessCore
import Synchronization

/// The links between the vectors of a store, in layers: all vectors are in layer 0, and of each layer
/// about one in `links` is in the next one too.
///
/// Every link goes both ways, so that a vector's neighbours are all that link to it and it can be taken
/// out again. A link is taken out only while both its ends have a common neighbour, so that each layer
/// stays in one piece however it changes.
final class HNSWGraph: @unchecked Sendable {
  typealias Node = UInt32

  /// Where walks begin: a node of the highest layer.
  struct Entry {
    var node: Node
    var level: Int
  }

  // Links are read and written as ck_graph_* does, by many threads; the rest of a node is written before
  // it is linked. `locks` makes changes of links one; `upper` guards the room for blocks.
  let store: VectorStore
  let parameters: HNSWParameters
  let locks = NodeLocks()
  /// Blocks of `baseDegree` links, one for each slot.
  let baseLinks: ReservedMemory<Node>
  /// Blocks of `links` links, those of a node one after the other from layer 1 on.
  let upperLinks: ReservedMemory<Node>
  /// The first of a node's blocks in `upperLinks`.
  let firstUpperBlock: ReservedMemory<UInt32>
  /// For each slot one more than its highest layer; 0 where it is in none.
  let heights: ReservedMemory<UInt8>
  private let entryBits = Atomic<UInt64>(.max)
  /// Held while a node is inserted that becomes the entry.
  let raising = SharedLock()
  private let upper = Guarded(UpperBlocks())

  private struct UpperBlocks {
    var count = 0
    /// Blocks of removed nodes, by how many lie side by side.
    var free: [Int: [UInt32]] = [:]
  }

  static let maximumLevel = 24

  init(_ store: VectorStore, _ parameters: HNSWParameters) throws(IndexError) {
    self.store = store
    self.parameters = parameters
    baseLinks = try ReservedMemory(capacity: store.capacity * 2 * parameters.links)
    upperLinks = try ReservedMemory(capacity: store.capacity / 2 * parameters.links)
    firstUpperBlock = try ReservedMemory(capacity: store.capacity)
    heights = try ReservedMemory(capacity: store.capacity)
  }

  var baseDegree: Int { 2 * parameters.links }

  func degree(_ level: Int) -> Int { level == 0 ? baseDegree : parameters.links }

  func layer(_ level: Int) -> ck_graph_layer {
    level == 0
      ? ck_graph_layer(links: baseLinks.start, degree: baseDegree, blocks: nil, level: 0)
      : ck_graph_layer(
        links: upperLinks.start, degree: parameters.links, blocks: firstUpperBlock.start,
        level: UInt32(level - 1))
  }

  var entry: Entry? {
    get {
      let bits = entryBits.load(ordering: .acquiring)
      return bits == .max
        ? nil : Entry(node: Node(truncatingIfNeeded: bits), level: Int(bits >> 32))
    }
    set {
      let bits = newValue.map { UInt64($0.level) << 32 | UInt64($0.node) } ?? .max
      entryBits.store(bits, ordering: .releasing)
    }
  }

  /// The highest layer of a vector: one in `links` goes a layer up, by its id.
  func level(of id: Int64) -> Int {
    // Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
    var z = UInt64(bitPattern: id) &+ parameters.seed &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    var level = 0
    while level < Self.maximumLevel, z % UInt64(parameters.links) == 0 {
      z /= UInt64(parameters.links)
      level += 1
    }
    return level
  }

  /// Gives a node empty blocks of links.
  func addBlocks(of node: Node, level: Int) {
    let slot = Int(node)
    (baseLinks.start + slot * baseDegree).update(repeating: .max, count: baseDegree)
    heights.start[slot] = UInt8(level + 1)
    guard level > 0 else { return }
    let block = upper.withLock { upper -> Int in
      if let free = upper.free[level]?.popLast() { return Int(free) }
      defer { upper.count += level }
      return upper.count
    }
    firstUpperBlock.start[slot] = UInt32(block)
    (upperLinks.start + block * parameters.links).update(
      repeating: .max, count: level * parameters.links)
  }

  func removeBlocks(of node: Node) {
    let level = Int(heights.start[Int(node)]) - 1
    heights.start[Int(node)] = 0
    guard level > 0 else { return }
    upper.withLock { $0.free[level, default: []].append(firstUpperBlock.start[Int(node)]) }
  }

  /// How many blocks `upperLinks` holds, used or free.
  var upperBlockCount: Int { upper.withLock { $0.count } }
}

// MARK: - Files

extension HNSWGraph {
  /// - Throws: `IndexError`
  convenience init(
    _ store: VectorStore, _ head: IndexFile.GraphHead, _ file: OpenIndexFile
  ) throws(IndexError) {
    let links = head.parameters.links
    guard (4...128).contains(links),
      (1...HNSWParameters.maximumConstructionBeam).contains(head.parameters.constructionBeam),
      (0...store.capacity / 2).contains(head.upperBlocks)
    else { throw .damaged(path: file.url.path, reason: "its graph makes no sense") }
    try self.init(store, head.parameters)
    let count = store.slotCount
    try file.map(.baseLinks, to: baseLinks, count: count * baseDegree)
    try file.map(.upperLinks, to: upperLinks, count: head.upperBlocks * links)
    try file.map(.firstUpperBlock, to: firstUpperBlock, count: count)
    try file.map(.heights, to: heights, count: count)
    if let reason = wayOut(head) { throw .damaged(path: file.url.path, reason: reason) }
    entry = head.entry.map { Entry(node: $0, level: head.entryLevel) }
    upper.withLock { upper in
      upper.count = head.upperBlocks
      if store.count < count { upper.free = freeUpperBlocks(of: head.upperBlocks) }
    }
  }

  /// What in a file would lead a walk out of the graph, where others' memory may lie; nil if nothing does. Checksums tell accidents, not
  /// forgeries, and walks take links as they are.
  private func wayOut(_ head: IndexFile.GraphHead) -> String? {
    let count = store.slotCount
    for slot in 0..<count {
      let height = Int(heights.start[slot])
      guard height <= Self.maximumLevel + 1, (height == 0) == (store.id(slot) == VectorStore.noID)
      else { return "slot \(slot) is in layers that there are not" }
      guard height < 2 || Int(firstUpperBlock.start[slot]) + height - 1 <= head.upperBlocks
      else { return "slot \(slot) has links outside of its graph" }
    }
    guard let entry = head.entry else {
      return store.count == 0 ? nil : "its graph has no entry"
    }
    guard Int(entry) < count, Int(heights.start[Int(entry)]) == head.entryLevel + 1 else {
      return "the entry of its graph is not in it"
    }
    // One more than the largest; what marks the end of a node's links becomes 0.
    var end: Node = 0
    for place in 0..<count * baseDegree { end = max(end, baseLinks.start[place] &+ 1) }
    guard end <= count else { return "links lead to slot \(end - 1) of \(count)" }
    for slot in 0..<count {
      let height = Int(heights.start[slot])
      // Where no slot is free, all that there are can be linked to in layer 0.
      for level in (store.count < count ? 0 : 1)..<max(1, height) where level < height {
        for other in links(of: Node(slot), level)
        where Int(other) >= count || Int(heights.start[Int(other)]) <= level {
          return "slot \(slot) is linked to \(other), which is not in layer \(level)"
        }
      }
    }
    return nil
  }

  /// The blocks that no node has, as single ones.
  private func freeUpperBlocks(of count: Int) -> [Int: [UInt32]] {
    var isUsed = [Bool](repeating: false, count: count)
    for slot in 0..<store.slotCount where heights.start[slot] > 1 {
      let first = Int(firstUpperBlock.start[slot])
      for block in first..<min(count, first + Int(heights.start[slot]) - 1) { isUsed[block] = true }
    }
    return [1: isUsed.indices.filter { !isUsed[$0] }.map(UInt32.init)]
  }

  func head(_ calibration: RecallCalibration) -> IndexFile.GraphHead {
    IndexFile.GraphHead(
      parameters: parameters, entry: entry?.node, entryLevel: entry?.level ?? 0,
      upperBlocks: upperBlockCount, recall: calibration.target > 0 ? calibration : nil)
  }

  /// No thread links or removes at the same time.
  func sections() -> [(IndexFile.SectionName, UnsafeRawBufferPointer)] {
    func bytes<Element>(_ memory: ReservedMemory<Element>, _ count: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(UnsafeBufferPointer(start: memory.start, count: count))
    }
    let count = store.slotCount
    return [
      (.baseLinks, bytes(baseLinks, count * baseDegree)),
      (.upperLinks, bytes(upperLinks, upperBlockCount * parameters.links)),
      (.firstUpperBlock, bytes(firstUpperBlock, count)), (.heights, bytes(heights, count)),
    ]
  }
}

// MARK: - Links

extension HNSWGraph {
  func links(of node: Node, _ level: Int) -> [Node] {
    [Node](unsafeUninitializedCapacity: degree(level)) { out, count in
      var layer = layer(level)
      count = ck_graph_links(&layer, node, out.baseAddress!)
    }
  }

  func isLinked(_ a: Node, _ b: Node, _ level: Int) -> Bool {
    links(of: a, level).contains(b)
  }

  /// Links two nodes if both have room. The caller has both locked, or the graph to itself.
  func link(_ a: Node, _ b: Node, _ level: Int) -> Bool {
    var layer = layer(level)
    guard a != b, ck_graph_add_link(&layer, a, b) != 0 else { return false }
    if ck_graph_add_link(&layer, b, a) != 0 { return true }
    _ = ck_graph_remove_link(&layer, a, b)
    return false
  }

  func unlink(_ a: Node, _ b: Node, _ level: Int) {
    var layer = layer(level)
    _ = ck_graph_remove_link(&layer, a, b)
    _ = ck_graph_remove_link(&layer, b, a)
  }

  /// The squared distances from the code of a node to those of others.
  func distances(
    from node: Node, to others: UnsafeBufferPointer<Node>, _ out: UnsafeMutablePointer<Float>
  ) {
    var rows = store.codeRows
    let scale = store.scales.start[Int(node)]
    let query = ck_code_query(
      code: rows.codes + Int(node) * rows.size, factor: 2 * scale.scale)
    ck_code_keys(&rows, query, others.baseAddress, others.count, out)
    for index in 0..<others.count { out[index] += scale.norm }
  }

  func distance(_ a: Node, _ b: Node) -> Float {
    var distance: Float = 0
    withUnsafePointer(to: b) {
      distances(from: a, to: UnsafeBufferPointer(start: $0, count: 1), &distance)
    }
    return distance
  }
}
