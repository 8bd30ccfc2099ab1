import Foundation

/// What a name as typed by a user means.
public enum NameLookup: Sendable, Equatable {
  case found(String)
  /// Several names that differ from it only in case or accents.
  case ambiguous([String])
  /// No name; these have a similar spelling.
  case unknown(nearSpellings: [String])

  /// Looks a name up among others: written exactly so, else without regard to case and accents, else
  /// by spelling.
  public init(_ text: String, among names: [String]) {
    let exact = text.precomposedStringWithCanonicalMapping
    if names.contains(exact) {
      self = .found(exact)
      return
    }
    let folded = Self.folded(text)
    let alike = names.filter { Self.folded($0) == folded }
    if alike.count == 1 {
      self = .found(alike[0])
    } else if alike.count > 1 {
      self = .ambiguous(alike.sorted())
    } else {
      self = .unknown(nearSpellings: Self.nearSpellings(folded, names))
    }
  }

  /// Those of some names that texts mean, each as it is looked up; where several differ in case or accents only, all of
  /// them.
  public static func names(meantBy texts: [String], among all: Set<String>) -> Set<String> {
    let exact = texts.map(\.precomposedStringWithCanonicalMapping)
    var meant = all.intersection(exact)
    let others = zip(texts, exact).filter { !meant.contains($0.1) }.map(\.0)
    guard !others.isEmpty else { return meant }
    let table = Table(all)
    for text in others { meant.formUnion(table.alike(text)) }
    return meant
  }

  /// Names that many texts are looked up among, by how they are spelt.
  public struct Table: Sendable {
    private let names: Set<String>
    private let byFoldedName: [String: [String]]

    /// A table of some names.
    public init(_ names: Set<String>) {
      self.names = names
      byFoldedName = Dictionary(grouping: names, by: NameLookup.folded)
    }

    /// The names that differ from a text in case or accents only.
    func alike(_ text: String) -> [String] { byFoldedName[NameLookup.folded(text)] ?? [] }

    /// What a text means, as `NameLookup` finds it; nil for none, of which no similar spellings are looked for.
    public func lookup(_ text: String) -> NameLookup? {
      let exact = text.precomposedStringWithCanonicalMapping
      if names.contains(exact) { return .found(exact) }
      let alike = alike(text)
      guard let first = alike.first else { return nil }
      return alike.count == 1 ? .found(first) : .ambiguous(alike.sorted())
    }
  }

  /// Underscores and spaces are equivalent: file names have the one where people write the other.
  private static func folded(_ text: String) -> String {
    text.replacingOccurrences(of: "_", with: " ")
      .folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
  }

  private static func nearSpellings(_ text: String, _ names: [String]) -> [String] {
    let limit = max(1, text.count / 3)
    let wanted = Array(text)
    let scored = names.compactMap { name -> (name: String, cost: Int)? in
      let candidate = folded(name)
      // Also a part of a name: who types "bidn" may mean Joe Biden.
      let parts = candidate.split(separator: " ")
      let cost =
        ([candidate[...]] + (parts.count > 1 ? parts : []))
        .map { editDistance(wanted, Array($0)) }.min() ?? limit + 1
      if cost <= limit { return (name, cost) }
      let isPart =
        text.count >= 3
        && (candidate.contains(text) || (candidate.count >= 3 && text.contains(candidate)))
      return isPart ? (name, limit + 1) : nil
    }
    return scored.sorted { ($0.cost, $0.name) < ($1.cost, $1.name) }.prefix(3).map(\.name)
  }

  /// How many letters have to be put in, left out, changed or swapped with their neighbour
  /// (optimal string alignment; Damerau 1964).
  static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var (before, last) = ([Int](), Array(0...b.count))
    for (i, left) in a.enumerated() {
      var row = [i + 1]
      for (j, right) in b.enumerated() {
        var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left == right ? 0 : 1))
        if i > 0, j > 0, left == b[j - 1], a[i - 1] == right { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      (before, last) = (last, row)
    }
    return last[b.count]
  }
}
