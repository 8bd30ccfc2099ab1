import GalleryCore
import LikenessCore

/// Finds what of a gallery is not in its copy, besides the photos themselves. The copy may have more.
struct CopyComparison {
  let source: any FaceStore
  let copy: any FaceStore
  /// The faces' ids in the copy.
  let faces: [FaceID: FaceID]
  /// The people's ids in the copy.
  let people: [PersonID: PersonID]

  /// A line for each difference.
  func differences() throws -> [String] {
    try names() + labels() + persons() + decisions()
  }

  private func names() throws -> [String] {
    let known = Set(try copy.names().map(\.name))
    // Those of faces were compared with their photos, those of people are with them; and what cannot be kept as it is was
    // told already.
    return try source.names()
      .filter { $0.faces == 0 && GalleryCore.GalleryNames.cleaned($0.name) == $0.name }
      .filter { !known.contains($0.name) }
      .map { "the name \($0.name) is not there" }
  }

  private func labels() throws -> [String] {
    var known: [String: [String: Int]] = [:]
    for label in try copy.labelCounts() {
      known[label.key, default: [:]][label.value] = label.faces
    }
    return try source.labelCounts().compactMap { label in
      let count = known[label.key]?[label.value] ?? 0
      guard count < label.faces else { return nil }
      return "the label \(label.key)=\(label.value) is on \(count) of \(label.faces) faces there"
    }
  }

  private func persons() throws -> [String] {
    let others = Dictionary(
      try copy.people().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let bearers = Dictionary(
      others.values.compactMap { person in
        person.isGiven ? person.name.map { ($0, person.id) } : nil
      },
      uniquingKeysWith: min)
    var lines: [String] = []
    var originals: [PersonID: String] = [:]
    for person in try source.people() {
      let title = StoredPerson.title(person.id, person.name)
      guard let twin = people[person.id].flatMap({ others[$0] }) else {
        lines.append("\(title) is not there")
        continue
      }
      if let other = originals.updateValue(title, forKey: twin.id) {
        lines.append("\(title) and \(other) are one person there, \(twin.id.reference)")
      }
      lines += differences(of: person, title, from: twin, bearers)
    }
    return lines
  }

  private func differences(
    of person: StoredPerson, _ title: String, from twin: StoredPerson,
    _ bearers: [String: PersonID]
  ) -> [String] {
    var lines: [String] = []
    let own = person.faces.compactMap { face in faces[face.face].map { ($0, face.isPinned) } }
    let there = Dictionary(
      twin.faces.map { ($0.face, $0.isPinned) }, uniquingKeysWith: { first, _ in first })
    let absent = own.count { there[$0.0] == nil }
    if absent > 0 {
      lines.append(
        "\(absent) of \(own.count) faces of \(title) are not of \(twin.id.reference) there")
    }
    let unsure = own.count { $0.1 && there[$0.0] == false }
    if unsure > 0 { lines.append("\(unsure) faces are not confirmed as \(title) there") }
    if person.isGiven, let name = person.name, !(twin.isGiven && twin.name == name) {
      let bearer = bearers[name].map { ", since \($0.reference) has the name" } ?? ""
      lines.append("\(title) is without the name there\(bearer)")
    }
    if person.isHidden, !twin.isHidden { lines.append("\(title) is not hidden there") }
    if !person.dates.isEmpty, person.dates != twin.dates {
      lines.append("\(title) is not \(person.dates.text) there")
    }
    if let cover = person.cover, faces[cover] != twin.cover {
      lines.append("\(title) has another cover there")
    }
    return lines
  }

  /// Faces that were hidden one by one, people who were told apart, and faces that are not somebody's.
  private func decisions() throws -> [String] {
    var lines: [String] = []
    let hidden = try copy.hiddenFaces()
    let shown = try source.hiddenFaces().compactMap { faces[$0] }.count { !hidden.contains($0) }
    if shown > 0 { lines.append("\(shown) hidden faces are not hidden there") }
    let (own, other) = (try source.peopleAssignment(), try copy.peopleAssignment())
    let apart = Set(other.apart.map { PeopleBook.Pair($0.low, $0.high) })
    for pair in own.apart {
      guard let low = people[pair.low], let high = people[pair.high],
        apart.contains(PeopleBook.Pair(low, high))
      else {
        lines.append("\(pair.low.reference) and \(pair.high.reference) are not told apart there")
        continue
      }
    }
    let rejected = Set(other.rejected)
    for rejection in own.rejected {
      guard let face = faces[rejection.face] else { continue }
      guard let person = people[rejection.person],
        rejected.contains(PeopleBook.Rejection(face, of: person))
      else {
        lines.append(
          "that \(rejection.face.reference) is not of \(rejection.person.reference) is not known there"
        )
        continue
      }
    }
    return lines
  }
}
