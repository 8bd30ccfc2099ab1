/// Keeps the nearest of all neighbours offered to it: a heap with the farthest of them on top.
struct BoundedHeap {
  private let capacity: Int
  private var items: [Neighbor] = []

  init(capacity: Int) {
    self.capacity = capacity
    items.reserveCapacity(min(capacity, 256))
  }

  /// The distance from which a neighbour is not kept; infinite while there is room.
  var limit: Float { items.count < capacity ? .infinity : items[0].distance }

  mutating func offer(_ item: Neighbor) {
    guard capacity > 0 else { return }
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
      var child = 2 * parent + 1
      guard child < items.count else { return }
      if child + 1 < items.count, Self.isFarther(items[child + 1], than: items[child]) {
        child += 1
      }
      guard Self.isFarther(items[child], than: items[parent]) else { return }
      items.swapAt(parent, child)
      parent = child
    }
  }

  /// By distance, then by id, so that answers do not depend on the order of looking; what is no
  /// number is farther than everything.
  private static func isFarther(_ a: Neighbor, than b: Neighbor) -> Bool {
    if a.distance.isNaN || b.distance.isNaN {
      return a.distance.isNaN && b.distance.isNaN ? a.id > b.id : a.distance.isNaN
    }
    return a.distance != b.distance ? a.distance > b.distance : a.id > b.id
  }
}
