import Foundation
import LikenessCore

/// Undoing edits, and forgetting what was removed.
extension PeopleBook {
  /// What undoing an edit needs to read.
  package static func subject(ofUndoing edit: Edit) -> Subject {
    var subject = Subject()
    subject.people = Set(edit.people.keys)
    for move in edit.faces.values {
      subject.people.insert(move.after)
      if let before = move.before { subject.people.insert(before.person) }
    }
    for pair in edit.apart.keys { subject.people.formUnion([pair.low, pair.high]) }
    subject.faces = Set(edit.faces.keys).union(edit.hidden.keys).union(edit.confirmed.keys)
      .union(edit.rejected.keys.map(\.face))
    subject.names = Set(edit.people.values.compactMap(\.name))
    subject.edits = Set(edit.apart.values).union(edit.rejected.values)
    return subject
  }

  /// Reverts an edit, as far as its faces still exist.
  package mutating func undo(_ edit: Edit) {
    // People of nothing but this edit's faces, though they were forgotten.
    for (person, entry) in edit.people where people[person] == nil {
      people[person] = Entry(name: nil, created: entry.created)
    }
    for move in edit.faces.values {
      guard let before = move.before, people[before.person] == nil else { continue }
      people[before.person] = Entry(name: nil, created: edit.time)
    }
    known.formUnion(people.keys)
    // Names are unique, so all go before any comes back.
    for person in edit.people.keys { people[person]?.name = nil }
    for (person, entry) in edit.people {
      people[person]?.isHidden = entry.isHidden
      people[person]?.cover = entry.cover.flatMap { members[$0] == nil ? nil : $0 }
      people[person]?.dates = entry.dates
    }
    for (person, entry) in edit.people.sorted(by: { $0.key < $1.key }) {
      guard let name = entry.name, !people.values.contains(where: { $0.name == name }) else {
        continue
      }
      people[person]?.name = name
    }
    apart = apart.filter { pair, _ in !edit.people.keys.contains { pair.contains($0) } }
    rejected = rejected.filter { edit.people[$0.key.person] == nil }
    for (face, move) in edit.faces where presentFaces.contains(face) { members[face] = move.before }
    for (face, confidence) in edit.confirmed where presentFaces.contains(face) {
      // Whoever it was sorted to since.
      doubtful[face] = confidence
      if members[face]?.isPinned != true { members[face] = nil }
    }
    for (face, wasHidden) in edit.hidden where presentFaces.contains(face) {
      if wasHidden { hidden.insert(face) } else { hidden.remove(face) }
    }
    removeEmpty()
    for (rejection, by) in edit.rejected
    where people[rejection.person] != nil && presentFaces.contains(rejection.face) {
      rejected[rejection] = by == edit.id || edits[by] == nil ? .unknown : by
    }
    for (pair, by) in edit.apart where people[pair.low] != nil && people[pair.high] != nil {
      apart[pair] = by == edit.id || edits[by] == nil ? .unknown : by
    }
    edits[edit.id] = nil
  }

  /// After faces went: nothing in the history tells the names and dates of people who are gone.
  /// - Parameters:
  ///   - edits: all of them.
  ///   - gone: people who have just lost their last face.
  ///   - existing: who of the people in the edits is there.
  /// - Returns: the edits as they may be kept; edits whose people are all gone are left out.
  public static func forget(
    _ gone: Set<PersonID>, in edits: [Edit], existing: Set<PersonID>
  ) -> [Edit] {
    let ofFaces = Set(
      edits.flatMap(\.faces.values).flatMap { [$0.after] + [$0.before?.person].compactMap(\.self) })
    // People who are not there and whom no undo could bring back a face of were removed too, after a merge.
    let noted = Set(edits.flatMap(\.people.keys)).subtracting(existing).subtracting(ofFaces)
    return edits.compactMap { edit in
      var edit = edit
      let about = edit.people.keys.filter { gone.contains($0) || noted.contains($0) }
      if !about.isEmpty { edit.text = "\(edit.kind.afterRemoval), since removed" }
      for person in about {
        edit.people[person]?.name = nil
        edit.people[person]?.dates = LifeDates()
      }
      edit.people = edit.people.filter { !noted.contains($0.key) }
      edit.apart = edit.apart.filter { pair, _ in
        !noted.contains(pair.low) && !noted.contains(pair.high)
      }
      edit.rejected = edit.rejected.filter { !noted.contains($0.key.person) }
      let isOfSomebody = edit.people.keys.contains { existing.contains($0) || ofFaces.contains($0) }
      return edit.faces.isEmpty && edit.hidden.isEmpty && edit.confirmed.isEmpty && !isOfSomebody
        ? nil : edit
    }
  }
}

extension PeopleEdit.Kind {
  fileprivate var afterRemoval: String {
    switch self {
    case .name: "named somebody"
    case .merge: "merged people"
    case .split: "split somebody"
    case .apart: "told people apart"
    case .hide: "hid somebody"
    case .show: "showed somebody"
    case .cover: "chose a cover for somebody"
    case .confirm: "confirmed a face"
    case .dates: "set the dates of somebody"
    }
  }
}
