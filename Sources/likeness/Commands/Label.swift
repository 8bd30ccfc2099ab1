import ArgumentParser
import Foundation
import LikenessEvaluation
import LikenessKit
import References

/// Labels from a table or from the names of files.
struct LabelSourceArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Labels from a CSV file: a column photo, and a column for each key.", valueName: "csv"))
  var labels: String?
  @Option(
    help: ArgumentHelp(
      "Labels from file names, such as {person}_{expression}, or jaffe.", valueName: "pattern"))
  var labelPattern: String?

  func validate() throws {
    guard labels == nil || labelPattern == nil else {
      throw ValidationError("--labels and --label-pattern exclude each other")
    }
    if let labelPattern {
      do {
        _ = try LabelPattern(labelPattern)
      } catch {
        throw ValidationError("\(error)")
      }
    }
  }

  /// - Throws: `LikenessError.badTable`, `.badPattern`
  func source() throws -> LabelSource? {
    if let labels { return .table(try LabelTable(contentsOf: URL(fileURLWithPath: labels))) }
    return try labelPattern.map { .pattern(try LabelPattern($0)) }
  }
}

struct Label: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Label faces: expression=happy. Without key=value, show their labels.",
    discussion: """
      Refer to faces by face:12, PHOTO, PHOTO#2, NAME, person:7, a folder, or a pattern of paths in quotes. A \
      face has one value of a key; person=NAME names it. With --labels or --label-pattern \
      the largest face of each photo gets the labels.
      """)

  @Argument(help: "Faces, and key=value for each label that they get.")
  var words: [String] = []
  @Option(help: "A label to remove; may be given several times.")
  var remove: [String] = []
  @OptionGroup var source: LabelSourceArguments
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  private var targets: [String] { words.filter { Self.assignment($0) == nil } }

  private var changes: LabelChanges {
    var changes: LabelChanges = [:]
    for key in remove { changes[key] = .some(nil) }
    for word in words {
      if let (key, value) = Self.assignment(word) { changes[key] = value }
    }
    return changes
  }

  /// A path may have a "=" behind a "/".
  private static func assignment(_ word: String) -> (key: String, value: String)? {
    guard let sign = word.firstIndex(of: "="), !word[..<sign].contains("/") else { return nil }
    return (String(word[..<sign]), String(word[word.index(after: sign)...]))
  }

  func validate() throws {
    for word in words {
      guard let (key, value) = Self.assignment(word) else { continue }
      let isEmpty = [key, value].contains { $0.trimmingCharacters(in: .whitespaces).isEmpty }
      if isEmpty {
        throw ValidationError("\"\(word)\" is not a key=value; --remove takes a label away")
      }
    }
    guard changes.isEmpty || !targets.isEmpty else {
      throw ValidationError("say which faces: a name, a photo, a folder, or face:12")
    }
    let hasSource = source.labels != nil || source.labelPattern != nil
    guard changes.isEmpty || !hasSource else {
      throw ValidationError("give labels either as key=value or by --labels or --label-pattern")
    }
  }

  private struct Answer: Encodable {
    struct FaceAnswer: Encodable {
      var face: FaceID
      var name: String?
      var photo: String
      var labels: [String: String]

      init(_ face: ListedFace) {
        (self.face, name, photo, labels) = (face.face, face.name, face.photo, face.labels)
      }
    }

    var changed: Int?
    var faces: [FaceAnswer]
  }

  private struct Counts: Encodable {
    var labels: [LabelCount]
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let references = References(likeness)
    if let source = try source.source() {
      let faces = targets.isEmpty ? nil : try references.faces(targets)
      return try show(try likeness.labels.set(of: faces, from: source))
    }
    if !changes.isEmpty {
      return try show(try likeness.labels.set(changes, of: try references.faces(targets)))
    }
    guard targets.isEmpty else {
      let faces = try likeness.labels.faces(try references.faces(targets))
      if output.json {
        return try Console.json(Answer(faces: faces.map(Answer.FaceAnswer.init)))
      }
      return Console.print(Self.text(faces))
    }
    let counts = try likeness.labels.counts()
    if output.json { return try Console.json(Counts(labels: counts)) }
    guard !counts.isEmpty else {
      if !output.quiet { Console.note("no face has a label yet") }
      return
    }
    var table = Table(rightAligned: [2])
    for count in counts {
      table.add(count.key, count.value, "\(count.faces) \(count.faces == 1 ? "face" : "faces")")
    }
    Console.print(table.text)
  }

  private func show(_ result: (faces: [ListedFace], changed: Int)) throws {
    if output.json {
      return try Console.json(
        Answer(changed: result.changed, faces: result.faces.map(Answer.FaceAnswer.init)))
    }
    Console.print(
      "\(result.changed) of \(result.faces.count) \(result.faces.count == 1 ? "face" : "faces") changed"
    )
  }

  private static func text(_ faces: [ListedFace]) -> String {
    var table = Table()
    for face in faces {
      table.add(face.face.reference, face.name ?? "–", LabelText.text(face.labels), face.photo)
    }
    return table.text
  }
}

enum LabelText {
  /// In the order of the keys.
  static func text(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }
}
