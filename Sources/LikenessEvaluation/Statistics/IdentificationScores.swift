/// The results of open-set searches, for rates over resampled people.
///
/// Terms are those of NIST's evaluations of 1:N identification (Grother, Ngan and Hanaoka, "Face Recognition Vendor Test
/// Part 2: Identification", NIST IR 8271): a mated search is for an enrolled person, a non-mated one for anybody else.
struct IdentificationScores: Sendable {
  /// A search for an enrolled person.
  struct Mated: IdentificationSearch, Equatable {
    var person: Int32
    /// To the nearest template; infinite where no face was found.
    var distance: Float
    /// Whether that is the person's own.
    var isRight: Bool
  }

  /// A search for a person who is not enrolled.
  struct NonMated: IdentificationSearch, Equatable {
    var person: Int32
    /// To the nearest template; infinite where no face was found.
    var distance: Float
  }

  /// The nearest first.
  let mated: [Mated]
  let nonMated: [NonMated]

  init(mated: [Mated], nonMated: [NonMated]) {
    self.mated = mated.sorted { ($0.distance, $0.person) < ($1.distance, $1.person) }
    self.nonMated = nonMated.sorted { ($0.distance, $0.person) < ($1.distance, $1.person) }
  }

  /// The part of the mated searches whose nearest template is the right one, however far; nil without any.
  func rank1(_ weights: PeopleBootstrap.Weights? = nil) -> Double? {
    part(of: mated, weights) { $0.isRight && $0.distance < .infinity }
  }

  /// FNIR: the part of the mated searches that do not find their person, who has to be the nearest and within the
  /// threshold; nil without any.
  func falseNegatives(
    at threshold: Float, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Double? {
    part(of: mated, weights) { $0.isRight && $0.distance <= threshold }.map { 1 - $0 }
  }

  /// FPIR: the part of the non-mated searches with a match within the threshold; nil without any.
  func falsePositives(
    at threshold: Float, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Double? {
    part(of: nonMated, weights) { $0.distance <= threshold }
  }

  /// The part of the mated searches that match another person within the threshold; nil without any.
  func misidentified(at threshold: Float) -> Double? {
    part(of: mated, nil) { !$0.isRight && $0.distance <= threshold }
  }

  /// The maximum threshold with an FPIR of at most `rate`; nil without non-mated searches.
  func threshold(
    atFalsePositives rate: Double, _ weights: PeopleBootstrap.Weights? = nil
  ) -> Float? {
    func weight(_ search: NonMated) -> Double {
      weights.map { Double($0[Int(search.person)]) } ?? 1
    }
    let total = nonMated.reduce(0) { $0 + weight($1) }
    guard total > 0 else { return nil }
    let allowed = rate * total
    var found = 0.0
    for search in nonMated {
      found += weight(search)
      if found > allowed { return search.distance.nextDown }
    }
    return .greatestFiniteMagnitude
  }

  private func part<Search: IdentificationSearch>(
    of searches: [Search], _ weights: PeopleBootstrap.Weights?, _ counts: (Search) -> Bool
  ) -> Double? {
    var (counted, total) = (0.0, 0.0)
    for search in searches {
      let weight = weights.map { Double($0[Int(search.person)]) } ?? 1
      total += weight
      if counts(search) { counted += weight }
    }
    return total > 0 ? counted / total : nil
  }
}

/// A search, and whose photo it was made with.
protocol IdentificationSearch: Sendable {
  var person: Int32 { get }
}
