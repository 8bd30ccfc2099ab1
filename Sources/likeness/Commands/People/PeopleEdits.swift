import ArgumentParser
import Foundation
import LikenessKit
import References

/// What an edit of people answers.
struct EditAnswer: Encodable {
  /// Nil if all was so already.
  @OrNull var edit: PeopleEdit?
  /// The person that there is now.
  var person: PersonID?
  /// After dates were set, the faces that the user put to the person on photos that contradict them.
  var contradicting: [FaceID]?

  /// Hides people and faces, or shows them again. A face's number is a face, wherever it is written.
  static func hiding(
    _ likeness: Likeness, _ people: [String], _ faces: [String], _ isHidden: Bool
  ) throws -> EditAnswer {
    let references = References(likeness)
    let numbered = people.filter { FaceID(reference: $0) != nil }
    let people = try references.people(people.filter { FaceID(reference: $0) == nil })
    let faces = try (numbered + faces).isEmpty ? [] : references.faces(numbered + faces)
    return EditAnswer(edit: try likeness.people.hide(people, faces: faces, isHidden))
  }

  func show(_ output: OutputArguments) throws {
    if output.json { return try Console.json(self) }
    if let edit {
      Console.print(edit.text)
    } else if !output.quiet {
      Console.note("that is known already: nothing has changed")
    }
  }
}

extension People {
  struct Name: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name a person; the name stays with all of the person's present faces.")

