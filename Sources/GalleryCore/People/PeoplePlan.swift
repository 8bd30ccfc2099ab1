import LikenessCore

/// Which person each cluster is, so that people keep their ids from one clustering to the next.
public enum PeoplePlan {
  /// - Parameters:
  ///   - faces: ids, `(n,)`.
  ///   - labels: the cluster of each face, `(n,)`; faces below 0 are left out.
  /// - Returns: the person of each face, `(n,)`. Pinned faces and those of hidden people stay where they are. Whoever has
  ///   such a face in a cluster is its person; other clusters become the earlier person whom they share most faces with,
  ///   each person only one of them; the rest are new, with ids from `current.nextID`. Faces that are
  ///   left out keep their person or have none.
  public static func persons(
    of faces: [FaceID], labels: [Int32], current: PeopleAssignment
  ) -> [PersonID?] {
    precondition(faces.count == labels.count, "as many labels as faces")
    let count = Int(labels.max() ?? -1) + 1
    var pins = [[PersonID: Int]](repeating: [:], count: count)
    var overlaps = pins
    var isUsed = [Bool](repeating: false, count: count)
    let fixed = current.fixed
    let held = Set(fixed.compactMap { current.persons[$0] })
    for (face, label) in zip(faces, labels) where label >= 0 {
      let cluster = Int(label)
      isUsed[cluster] = true
      guard let person = current.persons[face] else { continue }
      if fixed.contains(face) {
        pins[cluster][person, default: 0] += 1
      } else if !held.contains(person) {
        overlaps[cluster][person, default: 0] += 1
      }
    }
    var persons = pins.map { counts in
      counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    var claims: [(shared: Int, person: PersonID, cluster: Int)] = []
    for cluster in 0..<count where persons[cluster] == nil {
      claims += overlaps[cluster].map { ($0.value, $0.key, cluster) }
    }
    claims.sort { ($1.shared, $0.person, $0.cluster) < ($0.shared, $1.person, $1.cluster) }
    var taken: Set<PersonID> = []
    for claim in claims where persons[claim.cluster] == nil {
      if taken.insert(claim.person).inserted { persons[claim.cluster] = claim.person }
    }
    var next = current.nextID
    for cluster in 0..<count where persons[cluster] == nil && isUsed[cluster] {
      persons[cluster] = next
      next = next.next
    }
    return zip(faces, labels).map { face, label in
      label < 0 || fixed.contains(face) ? current.persons[face] : persons[Int(label)]
    }
  }
}
