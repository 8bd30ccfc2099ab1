import Foundation
import GalleryCore
import LikenessCore
import LikenessKit
import Synchronization

extension Likeness {
  /// Measures how far the names of the gallery can be trusted.
  /// - Throws: `LikenessError.emptyGallery`, `.tooFewPairs` where fewer than two names have faces, `GalleryError`
  public func accuracyCard() throws -> AccuracyCard {
    try CardMeasurement(self).card()
  }
}

/// Faces with names, each looked for among the others.
struct CardMeasurement {
  /// What became of a face.
  enum Outcome { case right, wrong, unknown, aloneWrong, aloneUnknown }

  /// A face that was looked for.
  private struct Found: Sendable {
    /// The nearest of its own name on another photo, and of another name on any; infinite where there is none.
    var own = Float.infinity
    var other = Float.infinity
    /// The row of the latter.
    var otherRow = -1
  }

  private let likeness: Likeness
  private let table: GalleryFaces
  private let thresholds: GalleryThresholds
  /// Rows of the table with a name, and the number of each one's name.
  private let rows: [Int]
  private let people: PeopleNumbers
  /// Which of `rows` were looked for.
  private let probes: [Int]
  private let found: [Found]
  private let labels: [FaceID: [String: String]]

  init(_ likeness: Likeness) throws {
    self.likeness = likeness
    let path = likeness.gallery.place.path
    let hidden = try likeness.people.hiddenFaces()
    let table = try likeness.gallery.faces().certain(without: hidden)
    guard !table.faces.isEmpty else { throw LikenessError.emptyGallery(path: path) }
    let rows = table.faces.indices.filter { table.faces[$0].name != nil }
    let people = PeopleNumbers(rows.map { table.faces[$0].name ?? "" })
    guard people.count > 1 else {
      throw LikenessError.tooFewPairs(
        path: path, reason: "faces of two people with names are the least for an accuracy card")
    }
    thresholds = try likeness.thresholds.current()
    labels = try likeness.gallery.reader().labels()
    let step = max(1, Double(rows.count) / Double(AccuracyCard.sampled))
    let probes = (0..<min(rows.count, AccuracyCard.sampled)).map { Int(Double($0) * step) }
    found = Self.search(table, rows, people.numbers, probes, likeness.networks.options.jobs)
    (self.table, self.rows, self.people, self.probes) = (table, rows, people, probes)
  }

  private static func search(
    _ table: GalleryFaces, _ rows: [Int], _ names: [Int32], _ probes: [Int], _ threads: Int
  ) -> [Found] {
    let results = Mutex([Found](repeating: Found(), count: probes.count))
    inParallel(probes.count, threads: threads) { place in
      let probe = probes[place]
      let face = table.faces[rows[probe]]
      var best = Found()
      table.embeddings.withRow(rows[probe]) { vector in
        for (other, row) in rows.enumerated() where other != probe {
          let isOwn = names[other] == names[probe]
          if isOwn, table.faces[row].photo == face.photo { continue }
          let distance = table.embeddings.withRow(row) { Metric.cosine.distance(vector, $0) }
          if isOwn {
            best.own = min(best.own, distance)
          } else if distance < best.other {
            (best.other, best.otherRow) = (distance, other)
          }
        }
      }
      results.withLock { $0[place] = best }
    }
    return results.withLock { $0 }
  }

  private func outcome(_ place: Int) -> Outcome {
    let found = found[place]
    let isOtherNear = found.other <= thresholds.unknown.distance
    guard found.own.isFinite else { return isOtherNear ? .aloneWrong : .aloneUnknown }
    if min(found.own, found.other) > thresholds.unknown.distance { return .unknown }
    return found.own <= found.other ? .right : .wrong
  }

  private func face(_ place: Int) -> StoredFace { table.faces[rows[probes[place]]] }

  func card() throws -> AccuracyCard {
    let outcomes = probes.indices.map { outcome($0) }
    let summary = try likeness.gallery.summary()
    let poor = poorFaces()
    let persons = persons(outcomes)
    var card = AccuracyCard(
      gallery: likeness.gallery.place.path, model: summary.model, faces: table.faces.count,
      namedFaces: rows.count, sampledFaces: probes.count, threshold: thresholds.unknown.distance,
      expectedFalseMatches: thresholds.unknown.falseMatches,
      all: group("", Array(probes.indices), outcomes), columns: try columns(outcomes),
      confusions: confusions(outcomes),
      poorFaces: Array(poor.prefix(AccuracyCard.listed)), poorFaceCount: poor.count,
      people: Array(
        persons.filter { $0.right < $0.checked || $0.checked == 0 }
          .prefix(AccuracyCard.listed)), advice: [])
    card.advice = CardAdvice.lines(card, people: persons)
    return card
  }

