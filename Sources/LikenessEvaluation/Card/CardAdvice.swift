import GalleryCore

/// What an accuracy card suggests.
enum CardAdvice {
  /// For two people who look alike.
  static func confusion(_ mistaken: Int, _ probability: Double) -> String {
    if probability >= 0.9 {
      return "one person under two names, or a wrong name: compare the faces, then merge the two "
        + "or say of wrong ones that they are not this person"
    }
    return mistaken > 0
      ? "look through the faces of both, and say of wrong ones that they are not this person"
      : "confirm some clear faces of both"
  }

  /// The most useful first.
  /// - Parameter people: all of them.
  static func lines(_ card: AccuracyCard, people: [AccuracyCard.Person]) -> [String] {
    var lines: [String] = []
    let mistaken = card.confusions.filter { $0.mistaken > 0 }
    if let worst = mistaken.first {
      lines.append(
        "Compare \(worst.first) and \(worst.second), who are taken for each other most often"
          + (mistaken.count > 1
            ? "; \(GalleryFinding.counted(mistaken.count - 1, "other pair is", "other pairs are")) listed"
            : "") + ".")
    }
    if card.all.unknown > 0 {
      lines.append(
        "\(GalleryFinding.counted(card.all.unknown, "face with a name is", "faces with a name are")) too far from "
          + "the others of the name to be found: add photos of these people in other light, at other ages, or with other looks."
      )
    }
    let alone = people.count { $0.faces == 1 }
    if alone > 0 {
      lines.append(
        "\(GalleryFinding.counted(alone, "person has", "people have")) a single face: with a second photo of each it can be "
          + "checked whether they are found.")
    }
    let onlyPoor = people.filter { $0.poor == $0.faces }
    if !onlyPoor.isEmpty {
      lines.append(
        "Of \(GalleryFinding.counted(onlyPoor.count, "person", "people")) there are only faces too poor to be judged, such as "
          + "\(onlyPoor[0].name): add a clear photo.")
    } else if card.poorFaceCount > 0 {
      lines.append(
        "\(GalleryFinding.counted(card.poorFaceCount, "face with a name is", "faces with a name are")) too poor to be judged: "
          + "look whether the names are right, since no answer about them can be relied on.")
    }
    for column in card.columns {
      // Only where the intervals leave no doubt.
      let known = column.groups.filter { $0.rightRate != nil && $0.people > 1 }
      guard let best = known.max(by: { ($0.rightRate?.low ?? 0) < ($1.rightRate?.low ?? 0) })
      else { continue }
      for group in known
      where (group.rightRate?.high ?? 1) < (best.rightRate?.low ?? 0) {
        lines.append(
          "Names are less sure for \(column.column) \(group.group) than for \(best.group): confirm these by eye."
        )
      }
    }
    return lines.isEmpty ? ["Nothing stands out."] : lines
  }
}
