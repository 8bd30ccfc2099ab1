import Foundation
import GallerySQLite
import References
import TestSupport
import Testing

@testable import LikenessKit

@Suite struct LikenessComposeTests {
  /// A gallery of the samples, two photos of each cell, named `Ann.happy1.0.jpg` and so on.
  /// - Parameter hasHeads: whether the model tells of expressions in a part of its own, and nothing of them in the
  ///   embedding.
  private func withGallery(
    person: Bool = true, hasHeads: Bool = false, _ work: (Likeness, URL) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let samples = ComposeSamples(strength: hasHeads ? 0 : 0.15, photos: 2)
      let photos = samples.faces.enumerated().map { number, face in
        let (name, expression) = (face.labels["person"] ?? "", face.labels["expression"] ?? "")
        return NewPhoto(
          digest: "\(number)",
          file: PhotoFile(
            path: "/photos/\(name).\(expression)\(number % 2 + 1).\(number).jpg", bytes: 1,
            modified: 0),
          width: 10, height: 10, turned: 0,
          faces: [
            NewFace(
              name: person ? name : nil,
              geometry: FaceGeometry(
                x: 1, y: 1, width: 5, height: 5, landmarks: [Float](repeating: 1, count: 10)),
              score: 1,
              quality: FaceQuality(size: 90, sharpness: 9, yaw: 0, pitch: 0, roll: 0, inside: 1),
              embedding: face.vector.identity,
              attributes: hasHeads ? ["expression": head(of: expression)] : [:], thumbnail: Data())
          ])
      }
      do {
        let store = try GalleryStore(at: home, access: .write, create: true)
        try store.add(photos, model: "test")
      }
      try work(Likeness(gallery: home), home)
    }
  }

  private func head(of expression: String) -> Embedding {
    Embedding(ComposeSamples.expressions.map { $0 == expression ? 1 : 0.1 })
  }

  /// A gallery whose model has a head for what is asked finds it by that, and people by the embedding alone.
  @Test func theHeadsOfAModelAreAsked() throws {
    let jaffe = try LabelPattern("{}.{expression}{}.{}")
    try withGallery(hasHeads: true) { likeness, _ in
      try likeness.labels.set(from: .pattern(jaffe))
      for person in ComposeSamples.people {
        for expression in ComposeSamples.expressions {
          let found = try labels(likeness, "person:\(person) + expression:\(expression)")
          let wanted = ["person": person, "expression": expression]
          #expect(found == [wanted, wanted])
        }
      }
      let matches = try compose(likeness, "face:1 - expression:angry + expression:sad", count: 1)
      #expect(matches.first?.match.labels == ["person": "Ann", "expression": "sad"])
    }
    // Nobody said that Eve was happy; the head knows.
    try withGallery(hasHeads: true) { likeness, home in
      let known = ComposeSamples.people.flatMap { person in
        ComposeSamples.expressions.map { (person, $0) }
      }
      let store = try GalleryStore(at: home, access: .write)
      let ids = try store.faceTable().faces.map(\.id)
      var changes: [FaceID: LabelChanges] = [:]
      for (cell, (_, expression)) in known.enumerated() where cell % 3 != 1 {
        changes[ids[2 * cell]] = ["expression": expression]
        changes[ids[2 * cell + 1]] = ["expression": expression]
      }
      // Of two people somebody is happy, which is enough for the others.
      for cell in [1, 4] { changes[ids[2 * cell]] = ["expression": "happy"] }
      try store.setLabels(changes)
      let matches = try compose(likeness, "person:Eve + expression:happy", count: 2)
      #expect(matches.map(\.match.photo).allSatisfy { $0.contains("Eve.happy") })
    }
  }

  private func labels(_ likeness: Likeness, _ query: String) throws -> [[String: String]] {
    try compose(likeness, query, count: 2).map(\.match.labels)
  }

  private func compose(
    _ likeness: Likeness, _ query: String, count: Int = 10
  ) throws -> [ComposeMatch] {
    try References(likeness).matches(of: CompositionText(query), count: count)
  }

  @Test func namesAndFileNamesMakeLabels() throws {
    try withGallery { likeness, _ in
      let jaffe = try LabelPattern("{}.{expression}{}.{}")
      let made = try likeness.labels.set(from: .pattern(jaffe))
      #expect(made.faces.count == 30 && made.changed == 30)
      #expect(try likeness.labels.set(from: .pattern(jaffe)).changed == 0)
      for person in ComposeSamples.people {
        for expression in ComposeSamples.expressions {
          let found = try labels(likeness, "person:\(person) + expression:\(expression)")
          let wanted = ["person": person, "expression": expression]
          #expect(found == [wanted, wanted])
        }
      }
      // Spelt otherwise, and a name alone.
      #expect(
        try labels(likeness, "ann + EXPRESSION:Sad")[0] == ["person": "Ann", "expression": "sad"])
      let first = try compose(likeness, "person:Ann + expression:sad")
      #expect(first.count == 10 && first.map(\.match.rank) == Array(1...10))
      #expect(zip(first, first.dropFirst()).allSatisfy { $0.match.distance <= $1.match.distance })
      #expect(first[0].hasPerson && first[0].match.probability > 0.9)
      #expect(try compose(likeness, "expression:sad")[0].hasPerson == false)
    }
  }

  @Test func hiddenFacesAreNoAnswersButSayWhoIsMeant() throws {
    try withGallery { likeness, _ in
      try likeness.labels.set(from: .pattern(try LabelPattern("{}.{expression}{}.{}")))
      let query = "person:Ann + expression:sad"
      let all = try compose(likeness, query, count: 100)
      let ann = Set(all.filter { $0.match.labels["person"] == "Ann" }.map(\.match.face))
      #expect(all.count == 30 && ann.count > 1)
      _ = try likeness.people.hide(faces: ann.sorted())
      let left = try compose(likeness, query, count: 100)
      // The distances are the same: the hidden faces still say who Ann is.
      let others = all.filter { !ann.contains($0.match.face) }
      #expect(left.map(\.match.face) == others.map(\.match.face))
      #expect(left.map(\.match.distance) == others.map(\.match.distance))
      let whole = try References(likeness).matches(
        of: CompositionText(query), count: 100, includingHidden: true)
      #expect(whole.map(\.match.face) == all.map(\.match.face))
    }
  }

  @Test func aFaceWithAnotherExpressionIsNotItself() throws {
    try withGallery { likeness, _ in
      try likeness.labels.set(from: .pattern(try LabelPattern("{}.{expression}{}.{}")))
      for query in ["face:1", "Ann.angry1.0.jpg", "/photos/Ann.angry1.0.jpg#1"] {
        let matches = try compose(likeness, "\(query) - expression:angry + expression:sad")
        #expect(matches[0].match.labels == ["person": "Ann", "expression": "sad"])
        #expect(!matches.contains { $0.match.face == 1 })
      }
    }
  }

  /// A face is who was said last: by its label, or by the name that its person was given.
  @Test func whoAFaceIs() throws {
    try withGallery(person: false) { likeness, home in
      try likeness.labels.set(["person": "Zoe", "expression": "angry"], of: [1, 2])
      try likeness.labels.set(["expression": "happy"], of: [3, 4])
      let person = try #require(
        try likeness.people.list().people.first { $0.faces.contains { $0.face == 1 } })
      _ = try likeness.people.name(person.id, as: "Ann Lee")
      let found = try compose(likeness, "person:\"ann lee\" + expression:happy", count: 40)
      #expect(found[0].match.labels == ["person": "Ann Lee", "expression": "happy"])
      #expect(found.first { $0.match.face == 1 }?.match.labels["person"] == "Ann Lee")
      try likeness.labels.set(["person": "Zoe"], of: [1, 2])
      let again = try compose(likeness, "person:zoe + expression:angry", count: 40)
      #expect(again.first { $0.match.face == 1 }?.match.labels["person"] == "Zoe")
      #expect(again.first { $0.match.face == 3 }?.match.labels["person"] == "Ann Lee")
    }
  }

  @Test func whatIsNotThereIsTold() throws {
    try withGallery { likeness, home in
      func error(_ query: String) -> String {
        do {
          _ = try compose(likeness, query)
          return ""
        } catch {
          return "\(error)"
        }
      }
      #expect(error("expression:sad") == "no face has a label \"expression\"; there is person")
      try likeness.labels.set(from: .pattern(try LabelPattern("{}.{expression}{}.{}")))
      #expect(error("expresion:sad").hasSuffix("did you mean expression?"))
      #expect(error("person:Ann + expression:sadd").hasSuffix("did you mean sad?"))
      #expect(error("person:Ann + expression:xxxxxxxx").hasSuffix("there is angry, happy, sad"))
      #expect(error("Annn").hasSuffix("did you mean Ann?"))
      #expect(error("person:Ann - person:Ann").hasSuffix("its terms cancel"))
      #expect(error("face:99") == "\(LikenessError.unknownFace(99))")
      #expect(error("none.jpg + person:Ann") == "\(PhotoError.noSuchFile(path: "none.jpg"))")
      try likeness.labels.set(["pose": "left"], of: [1])
      #expect(error("person:Ann + pose:left").contains("the only pose"))
    }
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      do { _ = try GalleryStore(at: home, access: .write, create: true) }
      #expect(throws: LikenessError.emptyGallery(path: home.path)) {
        try compose(Likeness(gallery: home), "person:Ann")
      }
    }
  }

  @Test func facesAreMeantInManyWays() throws {
    try withGallery { likeness, home in
      let references = References(likeness)
      func count(_ targets: String...) throws -> Int {
        try likeness.labels.faces(references.faces(targets)).count
      }
      #expect(try count("Ann") == 6)
      #expect(try count("bob") == 6)
      #expect(try count("face:1", "face:1", "face:2") == 2)
      #expect(try count("Ann.angry1.0.jpg") == 1)
      #expect(try count("/photos/Ann.angry1.0.jpg") == 1)
      #expect(try count("/photos") == 30)
      #expect(try count("/photos/Ann*") == 6)
      #expect(try count("*.sad?.*") == 10)
      #expect(try count("Ann.angry1.0.jpg#1", "Bob") == 7)
      for (target, error) in [
        ("face:99", LikenessError.unknownFace(99)),
        ("Annn", .unknownName("Annn", nearSpellings: ["Ann"])),
        ("/nowhere", .unknownPhoto("/nowhere", candidates: [])),
        ("none.jpg", .unknownPhoto("none.jpg", candidates: [])),
        ("Ann.angry1.0.jpg#2", .severalFaces(path: "Ann.angry1.0.jpg", count: 1)),
      ] {
        #expect(throws: error) {
          try likeness.labels.set(["pose": "left"], of: references.faces(["Bob", target]))
        }
      }
      let kept = try likeness.labels.counts()
      #expect(kept.isEmpty)
      #expect(throws: LikenessError.noLabels(path: home.path)) {
        try likeness.labels.set(from: .pattern(try LabelPattern("{person}-{pose}")))
      }
    }
  }

  @Test func labelsAreListedAndExported() throws {
    try withGallery { likeness, _ in
      try likeness.labels.set(["pose": "left, up"], of: [1])
      let faces = try likeness.faces.list()
      #expect(faces[0].labels == ["pose": "left, up"] && faces[1].labels.isEmpty)
      let table = String(decoding: try likeness.faces.exported(as: .csv), as: UTF8.self)
      let lines = table.split(separator: "\n")
      #expect(lines[0].contains(",quality,label:pose,e0,") && lines[1].contains(",\"left, up\","))
      let json = try JSONDecoder().decode(
        [ListedFace].self, from: try likeness.faces.exported(as: .json))
      #expect(json[0].labels == ["pose": "left, up"])
      #expect(
        try likeness.nearest(to: "Bob", Question(count: 30, grouping: .photo))
          .first { $0.face == 1 }?.labels == ["pose": "left, up"])
    }
  }
}