    @Argument(help: "A person, by number or name.")
    var person: String
    @Argument(help: "The new name.")
    var name: String
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let person = try References(likeness).person(person)
      try EditAnswer(edit: likeness.people.name(person, as: name)).show(output)
    }
  }

  struct Merge: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Merge several people into one.",
      discussion: "The name is that of the first person who was given one.")

    @Argument(help: "Two people or more, by number or name.")
    var people: [String]
    @Option(help: "The name to keep if they have been given different ones.")
    var name: String?
    @Flag(help: "Merge them even if they were said to be different people before.")
    var anyway = false
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard people.count > 1 else {
        throw ValidationError("say which people to merge: two or more")
      }
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let people = try References(likeness).people(people)
      try EditAnswer(edit: likeness.people.merge(people, name: name, anyway: anyway)).show(output)
    }
  }

  struct Split: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Split some faces of a person off, as one other person.")

    @Argument(help: "A person, by number or name.")
    var person: String
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp("The faces of the other person.", valueName: "face"))
    var faces: [String]
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let references = References(likeness)
      let person = try references.person(person)
      let faces = try faces.map { try references.face($0, of: person) }
      let made = try likeness.people.split(person, faces: faces)
      try EditAnswer(edit: made.edit, person: made.person).show(output)
    }
  }

  struct Not: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that a face does not belong to a person.",
      discussion: """
        If the face was assigned to that person, it becomes a person of its own. If it belongs to \
        somebody else, those two people are kept apart from now on and are not suggested again.
        """)

    @Argument(help: "A face, by number, photo or PHOTO#2.")
    var face: String
    @Argument(help: "The person it does not belong to, by number or name.")
    var person: String
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let references = References(likeness)
      let person = try references.person(person)
      let face = try references.face(face, of: person)
      let made = try likeness.people.tell(face, apartFrom: person)
      try EditAnswer(edit: made.edit, person: made.person).show(output)
    }
  }

  struct Hide: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hide people or single faces: posters, statues, strangers in the background.",
      discussion: """
        What is hidden stays in the gallery, and is left out of people, suggestions, maps, reports \
        and answers unless --include-hidden is given. likeness people show shows it again.
        """)

    @Argument(help: "People, by number or name; face:12 is a single face.")
    var people: [String] = []
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp("Single faces, by number, photo or PHOTO#2.", valueName: "face"))
    var face: [String] = []
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard !people.isEmpty || !face.isEmpty else {
        throw ValidationError("say whom to hide: people, or faces with --face")
      }
    }

    func answer() throws {
      try EditAnswer.hiding(Likeness(place: gallery.place), people, face, true).show(output)
    }
  }

  struct Cover: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Choose the face that stands for a person.",
      discussion: "Without a face, it is the best one again: frontal, sharp, large and well lit.")

    @Argument(help: "A person, by number or name.")
    var person: String
    @Argument(help: "One of the person's faces, by number, photo or PHOTO#2; none for the best.")
    var face: String?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let references = References(likeness)
      let person = try references.person(person)
      let face = try face.map { try references.face($0, of: person) }
      let edit = try likeness.people.chooseCover(face, of: person)
      try EditAnswer(edit: edit, person: person).show(output)
    }
  }

  struct Dates: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say when a person was born and died.",
      discussion: """
        A date is a year, a month or a day: 1961, 1961-08 or 1961-08-04; none removes it. The \
        person is then not proposed for faces on photos that were taken before the birth or more \
        than a day after the death, by grouping, suggestions or the review. Faces on such photos \
        that you put to the person yourself stay, and a warning names them; searches answer as \
        before. Photos of which it is not known when they were taken limit nothing: likeness list \
        photos shows it, and likeness add reads it again from photos that were added by earlier \
        versions.
        """)

    @Argument(help: "A person, by number or name.")
    var person: String
    @Option(help: ArgumentHelp("The date of birth, or none.", valueName: "date"))
    var born: String?
    @Option(help: ArgumentHelp("The date of death, or none.", valueName: "date"))
    var died: String?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    func validate() throws {
      guard born != nil || died != nil else {
        throw ValidationError("say when the person was born with --born, or died with --died")
      }
      _ = try (Self.change(born, "--born"), Self.change(died, "--died"))
    }

    private static func change(_ text: String?, _ option: String) throws -> LifeDateChange {
      guard let text else { return .keep }
      if text == "none" { return .remove }
      guard let date = PartialDate(text) else {
        throw ValidationError(
          "\(option) is a date such as 1961, 1961-08 or 1961-08-04, or none, not \(text)")
      }
      return .set(date)
    }

    func answer() throws {
      let likeness = Likeness(place: gallery.place)
      let person = try References(likeness).person(person)
      let (edit, contradicting) = try likeness.people.setDates(
        of: person, born: Self.change(born, "--born"), died: Self.change(died, "--died"))
      try EditAnswer(edit: edit, person: person, contradicting: contradicting).show(output)
      guard !contradicting.isEmpty, !output.quiet, !output.json else { return }
      let photos = try likeness.photos.ofFaces(contradicting)
      for face in contradicting {
        guard let photo = photos[face], let time = photo.taken.time else { continue }
        Console.note(
          "likeness: \(face.reference) in \(photo.path), taken on \(time.day), contradicts these dates; "
            + "it stays with \(person.reference)")
      }
    }
  }

  struct Undo: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract: "Undo the last change to people; run it again for the one before.",
      discussion: """
        Where several people work on a gallery, name the change that is meant, as likeness people \
        history lists it: if another one has become the last since, nothing is undone.
        """)

    @Argument(help: "The change that is meant, such as edit:12; none for whichever is the last.")
    var edit: String?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var undone: PeopleEdit
    }

    func validate() throws {
      if let edit, EditID(reference: edit) == nil {
        throw ValidationError(
          "'\(edit)' is no change: write edit:12, with a number that likeness people history shows")
      }
    }

    func answer() throws {
      let wanted = edit.flatMap { EditID(reference: $0) }
      guard let edit = try Likeness(place: gallery.place).people.undo(wanted) else {
        Console.note("likeness: nothing is left to undo")
        throw ExitStatus.nothing
      }
      if output.json { return try Console.json(Answer(undone: edit)) }
      Console.print("undone: \(edit.text) (\(edit.timeText))")
    }
  }

  struct History: AnsweringCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "The changes made to people, with who made them and when, the latest first, in the order in which undo reverts them."
    )

    @Option(name: .shortAndLong, help: "The maximum number of changes. (default: all)")
    var count: Int?
    @OptionGroup var gallery: GalleryArguments
    @OptionGroup var output: OutputArguments

    private struct Answer: Encodable {
      var history: [PeopleEdit]
      /// How many there are, shown or not.
      var total: Int
    }

    func validate() throws {
      if let count, count < 1 {
        throw ValidationError("--count must be at least 1, not \(count)")
      }
    }

    func answer() throws {
      let page = try Likeness(place: gallery.place).people.history(count: count)
      if output.json { return try Console.json(Answer(history: page.items, total: page.total)) }
      guard !page.items.isEmpty else {
        if !output.quiet { Console.note("nothing was said about people yet") }
        return
      }
      var table = Table()
      for edit in page.items {
        table.add(edit.id.reference, edit.timeText, edit.who ?? "–", edit.text)
      }
      Console.print(table.text)
      if page.next != nil, !output.quiet {
        Console.note(
          "likeness: \(counted(page.total - page.items.count, "earlier change")) not shown; a larger --count shows more"
        )
      }
    }
  }
}
