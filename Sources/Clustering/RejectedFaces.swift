import LikenessCore

/// Which rows may not join which groups, since the user said so of them or of a face that they are more like, or they cannot
/// be of the group.
struct RejectedFaces {
  /// By row; empty for nearly all, `(n,)`. Empty if nothing was rejected or ruled out.
  private let groups: [[Int32]]

  /// A face without a group is barred from one if it is nearer to a face that is not of the group than to each face that the
  /// user put there.
  init(_ vectors: UnitVectors, _ constraints: ClusteringConstraints, threads: Int) {
    guard !constraints.rejected.isEmpty || !constraints.ruledOut.isEmpty else {
      groups = []
      return
    }
    var barred = [[Int32]](repeating: [], count: vectors.count)
    for (row, groups) in constraints.ruledOut.enumerated() where !groups.isEmpty {
      barred[row] = groups.filter { $0 != constraints.groups[row] }
    }
    for (group, rejected) in Dictionary(grouping: constraints.rejected, by: \.group) {
      let rejected = Set(rejected.map(\.row))
      for row in rejected where constraints.groups[row] != group { barred[row].append(group) }
      let confirmed = constraints.groups.indices.filter { constraints.groups[$0] == group }
      let compared = (rejected.sorted() + confirmed).map { Int32($0) }
      let free = constraints.groups.indices.filter {
        constraints.groups[$0] < 0 && !rejected.contains($0)
      }
      let isLike = SharedBuffer(free.count, filledWith: false)
      let pieces = Pieces(rows: free.count)
      inParallel(pieces.count, threads: threads) { piece in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: compared.count) { similarities in
          for place in pieces[piece] {
            compared.withUnsafeBufferPointer {
              vectors.similarities(to: free[place], of: $0, into: similarities.baseAddress!)
            }
            let nearest = similarities[..<rejected.count].max() ?? -.infinity
            isLike[place] = nearest > similarities[rejected.count...].max() ?? -.infinity
          }
        }
      }
      for (place, row) in free.enumerated() where isLike[place] { barred[row].append(group) }
    }
    groups = barred
  }

  var isEmpty: Bool { groups.isEmpty }

  /// The groups that a row may not join.
  func groups(barredTo row: Int) -> [Int32] { groups.isEmpty ? [] : groups[row] }
}
