/// Keeps the nearest of all neighbours offered to it: a heap with the farthest of them on top.
struct BoundedHeap {
  private let capacity: Int
  private var items: [Neighbor] = []

  init(capacity: Int) {
    self.capacity = capacity
  }

  mutating func offer(_ item: Neighbor) {
    if items.count < capacity {
      items.append(item)
      var child = items.count - 1
      while child > 0, Self.isFarther(items[child], than: items[(child - 1) / 2]) {
        items.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if Self.isFarther(items[0], than: item) {
      items[0] = item
      sink()
    }
  }

  /// Everything kept, the nearest first.
  func sorted() -> [Neighbor] {
    items.sorted { Self.isFarther($1, than: $0) }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
        if Self.isFarther(items[child], than: items[largest]) { largest = child }
      }
      guard largest != parent else { return }
      items.swapAt(parent, largest)
      parent = largest
    }
  }

  /// By distance, then by row, so that answers do not depend on the order of looking; what is no
  /// number is farther than everything.
  private static func isFarther(_ a: Neighbor, than b: Neighbor) -> Bool {
    if a.distance.isNaN || b.distance.isNaN {
      return a.distance.isNaN && b.distance.isNaN ? a.row > b.row : a.distance.isNaN
    }
    return a.distance != b.distance ? a.distance > b.distance : a.row > b.row
  }
}
