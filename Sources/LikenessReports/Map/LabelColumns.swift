/// The columns of labels in a table of faces, in the order of their keys, each with a name of its own.
///
/// A column is called by the label's key. `label:` goes before a key that a column is called by already, as often as it
/// takes: a label `person` beside the column `person` is `label:person`.
struct LabelColumns {
  private let keys: [String]
  let titles: [String]

  /// - Parameters:
  ///   - others: what the other columns of the table are called.
  ///   - written: a key as the table can hold it.
  init(
    of faces: [MapFace], beside others: [String], written: (String) -> String = { $0 }
  ) {
    keys = Set(faces.flatMap(\.labels.keys)).sorted()
    var taken = Set(others)
    var titles: [String: String] = [:]
    // Those that need no other name keep theirs.
    let (plain, colliding) = (
      keys.filter { !others.contains(written($0)) }, keys.filter { others.contains(written($0)) }
    )
    for key in plain + colliding {
      var title = written(key)
      while !taken.insert(title).inserted { title = "label:" + title }
      titles[key] = title
    }
    self.titles = keys.map { titles[$0] ?? $0 }
  }

  /// What a face has in the columns; nothing where it has no such label.
  func values(of face: MapFace) -> [String] { keys.map { face.labels[$0] ?? "" } }
}
