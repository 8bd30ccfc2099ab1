import Foundation

/// Which label belongs to which photo, by their paths.
///
/// A label at the photo's own path below its folder is the photo's. Otherwise the file's name decides, without its
/// extension: of several labels of that name the one with the most folders, counted from the file, in common with
/// the photo. A label is of one photo only.
struct LabelPairing {
  enum Answer: Equatable {
    /// The label, by its row.
    case label(Int)
    case none
    /// Several are as likely, or the one is as likely another photo's; in words.
    case ambiguous(String)
  }

  /// For each photo.
  let answers: [Answer]

  /// - Parameters:
  ///   - photos: paths below the folder of photos.
  ///   - labels: paths below the folder of labels.
  init(photos: [String], labels: [String]) {
    let labels = labels.map(Self.parts)
    let byName = Dictionary(grouping: labels.indices) { labels[$0].last ?? "" }
    // The best label of each photo by itself; several photos may choose the same one.
    var choices: [(answer: Answer, nearness: Int)] = []
    for photo in photos.map(Self.parts) {
      let named = (byName[photo.last ?? ""] ?? []).map { row in
        (row: row, nearness: Self.nearness(photo, labels[row]))
      }
      guard let maximum = named.map(\.nearness).max() else {
        choices.append((.none, 0))
        continue
      }
      let best = named.filter { $0.nearness == maximum }
      choices.append(
        best.count == 1
          ? (.label(best[0].row), maximum)
          : (.ambiguous("\(best.count) label files have its name"), 0))
    }
    var takers: [Int: [Int]] = [:]
    for (photo, choice) in choices.enumerated() {
      if case .label(let row) = choice.answer { takers[row, default: []].append(photo) }
    }
    for (_, candidates) in takers where candidates.count > 1 {
      let maximum = candidates.map { choices[$0].nearness }.max() ?? 0
      let nearest = candidates.filter { choices[$0].nearness == maximum }
      for photo in candidates where choices[photo].nearness < maximum {
        choices[photo].answer = .none
      }
      guard nearest.count > 1 else { continue }
      for photo in nearest {
        let other = nearest.first { $0 != photo } ?? photo
        choices[photo].answer = .ambiguous("its label file may be that of \(photos[other]) as well")
      }
    }
    answers = choices.map(\.answer)
  }

  /// A path's folders and its file's name without extension.
  private static func parts(_ path: String) -> [String] {
    var parts = path.split(separator: "/").map { String($0).precomposedStringWithCanonicalMapping }
    if let name = parts.last, let dot = name.lastIndex(of: "."), dot > name.startIndex {
      parts[parts.count - 1] = String(name[..<dot])
    }
    return parts
  }

  /// How many parts both have in common, from the last; more than any number where all are the same.
  private static func nearness(_ a: [String], _ b: [String]) -> Int {
    a == b ? .max : zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
  }
}
