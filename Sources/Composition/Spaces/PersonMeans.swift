import LikenessCore

/// What each person looks like, so that it can be taken out of a face and an attribute be left.
struct PersonMeans: Sendable {
  /// Of people with several faces, which show more than one moment; in the order of their names.
  private let people: [(name: String, mean: Embedding, direction: Embedding)]
  private let rowOf: [String: Int]
  private let overall: Embedding

  /// - Parameters:
  ///   - vectors: what means are taken of, a vector a face; not empty.
  ///   - directions: by which people are alike, `vectors` themselves or others; of length 1.
  ///   - names: whose each is, where that is known.
  init(
    _ vectors: [Embedding], directions: [Embedding], names: [String?], _ aggregate: ComposeAggregate
  ) {
    var rows: [String: [Int]] = [:]
    for (row, name) in names.enumerated() {
      if let name { rows[name, default: []].append(row) }
    }
    people = rows.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { name, rows in
      (
        name, aggregate(rows.map { vectors[$0] }),
        aggregate(rows.map { directions[$0] }).normalized()
      )
    }
    rowOf = Dictionary(uniqueKeysWithValues: people.enumerated().map { ($1.name, $0) })
    overall = aggregate(vectors)
  }

  /// What is to be taken out of a face: its person's mean; of a person with one face, or unknown, the most
  /// similar person's; the mean of all faces where no person has several.
  func base(of direction: Embedding, person: String?) -> Embedding {
    if let person, let row = rowOf[person] { return people[row].mean }
    return people.min {
      Metric.l2.distance($0.direction, direction) < Metric.l2.distance($1.direction, direction)
    }?.mean ?? overall
  }
}