  // MARK: Groups

  private func group(
    _ name: String, _ places: [Int], _ outcomes: [Outcome]
  ) -> AccuracyCard.Group {
    func count(_ outcome: Outcome) -> Int { places.count { outcomes[$0] == outcome } }
    let (right, wrong, unknown) = (count(.right), count(.wrong), count(.unknown))
    let (aloneWrong, aloneUnknown) = (count(.aloneWrong), count(.aloneUnknown))
    let checked = places.filter { found[$0].own.isFinite }
    let sureness = checked.map { Double(thresholds.probability(at: found[$0].own)) }.sorted()
    let bearers = checked.map { Int(people.numbers[probes[$0]]) }
    let (rightRate, wrongRate) = rates(
      bearers, checked.map { outcomes[$0] == .right }, checked.map { outcomes[$0] == .wrong })
    return AccuracyCard.Group(
      group: name, people: Set(places.map { people.numbers[probes[$0]] }).count,
      faces: checked.count, right: right, wrong: wrong, unknown: unknown, rightRate: rightRate,
      wrongRate: wrongRate, sureness: sureness.isEmpty ? nil : sureness[sureness.count / 2],
      alone: aloneWrong + aloneUnknown, aloneWrong: aloneWrong)
  }

  /// Parts with their intervals.
  private func rates(
    _ bearers: [Int], _ isRight: [Bool], _ isWrong: [Bool]
  ) -> (right: Estimate?, wrong: Estimate?) {
    guard !bearers.isEmpty else { return (nil, nil) }
    // Resampled are the people of this group.
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(bearers).sorted().enumerated().map { ($1, $0) })
    var counts = [(all: Int, right: Int, wrong: Int)](
      repeating: (0, 0, 0), count: numbers.count)
    for (place, bearer) in bearers.enumerated() {
      let number = numbers[bearer, default: 0]
      counts[number].all += 1
      if isRight[place] { counts[number].right += 1 }
      if isWrong[place] { counts[number].wrong += 1 }
    }
    let own = counts
    let bootstrap = PeopleBootstrap(people: own.count, threads: likeness.networks.options.jobs)
    let spreads = bootstrap.resampled { weights in
      var (all, right, wrong) = (0, 0, 0)
      for (person, weight) in weights.enumerated() {
        all += Int(weight) * own[person].all
        right += Int(weight) * own[person].right
        wrong += Int(weight) * own[person].wrong
      }
      return all > 0 ? [Double(right) / Double(all), Double(wrong) / Double(all)] : [nil, nil]
    }
    func estimate(_ part: Int, _ spread: Resampled?) -> Estimate {
      Estimate(
        Double(part) / Double(bearers.count), spread, independentTrials: own.count)
    }
    return (
      estimate(isRight.count { $0 }, spreads[0]), estimate(isWrong.count { $0 }, spreads[1])
    )
  }

  private func columns(_ outcomes: [Outcome]) throws -> [AccuracyCard.Column] {
    var values: [String: [String?]] = [:]
    for key in Set(labels.values.flatMap(\.keys)).sorted() where key != LabelSource.person {
      values[key] = probes.indices.map { labels[face($0).id]?[key] }
    }
    if values[Self.age] == nil { values[Self.age] = try agesByBirth() }
    return values.sorted { $0.key < $1.key }.compactMap { key, own in
      let numbers = own.compactMap { $0.flatMap { Double($0) } }
      // Ages, years and other numbers of many values are no groups by themselves.
      let isAge = Self.isAge(key) && numbers.count == own.count { $0 != nil }
      let grouped = isAge ? own.map { $0.flatMap { Double($0) }.map(Self.ageGroup) } : own
      let names = Set(grouped.compactMap { $0 })
      guard !names.isEmpty, names.count <= Self.mostGroups else { return nil }
      return AccuracyCard.Column(
        column: key,
        groups: Self.sorted(names).map { name in
          group(name, grouped.indices.filter { grouped[$0] == name }, outcomes)
        }, withoutValue: grouped.count { $0 == nil })
    }
  }

  private static let age = "age"

  /// Whether a label's key says that its values are ages: `age`, `Age_years`, but not `village`.
  static func isAge(_ key: String) -> Bool {
    key.lowercased().split { !$0.isLetter }.contains { $0 == age || $0 == "ages" }
  }

  private static let mostGroups = 24

  private static func sorted(_ names: Set<String>) -> [String] {
    func start(_ name: String) -> Double? { Double(name.prefix { $0.isNumber || $0 == "." }) }
    return names.sorted { a, b in
      switch (start(a), start(b)) {
      case (let x?, let y?) where x != y: x < y
      case (.some, nil): true
      case (nil, .some): false
      default: a < b
      }
    }
  }

  /// Children change fastest.
  static func ageGroup(_ age: Double) -> String {
    let starts = [0, 3, 6, 13, 18, 30, 45, 60, 75]
    let place = starts.lastIndex { Double($0) <= age } ?? 0
    return place + 1 < starts.count ? "\(starts[place])–\(starts[place + 1] - 1)" : "75 and more"
  }

  /// The ages of those whose birth and whose photo's time are known; nil where nobody's is.
  private func agesByBirth() throws -> [String?]? {
    let store = try likeness.gallery.reader()
    let born = try store.peopleAssignment().dates.compactMapValues(\.born)
    guard !born.isEmpty else { return nil }
    let persons = try store.people(ofFaces: probes.indices.map { face($0).id })
    let taken = try store.captureTimes(ofPhotos: Set(probes.indices.map { face($0).photo }))
    let ages = probes.indices.map { place -> String? in
      guard let person = persons[face(place).id], let birth = born[person],
        let day = taken[face(place).photo]?.day
      else { return nil }
      let first = birth.firstDay
      let years =
        day.year - first.year - ((day.month, day.day) < (first.month, first.day) ? 1 : 0)
      return years >= 0 ? "\(years)" : nil
    }
    return ages.contains { $0 != nil } ? ages : nil
  }

  // MARK: Lists

  private func confusions(_ outcomes: [Outcome]) -> [AccuracyCard.Confusion] {
    struct Pair: Hashable { var low, high: Int32 }
    var pairs: [Pair: (mistaken: Int, distance: Float, faces: (Int, Int))] = [:]
    for place in probes.indices where found[place].otherRow >= 0 {
      let found = found[place]
      guard found.other <= thresholds.unknown.distance else { continue }
      let (own, other) = (people.numbers[probes[place]], people.numbers[found.otherRow])
      let isInOrder = own < other
      let pair = Pair(low: min(own, other), high: max(own, other))
      let mistaken = outcomes[place] == .wrong || outcomes[place] == .aloneWrong ? 1 : 0
      let faces = isInOrder ? (probes[place], found.otherRow) : (found.otherRow, probes[place])
      var entry = pairs[pair] ?? (0, found.other, faces)
      if found.other < entry.distance { (entry.distance, entry.faces) = (found.other, faces) }
      entry.mistaken += mistaken
      pairs[pair] = entry
    }
    return pairs.map { pair, entry in
      let probability = Double(thresholds.probability(at: entry.distance))
      let (first, second) = (people.names[Int(pair.low)], people.names[Int(pair.high)])
      return AccuracyCard.Confusion(
        first: first, second: second, mistaken: entry.mistaken, distance: entry.distance,
        probability: probability,
        faces: [entry.faces.0, entry.faces.1].map { table.faces[rows[$0]].id },
        advice: CardAdvice.confusion(entry.mistaken, probability))
    }.sorted {
      ($1.mistaken, $1.probability, $0.first, $0.second)
        < ($0.mistaken, $0.probability, $1.first, $1.second)
    }.prefix(AccuracyCard.listed).map(\.self)
  }

  private func poorFaces() -> [AccuracyCard.PoorFace] {
    rows.map { table.faces[$0] }.filter { !$0.quality.isJudgeable }
      .sorted { ($0.quality.overall, $0.id) < ($1.quality.overall, $1.id) }
      .map { face in
        AccuracyCard.PoorFace(
          face: face.id, name: face.name ?? "", photo: table.photos[face.photo]?.path ?? "",
          quality: face.quality.overall, remarks: face.quality.remarks)
      }
  }

  private func persons(_ outcomes: [Outcome]) -> [AccuracyCard.Person] {
    var persons = people.names.map {
      AccuracyCard.Person(
        name: $0, faces: 0, checked: 0, right: 0, wrong: 0, unknown: 0, poor: 0)
    }
    for (place, row) in rows.enumerated() {
      let person = Int(people.numbers[place])
      persons[person].faces += 1
      if !table.faces[row].quality.isJudgeable { persons[person].poor += 1 }
    }
    for place in probes.indices {
      let person = Int(people.numbers[probes[place]])
      switch outcomes[place] {
      case .right: persons[person].right += 1
      case .wrong: persons[person].wrong += 1
      case .unknown: persons[person].unknown += 1
      case .aloneWrong, .aloneUnknown: continue
      }
      persons[person].checked += 1
    }
    return persons.sorted {
      ($1.checked - $1.right, $1.faces, $0.name) < ($0.checked - $0.right, $0.faces, $1.name)
    }
  }
}
