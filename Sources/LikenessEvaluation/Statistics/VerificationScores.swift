/// Distances between photos of one person and of two, with whose photos they are, for rates over resampled people.
struct VerificationScores: Sendable {
  /// An impostor pair of photos.
  struct Impostor: Sendable {
    var distance: Float
    /// Numbers of both people.
    var first: Int32
    var second: Int32
  }

  /// Which impostor pairs there are.
  enum Pairs: Sendable {
    /// All of `impostors`.
    case listed
    /// All pairs of photos, by the number of photos of each person, `(people,)`; `impostors` are the nearest of them.
    case all(photosOfPeople: [Int])
  }

  /// The nearest first.
  let impostors: [Impostor]
  let pairs: Pairs
  /// Each person's distances, rising, `(people, …)`.
  let genuine: [[Float]]

  /// - Parameter genuine: in any order.
  init(impostors: [Impostor], pairs: Pairs = .listed, genuine: [[Float]]) {
    self.impostors = impostors.sorted {
      ($0.distance, $0.first, $0.second) < ($1.distance, $1.first, $1.second)
    }
    self.pairs = pairs
    self.genuine = genuine.map { $0.sorted() }
  }

  var genuineCount: Int { genuine.reduce(0) { $0 + $1.count } }

  var impostorCount: Int { Int(impostorWeight(nil)) }

  /// How many pairs of two people there are; weighted, how many there are of the people drawn.
  func impostorWeight(_ weights: PeopleBootstrap.Weights?) -> Double {
    switch pairs {
    case .listed:
      guard let weights else { return Double(impostors.count) }
      return impostors.reduce(0) { $0 + Self.weight($1, weights) }
    case .all(let photos): return Self.pairs(ofPhotos: photos, weights)
    }
  }

  /// The weighted number of impostor pairs, by the number of photos of each person: (Σ w n)² − Σ (w n)², halved.
  static func pairs(ofPhotos photos: [Int], _ weights: PeopleBootstrap.Weights?) -> Double {
    var (sum, squares) = (0.0, 0.0)
    for (person, count) in photos.enumerated() where count > 0 {
      let weighted = Double(count) * (weights.map { Double($0[person]) } ?? 1)
      sum += weighted
      squares += weighted * weighted
    }
    return (sum * sum - squares) / 2
  }

  private static func weight(_ pair: Impostor, _ weights: PeopleBootstrap.Weights) -> Double {
    Double(weights[Int(pair.first)]) * Double(weights[Int(pair.second)])
  }

  /// The maximum distance at which at most a part `rate` of the impostor pairs is accepted.
  /// - Returns: nil where there are no pairs; where `impostors` does not reach so far, the last distance it holds.
  func threshold(
    atFalseAcceptRate rate: Double, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Float? {
    let total = impostorWeight(weights)
    guard total > 0, let last = impostors.last else { return nil }
    let allowed = rate * total
    var accepted = 0.0
    for pair in impostors {
      accepted += weights.map { Self.weight(pair, $0) } ?? 1
      // Pairs of one distance are accepted together, so all of them stay out.
      if accepted > allowed { return pair.distance.nextDown }
    }
    return last.distance
  }

  /// The part of the genuine pairs that are accepted; nil where there are none.
  func trueAcceptRate(
    upTo threshold: Float, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Double? {
    var (accepted, total) = (0.0, 0.0)
    for (person, distances) in genuine.enumerated() where !distances.isEmpty {
      let weight = weights.map { Double($0[person]) } ?? 1
      guard weight > 0 else { continue }
      accepted += weight * Double(distances.count(upTo: threshold))
      total += weight * Double(distances.count)
    }
    return total > 0 ? accepted / total : nil
  }

  /// TAR at a FAR of at most `rate`; nil where either kind of pair is missing.
  func trueAcceptRate(
    atFalseAcceptRate rate: Double, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Double? {
    threshold(atFalseAcceptRate: rate, weights).flatMap { trueAcceptRate(upTo: $0, weights) }
  }
}

extension [Float] {
  /// How many of sorted numbers are at most so large.
  func count(upTo limit: Float) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
