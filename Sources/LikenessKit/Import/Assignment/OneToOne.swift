import Foundation

/// How likely each face of a photo is each of some names, where no name is of two faces and no face has two names.
enum OneToOne {
  /// With more names all assignments are too many to be summed.
  static let mostNamesSummed = 6

  /// - Parameters:
  ///   - weights: natural logarithms of how well faces and names go together, `(faces, names)`.
  ///   - none: the same for a face that is nobody of these, `(faces,)`.
  ///   - missing: the same for a name that no face of the photo has.
  /// - Returns: probabilities, `(faces, names)`. Up to `mostNamesSummed` names they are sums over all assignments; beyond,
  ///   only the faces of the best assignment have any, and the smaller of two is taken: that of the name among all for the
  ///   face, and that of the face among all for the name.
  static func probabilities(
    _ weights: [[Double]], none: [Double], missing: Double
  ) -> [[Double]] {
    guard let names = weights.first?.count, names > 0 else { return weights.map { _ in [] } }
    let gains = weights.map { row in row.map { $0 - missing } }
    return names <= mostNamesSummed ? summed(gains, none) : best(gains, none)
  }

  /// Sums over all assignments, by the sets of names that the faces before and behind one have taken.
  private static func summed(_ gains: [[Double]], _ none: [Double]) -> [[Double]] {
    let (faces, names) = (gains.count, gains[0].count)
    let sets = 1 << names
    // Relative to each face's best, so that products stay within range.
    let factors = gains.indices.map { face in
      let top = max(none[face], gains[face].max() ?? 0)
      return (none: exp(none[face] - top), names: gains[face].map { exp($0 - top) })
    }
    var before = [[Double]](repeating: [Double](repeating: 0, count: sets), count: faces + 1)
    before[0][0] = 1
    for face in 0..<faces {
      for set in 0..<sets where before[face][set] > 0 {
        let ways = before[face][set]
        before[face + 1][set] += ways * factors[face].none
        for name in 0..<names where set & (1 << name) == 0 {
          before[face + 1][set | 1 << name] += ways * factors[face].names[name]
        }
      }
    }
    // How many ways the faces behind have where a set is taken.
    var behind = [Double](repeating: 1, count: sets)
    var result = [[Double]](repeating: [Double](repeating: 0, count: names), count: faces)
    for face in stride(from: faces - 1, through: 0, by: -1) {
      var total = 0.0
      var next = [Double](repeating: 0, count: sets)
      for set in 0..<sets {
        let ways = factors[face].none * behind[set]
        next[set] += ways
        total += before[face][set] * ways
        for name in 0..<names where set & (1 << name) == 0 {
          let ways = factors[face].names[name] * behind[set | 1 << name]
          next[set] += ways
          result[face][name] += before[face][set] * ways
          total += before[face][set] * ways
        }
      }
      if total > 0 { result[face] = result[face].map { $0 / total } }
      behind = next
    }
    return result
  }

  private static func best(_ gains: [[Double]], _ none: [Double]) -> [[Double]] {
    let names = gains[0].count
    let table = gains.indices.map { face in
      gains[face] + [Double](repeating: none[face], count: gains.count)
    }
    var result = gains.map { _ in [Double](repeating: 0, count: names) }
    for (face, column) in OptimalAssignment.columns(maximizing: table).enumerated()
    where column < names {
      let forFace = share(of: gains[face][column], among: gains[face] + [none[face]])
      // Against what each face loses by it.
      let excess = gains.indices.map { gains[$0][column] - none[$0] }
      let forName = share(of: excess[face], among: excess + [0])
      result[face][column] = min(forFace, forName)
    }
    return result
  }

  private static func share(of value: Double, among all: [Double]) -> Double {
    let top = all.max() ?? value
    return exp(value - top) / all.reduce(0) { $0 + exp($1 - top) }
  }
}
