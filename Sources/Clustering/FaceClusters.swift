/// Faces divided into people.
public struct FaceClusters: Sendable, Equatable {
  /// The cluster of each row, `(n,)`, from 0 to `count - 1`: the largest first, equally large ones in the
  /// order of their first rows.
  public let labels: [Int32]
  /// The number of clusters.
  public let count: Int

  /// - Parameter labels: any numbers, equal for rows of one cluster.
  public init(renumbering labels: [Int32]) {
    var places: [Int32: Int] = [:]
    var sizes: [(first: Int, size: Int)] = []
    for (row, label) in labels.enumerated() {
      if let place = places[label] {
        sizes[place].size += 1
      } else {
        places[label] = sizes.count
        sizes.append((row, 1))
      }
    }
    let order = sizes.indices.sorted {
      (-sizes[$0].size, sizes[$0].first) < (-sizes[$1].size, sizes[$1].first)
    }
    var ranks = [Int32](repeating: 0, count: sizes.count)
    for (rank, place) in order.enumerated() { ranks[place] = Int32(rank) }
    self.labels = labels.map { ranks[places[$0]!] }
    count = sizes.count
  }
}
